"""Authorization requests that are signed as a whole (OpenID Connect Core section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..client_authentication import find_key
from ..keys import InvalidToken, decode, verify_jwt
from ..problems import HydraProblem, invalid_request, invalid_request_object, not_implemented, unrecognizable
from ..scopes import words
from ..state import Client

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


def with_request_object(form: Mapping[str, str], client: Client, now: float) -> Mapping[str, str]:
    """Return the parameters with those of the request object, if there is one. Raises Problem."""
    scopes = words(form.get("scope", ""))
    given, uri = form.get("request", ""), form.get("request_uri", "")
    if "openid" not in scopes or not (given or uri):
        return form
    if given and uri:
        raise invalid_request(
            "OpenID Connect parameters 'request' and 'request_uri' were both given, but you can use at most one."
        )
    if not client.keys and not client.metadata.get("jwks_uri"):
        raise invalid_request(
            "OpenID Connect 'request' or 'request_uri' context was given, but the OAuth 2.0 Client does not have any "
            "JSON Web Keys registered."
        )
    if uri:
        if uri not in (client.metadata.get("request_uris") or ()):
            text = "The request_uri in the Authorization Request returns an error or contains invalid data."
            hint = f"Request URI '{uri}' is not whitelisted by the OAuth 2.0 Client."
            raise HydraProblem(400, "invalid_request_uri", text, hint)
        raise not_implemented("request objects by reference")
    claims = _verified_request(given, client, now)
    named = {name: value if isinstance(value, str) else str(value) for name, value in claims.items()}
    all_scopes = dict.fromkeys((*words(named.get("scope", "")), *scopes))
    return {**form, **named, "scope": " ".join(all_scopes)}


def _verified_request(token: str, client: Client, now: float) -> dict[str, Any]:
    try:
        header, claims = decode(token)
        algorithm, wanted = header.get("alg"), client.metadata.get("request_object_signing_alg")
        if wanted and algorithm != wanted:
            raise invalid_request_object(
                f"The request object uses signing algorithm '{algorithm}', but the requested OAuth 2.0 Client enforces "
                f"signing algorithm '{wanted}'."
            )
        if algorithm != "none":
            if algorithm not in _ALGORITHMS:
                hint = f"This request object uses unsupported signing algorithm '{algorithm}'."
                raise invalid_request_object(hint)
            verify_jwt(token, _key_of(client, header), [algorithm])
    except InvalidToken:
        raise invalid_request_object("Unable to verify the request object's signature.") from None
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and expiry < now:
        raise unrecognizable()
    return claims


def _key_of(client: Client, header: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return find_key(client.keys, header)
    except HydraProblem:
        kind = "ECDSA" if str(header["alg"]).startswith("ES") else "RSA"
        raise invalid_request_object(f"Unable to retrieve {kind} signing key from OAuth 2.0 Client.") from None
