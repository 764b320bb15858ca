"""The metadata of a client: which fields there are, their defaults, what is refused, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..bodies import go_type
from ..clock import timestamp
from .http import decoding, fields_of
from .keys import read_jwks
from .options import HydraOptions
from .problems import HydraProblem, bad_request, invalid_client_metadata, invalid_redirect_uri
from .state import LIFESPANS, Client, format_duration, parse_duration

# Every field in the order of Hydra; True where it is left out when empty.
_FIELDS = {
    "client_id": False,
    "client_name": False,
    "client_secret": True,
    "redirect_uris": False,
    "grant_types": False,
    "response_types": False,
    "scope": False,
    "audience": False,
    "owner": False,
    "policy_uri": False,
    "allowed_cors_origins": False,
    "tos_uri": False,
    "client_uri": False,
    "logo_uri": False,
    "contacts": False,
    "client_secret_expires_at": False,
    "subject_type": False,
    "sector_identifier_uri": True,
    "jwks_uri": True,
    "jwks": False,
    "token_endpoint_auth_method": True,
    "token_endpoint_auth_signing_alg": True,
    "request_uris": True,
    "request_object_signing_alg": True,
    "userinfo_signed_response_alg": True,
    "created_at": False,
    "updated_at": False,
    "frontchannel_logout_uri": True,
    "frontchannel_logout_session_required": True,
    "post_logout_redirect_uris": True,
    "backchannel_logout_uri": True,
    "backchannel_logout_session_required": True,
    "metadata": False,
    "registration_access_token": True,
    "registration_client_uri": True,
    "access_token_strategy": True,
    "skip_consent": False,
    "skip_logout_consent": False,
    **dict.fromkeys(LIFESPANS, False),
}
_LISTS = (
    "redirect_uris",
    "grant_types",
    "response_types",
    "audience",
    "allowed_cors_origins",
    "contacts",
    "request_uris",
    "post_logout_redirect_uris",
)
_FLAGS = (
    "frontchannel_logout_session_required",
    "backchannel_logout_session_required",
    "skip_consent",
    "skip_logout_consent",
)
_OWNED = (
    "client_secret_expires_at",
    "created_at",
    "updated_at",
    "registration_access_token",
    "registration_client_uri",
)
"""Fields of the server: read and checked like the others, but never taken over."""

_KINDS: dict[str, str | None] = {
    **dict.fromkeys(_FIELDS, "string"),
    **dict.fromkeys(_LISTS, "array"),
    **dict.fromkeys(_FLAGS, "bool"),
    "client_secret_expires_at": "number",
    "jwks": "object",
    "metadata": None,
}
_TEXTS = tuple(
    name for name, kind in _KINDS.items() if kind == "string" and name not in _OWNED and name not in LIFESPANS
)
_ASSERTION_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


def decode_client(body: Any) -> dict[str, Any]:
    """Read the metadata of a request: all fields, those not given as Go's zero values. Raises Problem (400)."""
    with decoding():
        return _decode(body)


def _decode(body: Any) -> dict[str, Any]:
    given = fields_of(body, _KINDS, "client.Client")
    for name in _LISTS:
        for item in given.get(name) or []:
            if not isinstance(item, str):
                raise ValueError(f"json: cannot unmarshal {go_type(item)} into Go value of type string")
    metadata: dict[str, Any] = {name: given.get(name) or "" for name in _TEXTS}
    metadata |= {name: given.get(name) for name in _LISTS}
    metadata |= {name: bool(given.get(name)) for name in _FLAGS}
    return {
        **metadata,
        "skip_logout_consent": given.get("skip_logout_consent"),
        "client_secret_expires_at": 0,
        "jwks": _decode_jwks(given.get("jwks")),
        "metadata": given.get("metadata", {}),
        **decode_lifespans(given, "Client"),
    }


def _decode_jwks(value: Any) -> dict[str, Any]:
    keys = read_jwks(value)
    return {} if keys is None else {"keys": keys}


def decode_lifespans(body: Any, struct: str = "Lifespans") -> dict[str, str | None]:
    """Read the token lifespans of a request as Go writes durations. Raises ValueError in Go's words."""
    given = fields_of(body, dict.fromkeys(LIFESPANS, "string"), f"client.{struct}")
    found = {name: given.get(name) for name in LIFESPANS}
    return {name: None if text is None else format_duration(parse_duration(text)) for name, text in found.items()}


def complete(metadata: dict[str, Any], options: HydraOptions) -> dict[str, Any]:
    """Return metadata with the server's defaults, if it is acceptable. Raises Problem (400)."""
    _check_authentication(metadata)
    for name in ("tos_uri", "policy_uri", "logo_uri", "client_uri"):
        _check_page(name, metadata[name])
    if metadata["client_secret"] and len(metadata["client_secret"].encode()) < 6:
        raise invalid_client_metadata("Field client_secret must contain a secret that is at least 6 characters long.")
    origins = [_checked_origin(origin) for origin in metadata["allowed_cors_origins"] or []]
    _check_addresses(metadata)
    _check_choices(metadata)
    return {
        **metadata,
        "scope": metadata["scope"] or " ".join(options.default_client_scope),
        "audience": metadata["audience"] or [],
        "allowed_cors_origins": origins,
        "subject_type": metadata["subject_type"] or "public",
        "token_endpoint_auth_method": metadata["token_endpoint_auth_method"] or "client_secret_basic",
        "userinfo_signed_response_alg": metadata["userinfo_signed_response_alg"] or "none",
    }


