"""An authorization request as the protocol has it: what is asked for, and where the answer goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from aiohttp import web

from ..problems import (
    HydraProblem,
    invalid_request,
    invalid_state,
    unsupported_response_mode,
    unsupported_response_type,
)
from ..scopes import check_audience, check_scopes, requested_audience, words
from ..state import Client
from .pages import encoded, see_other, submitting_form

_RESPONSE_MODES = ("", "query", "fragment", "form_post")
_MIN_STATE_LENGTH = 8


@dataclass(kw_only=True)
class AuthorizeRequest:
    """What a client asks of the authorization endpoint.

    It becomes complete while it is checked: a mistake found before `redirect_uri` is known is shown to the browser, one
    found later goes to the client by that URI.
    """

    form: Mapping[str, str]
    client: Client
    redirect_uri: str = ""
    response_mode: str = ""
    response_types: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()

    @property
    def prompt(self) -> tuple[str, ...]:
        return words(self.form.get("prompt", ""))

    @property
    def state(self) -> str:
        return self.form.get("state", "")

    def check(self) -> None:
        """Check every parameter of OAuth 2.0 itself. Raises Problem."""
        mode = self.form.get("response_mode", "")
        if mode not in _RESPONSE_MODES:
            raise unsupported_response_mode(f"Request with unsupported response_mode '{mode}'.")
        self.response_mode = mode
        self.scopes = words(self.form.get("scope", ""))
        self.redirect_uri = self._matched_redirect_uri()
        check_scopes(self.client, self.scopes)
        self.audience = requested_audience(self.form)
        check_audience(self.client, self.audience)
        self._check_response_types()
        self.response_mode = mode or ("query" if self.response_types == {"code"} else "fragment")
        if len(self.state) < _MIN_STATE_LENGTH:
            raise invalid_state(
                f"Request parameter 'state' must be at least be {_MIN_STATE_LENGTH} characters long to ensure "
                "sufficient entropy."
            )

    def answer(self, parameters: Mapping[str, str]) -> web.Response:
        """Send the browser back to the client, in the way that the client asked for."""
        uri = urlsplit(self.redirect_uri)
        if self.response_mode == "form_post":
            return submitting_form(self.redirect_uri, parameters)
        if self.response_mode == "fragment":
            return see_other(urlunsplit(uri._replace(fragment=encoded(list(parameters.items())))))
        query = parse_qsl(uri.query, keep_blank_values=True)
        return see_other(urlunsplit(uri._replace(query=encoded([*query, *parameters.items()]))))

    def refusal(self, problem: HydraProblem) -> web.Response:
        """Send the browser back to the client with an error."""
        parameters = {"error": problem.error, "error_description": problem.description, "state": self.state}
        return self.answer(parameters)

    def _matched_redirect_uri(self) -> str:
        uri, registered = self.form.get("redirect_uri", ""), self.client.redirect_uris
        if not uri and "openid" in self.scopes:
            raise invalid_request("The 'redirect_uri' parameter is required when using OpenID Connect 1.0.")
        if not uri and len(registered) == 1:
            return registered[0]
        if uri and (uri in registered or any(_is_same_loopback(uri, each) for each in registered)):
            return uri
        raise invalid_request(
            "The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls."
        )

    def _check_response_types(self) -> None:
        asked = self.form.get("response_type", "")
        if not asked:
            raise unsupported_response_type("`The request is missing the 'response_type' parameter.")
        self.response_types = frozenset(words(asked))
        if not any(self.response_types == set(words(allowed)) for allowed in self.client.response_types):
            raise unsupported_response_type(f"The client is not allowed to request response_type '{asked}'.")


def is_trustworthy(redirect_uri: str) -> bool:
    """Tell whether nobody else can listen where a client without a secret gets its answer."""
    uri = urlsplit(redirect_uri)
    return uri.scheme == "https" or (uri.scheme == "http" and _is_local(uri))


def _is_local(uri: SplitResult) -> bool:
    host = uri.hostname or ""
    return host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def _is_same_loopback(uri: str, registered: str) -> bool:
    """Tell whether two URIs differ in nothing but the port of a native application (RFC 8252 section 7.3)."""
    try:
        asked, known = urlsplit(uri), urlsplit(registered)
    except ValueError:
        return False
    same = (asked.hostname, asked.path, asked.query) == (known.hostname, known.path, known.query)
    return asked.scheme == "http" and same and not asked.fragment and _is_loopback(asked.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
