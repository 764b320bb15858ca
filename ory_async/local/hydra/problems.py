"""The errors of Hydra: always `error` and `error_description`, be it a code of OAuth or a sentence of the admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..answers import BAD_REQUEST, FORBIDDEN, NO_ROW, NOT_FOUND, UNAUTHORIZED, Problem, dumps

_CONFLICT = "Unable to insert or update resource because a resource with that value exists already"

_INVALID_REQUEST = (
    "The request is missing a required parameter, includes an invalid parameter value, "
    "includes a parameter more than once, or is otherwise malformed."
)
_INVALID_REQUEST_HINT = (
    "Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. "
    "Make sure that the client you are using has exactly whitelisted the redirect_uri you specified."
)
_INVALID_CLIENT = (
    "Client authentication failed (e.g., unknown client, no client authentication included, "
    "or unsupported authentication method)."
)
_INVALID_GRANT = (
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is "
    "invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued "
    "to another client."
)
_INVALID_METADATA = (
    "The value of one of the Client Metadata fields is invalid and the server has rejected this request. Note that an "
    "Authorization Server MAY choose to substitute a valid value for any requested parameter of a Client's Metadata."
)
_PLAIN = "application/json"
_PROTOCOL = "application/json;charset=UTF-8"


class HydraProblem(Problem):
    """An error answer of Hydra. `description` may be empty; `hint` is joined to it, as Hydra does.

    `headers` go onto the answer (WWW-Authenticate). Raise it in a handler; a redirect to the client takes `error` and
    `description` from it.
    """

    def __init__(
        self,
        status: int,
        error: str,
        description: str = "",
        hint: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.error = error
        self.description = " ".join(part for part in (description, hint) if part).replace('"', "'")
        self.headers = dict(headers or {})
        super().__init__(status, error, reason=self.description)

    def content(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description}

    def answer(self) -> web.Response:
        """Write it as the admin API does."""
        headers = {"Content-Type": _PLAIN, **self.headers}
        return web.Response(body=dumps(self.content()), status=self.status, headers=headers)

    def protocol_answer(self) -> web.Response:
        """Write it as the protocol endpoints do (token, revocation, device)."""
        return protocol_answer(self.content(), self.status, self.headers)


class StoreProblem(HydraProblem):
    """An error of the store, which the authorization endpoint does not recognize."""


def protocol_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer JSON as the protocol endpoints do: not to be stored, another spelling of the type, no newline."""
    headers = {"Content-Type": _PROTOCOL, **NO_STORE, **(headers or {})}
    return web.Response(body=dumps(data).rstrip(b"\n"), status=status, headers=headers)


NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


# The codes of OAuth 2.0 and OpenID Connect


def invalid_request(hint: str = _INVALID_REQUEST_HINT) -> HydraProblem:
    return HydraProblem(400, "invalid_request", _INVALID_REQUEST, hint)


def invalid_client(hint: str = "") -> HydraProblem:
    return HydraProblem(401, "invalid_client", _INVALID_CLIENT, hint)


def invalid_grant(hint: str = "") -> HydraProblem:
    return HydraProblem(400, "invalid_grant", _INVALID_GRANT, hint)