def complete_dynamic(metadata: dict[str, Any], options: HydraOptions, *, names_metadata: bool) -> dict[str, Any]:
    """Do as `complete`, and refuse what only an administrator may set."""
    if names_metadata:
        raise invalid_client_metadata("'metadata' cannot be set for dynamic client registration")
    if metadata["access_token_strategy"]:
        raise bad_request("It is not allowed to choose your own access token strategy.")
    for name in ("skip_consent", "skip_logout_consent"):
        if metadata[name]:
            raise HydraProblem(400, "invalid_request", f"'{name}' cannot be set for dynamic client registration")
    return complete(metadata, options)


def _check_authentication(metadata: Mapping[str, Any]) -> None:
    has_keys = "keys" in metadata["jwks"]
    if metadata["token_endpoint_auth_method"] == "private_key_jwt":
        algorithm = metadata["token_endpoint_auth_signing_alg"]
        if not metadata["jwks_uri"] and not has_keys:
            raise invalid_client_metadata(
                "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set."
            )
        if algorithm and algorithm not in _ASSERTION_ALGORITHMS:
            raise invalid_client_metadata(
                "Only RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 are supported as algorithms for "
                "private key authentication."
            )
    if metadata["jwks_uri"] and has_keys:
        raise invalid_client_metadata("Fields jwks and jwks_uri can not both be set, you must choose one.")


def _check_page(name: str, uri: str) -> None:
    if not uri:
        return
    if _parse_uri(uri) is None:
        raise invalid_client_metadata(f"Field {name} must be a valid URI.")
    if urlsplit(uri).scheme not in ("http", "https"):
        raise invalid_client_metadata(f"{uri} must use https:// or http:// as HTTP scheme for field {name}.")


def _checked_origin(origin: str) -> str:
    parts = _split(origin)
    if parts is None or parts.scheme not in ("http", "https"):
        raise invalid_client_metadata(f"Origin URL {origin} must use https:// or http:// as HTTP scheme.")
    if "@" in parts.netloc:
        raise invalid_client_metadata(f"Origin URL {origin} has HTTP user and/or password set which is not allowed.")
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        raise invalid_client_metadata(
            f"Origin URL {origin} must have an empty path, query, and fragment but one of the parts is not empty."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _check_addresses(metadata: Mapping[str, Any]) -> None:
    redirects = []
    for uri in metadata["redirect_uris"] or []:
        if "#" in uri:
            raise invalid_redirect_uri("Redirect URIs must not contain fragments (#).")
        parts = _parse_uri(uri)
        if parts is None:
            raise invalid_redirect_uri(f"Unable to parse redirect URL: {uri}")
        redirects.append((parts.scheme, parts.netloc))
    for uri in metadata["post_logout_redirect_uris"] or []:
        parts = _parse_uri(uri)
        if parts is None:
            raise invalid_client_metadata(f"Unable to parse post_logout_redirect_uri: {uri}")
        if (parts.scheme, parts.netloc) not in redirects:
            raise invalid_client_metadata(
                f'post_logout_redirect_uri "{uri}" must match the domain, port, scheme of at least one of the '
                "registered redirect URIs but did not"
            )


def _check_choices(metadata: Mapping[str, Any]) -> None:
    sector, subject = metadata["sector_identifier_uri"], metadata["subject_type"]
    if sector and not sector.startswith("https://"):
        raise invalid_client_metadata("")
    if metadata["userinfo_signed_response_alg"] not in ("", "none", "RS256"):
        raise invalid_client_metadata("Field userinfo_signed_response_alg can either be 'none' or 'RS256'.")
    if subject not in ("", "public", "pairwise"):
        raise invalid_client_metadata(
            f"Subject type {subject} is not supported by server, only [public pairwise] are allowed."
        )
    if metadata["access_token_strategy"] not in ("", "opaque", "jwt"):
        raise invalid_client_metadata(
            "invalid access token strategy: access token strategy must be one of [opaque jwt]"
        )


def _parse_uri(uri: str) -> SplitResult | None:
    """Split an absolute URI or an absolute path, as Go's ParseRequestURI takes them."""
    parts = _split(uri)
    return parts if parts is not None and (parts.scheme or uri.startswith("/")) else None


def _split(uri: str) -> SplitResult | None:
    if any(character <= " " or character == "\x7f" for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018, reading it checks it
    except ValueError:
        return None
    return parts


def client_json(client: Client, **shown: Any) -> dict[str, Any]:
    """Write a client as Hydra does. `shown` adds or replaces fields, such as `client_secret` right after creating."""
    values = {
        **client.metadata,
        "created_at": timestamp(client.created_at),
        "updated_at": timestamp(client.updated_at),
        **shown,
    }
    return {name: values[name] for name, optional in _FIELDS.items() if values.get(name) or not optional}