def invalid_scope(hint: str = "") -> HydraProblem:
    return HydraProblem(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.", hint)


def unauthorized_client(hint: str) -> HydraProblem:
    text = "The client is not authorized to request a token using this method."
    return HydraProblem(400, "unauthorized_client", text, hint)


def access_denied(
    hint: str = (
        "Make sure that the request you are making is valid. Maybe the credential or request parameters you are using "
        "are limited in scope or otherwise restricted."
    ),
) -> HydraProblem:
    text = "The resource owner or authorization server denied the request."
    return HydraProblem(403, "access_denied", text, hint)


def unsupported_response_type(hint: str = "") -> HydraProblem:
    text = "The authorization server does not support obtaining a token using this method."
    return HydraProblem(400, "unsupported_response_type", text, hint)


def unsupported_response_mode(hint: str = "") -> HydraProblem:
    text = "The authorization server does not support obtaining a response using this response mode."
    return HydraProblem(400, "unsupported_response_mode", text, hint)


def invalid_state(hint: str = "") -> HydraProblem:
    text = "The state is missing or does not have enough characters and is therefore considered too weak."
    return HydraProblem(400, "invalid_state", text, hint)


def login_required(hint: str = "") -> HydraProblem:
    return HydraProblem(400, "login_required", "The Authorization Server requires End-User authentication.", hint)


def consent_required(hint: str = "") -> HydraProblem:
    return HydraProblem(400, "consent_required", "The Authorization Server requires End-User consent.", hint)


def invalid_request_object(hint: str = "") -> HydraProblem:
    text = "The request parameter contains an invalid Request Object."
    return HydraProblem(400, "invalid_request_object", text, hint)


def request_unauthorized(
    hint: str = "Check that you provided valid credentials in the right format.",
    *,
    headers: Mapping[str, str] | None = None,
) -> HydraProblem:
    text = "The request could not be authorized."
    return HydraProblem(401, "request_unauthorized", text, hint, headers=headers)


def request_forbidden(hint: str = "You are not allowed to perform this action.") -> HydraProblem:
    return HydraProblem(403, "request_forbidden", "The request is not allowed.", hint)


def invalid_token_format() -> HydraProblem:
    text = "Invalid token format. Check that you provided a valid token in the right format."
    return HydraProblem(400, "invalid_token", text)


def token_expired(hint: str = "The token expired.", *, headers: Mapping[str, str] | None = None) -> HydraProblem:
    return HydraProblem(401, "invalid_token", "Token expired.", hint, headers=headers)


def jti_known(hint: str) -> HydraProblem:
    return HydraProblem(400, "jti_known", "The jti was already used.", hint)


def authorization_pending() -> HydraProblem:
    text = "The authorization request is still pending as the end user hasn't yet completed the user-interaction steps."
    return HydraProblem(400, "authorization_pending", text)


def expired_device_code() -> HydraProblem:
    text = "The device_code has expired, and the device authorization session has concluded."
    return HydraProblem(400, "expired_token", text)


def server_error(hint: str = "") -> HydraProblem:
    text = "The authorization server encountered an unexpected condition that prevented it from fulfilling the request."
    return HydraProblem(500, "server_error", text, hint)


def unrecognizable(status: int = 500) -> HydraProblem:
    """Make the error that Hydra gives when it did not expect what went wrong, often a mistake of the client."""
    return HydraProblem(status, "error", "The error is unrecognizable")


# Client metadata (RFC 7591 section 3.2.2)


def invalid_client_metadata(hint: str) -> HydraProblem:
    return HydraProblem(400, "invalid_client_metadata", _INVALID_METADATA, hint)


def invalid_redirect_uri(hint: str) -> HydraProblem:
    return HydraProblem(400, "invalid_redirect_uri", "The value of one or more redirect_uris is invalid.", hint)


# The sentences of the admin API


def bad_request(reason: str) -> HydraProblem:
    return HydraProblem(400, BAD_REQUEST, reason)


def unauthorized(reason: str) -> HydraProblem:
    return HydraProblem(401, UNAUTHORIZED, reason)


def forbidden(reason: str) -> HydraProblem:
    return HydraProblem(403, FORBIDDEN, reason)


def no_row() -> HydraProblem:
    """Make the 404 of the store: clients, trusted issuers, single keys."""
    return StoreProblem(404, NO_ROW)


def not_found(hint: str = "") -> HydraProblem:
    """Make the 404 of challenges and key sets, spelt unlike the store's."""
    return HydraProblem(404, "Not Found", "Unable to locate the requested resource", hint)


def no_resource(reason: str) -> HydraProblem:
    """Make the 404 of what is switched off."""
    return HydraProblem(404, NOT_FOUND, reason)


def conflict() -> HydraProblem:
    return StoreProblem(409, _CONFLICT)


def not_implemented(what: str) -> HydraProblem:
    """Make the 501 for the corners that the local Hydra leaves out."""
    return HydraProblem(501, "not_implemented", f"The local Ory does not support {what}.")
