"""How a client proves who it is: basic, post, none and private_key_jwt (RFC 6749 section 2.3, RFC 7523 section 2.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import aiohttp
from aiohttp import web

from ..passwords import verify_password
from .http import BAD_ESCAPE
from .keys import InvalidToken, decode, verify_jwt
from .problems import HydraProblem, invalid_client, invalid_request, jti_known, unrecognizable
from .registry import Registry
from .state import Client

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HASH_ROUNDS = 100
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC"}


def hash_secret(secret: str) -> str:
    """Hash a client secret; cheaply, as everything here lives in memory only."""
    salt = secrets.token_bytes(16)
    digest = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, _HASH_ROUNDS)
    salt_text, digest_text = (base64.b64encode(part).decode().rstrip("=") for part in (salt, digest))
    return f"$pbkdf2-sha256$i={_HASH_ROUNDS},l={len(digest)}${salt_text}${digest_text}"


async def authenticate_client(registry: Registry, request: web.Request, form: Mapping[str, str]) -> Client:
    """Return the client that sent a form to a protocol endpoint. Raises Problem (400, 401) when it is not proven."""
    assertion_type = form.get("client_assertion_type", "")
    if assertion_type == _ASSERTION_TYPE:
        return await _by_assertion(registry, form)
    if assertion_type:
        raise invalid_request(f"Unknown client_assertion_type '{assertion_type}'.")
    return await _by_secret(registry, request, form)


async def _by_secret(registry: Registry, request: web.Request, form: Mapping[str, str]) -> Client:
    basic = basic_credentials(request.headers.get("Authorization", ""))
    client_id, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    if not basic and not client_id:
        hint = "Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body."
        raise invalid_request(hint)
    client = registry.store.clients.get(client_id)
    if client is None:
        raise invalid_client()
    if form.get("client_id") and form.get("client_secret") and client.auth_method != "client_secret_post":
        raise _wrong_method(client, "client_secret_post")
    if basic and secret and client.auth_method != "client_secret_basic":
        raise _wrong_method(client, "client_secret_basic")
    if client.is_public:
        return client
    for hashed in (client.secret_hash, *client.rotated_hashes):
        if await verify_password(secret, hashed):
            return client
    raise invalid_client()


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Return id and secret of an Authorization header, None when it has none. Raises Problem when wrongly encoded."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, separator, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not separator:
        return None
    for name, text in (("id", client_id), ("secret", secret)):
        if BAD_ESCAPE.search(text):
            raise invalid_request(
                f"The client {name} in the HTTP authorization header could not be decoded from "
                "'application/x-www-form-urlencoded'."
            )
    return unquote_plus(client_id), unquote_plus(secret)


def _wrong_method(client: Client, asked: str) -> HydraProblem:
    return invalid_client(
        f"The OAuth 2.0 Client supports client authentication method '{client.auth_method}', but method '{asked}' was "
        f"requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '{asked}'."
    )


async def _by_assertion(registry: Registry, form: Mapping[str, str]) -> Client:
    assertion = form.get("client_assertion", "")
    if not assertion:
        raise invalid_request(
            "The client_assertion request parameter must be set when using client_assertion_type of "
            f"'{_ASSERTION_TYPE}'."
        )
    try:
        header, claims = decode(assertion)
    except InvalidToken:
        raise _bad_integrity() from None
    client_id = form.get("client_id") or claims.get("sub")
    if not isinstance(client_id, str):
        raise invalid_client("The claim 'sub' from the client_assertion JSON Web Token is undefined.")
    client = registry.store.clients.get(client_id)
    if client is None:
        raise invalid_client()
    _check_method(client, header)
    key = await client_key(registry, client, header)
    try:
        verify_jwt(assertion, key, [client.auth_signing_alg])
    except InvalidToken:
        raise _bad_integrity() from None
    _check_claims(registry, client, claims)
    return client


def _bad_integrity() -> HydraProblem:
    return invalid_client("Unable to verify the integrity of the 'client_assertion' value.")


def _check_method(client: Client, header: Mapping[str, Any]) -> None:
    method, algorithm = client.auth_method, header.get("alg")
    if method == "none":
        raise invalid_client(
            "This requested OAuth 2.0 client does not support client authentication, however 'client_assertion' was "
            "provided in the request."
        )
    if method != "private_key_jwt":
        raise invalid_client(
            f"This requested OAuth 2.0 client only supports client authentication method '{method}', however "
            "'client_assertion' was provided in the request."
        )
    if algorithm != client.auth_signing_alg:
        raise invalid_client(
            f"The 'client_assertion' uses signing algorithm '{algorithm}' but the requested OAuth 2.0 Client enforces "
            f"signing algorithm '{client.auth_signing_alg}'."
        )


async def client_key(registry: Registry, client: Client, header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key that a JWT of the client names, from its metadata or its jwks_uri."""
    if client.keys:
        return find_key(client.keys, header)
    uri = client.metadata.get("jwks_uri")
    if not uri:
        raise invalid_client(
            "The OAuth 2.0 Client has no JSON Web Keys set registered, but they are needed to complete the request."
        )
    try:
        return find_key(registry.store.fetched_keys[uri], header)
    except (KeyError, HydraProblem):  # not fetched yet, or the client has new keys since
        registry.store.fetched_keys[uri] = await _fetch_keys(uri)
    return find_key(registry.store.fetched_keys[uri], header)


async def _fetch_keys(uri: str) -> list[dict[str, Any]]:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(uri, allow_redirects=False) as response,
        ):
            document = json.loads(await response.read())
        keys = document["keys"]
        return [key for key in keys if isinstance(key, dict)]
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        raise unrecognizable() from None


def find_key(keys: list[dict[str, Any]], header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the signature key that a JWT's header names by `kid` and `alg`. Raises Problem (400) when there is none."""
    kid, algorithm = header.get("kid"), header.get("alg")
    kind = _KEY_TYPES.get(str(algorithm)[:2])
    if kind is None:
        raise invalid_client(
            f"The 'client_assertion' request parameter uses unsupported signing algorithm '{algorithm}'."
        )
    if not keys:
        raise invalid_request("The retrieved JSON Web Key Set does not contain any key.")
    named = [key for key in keys if kid is None or key.get("kid") == kid]
    if not named:
        raise invalid_request(f"The JSON Web Token uses signing key with kid '{kid}', which could not be found.")
    for key in named:
        if key.get("use") == "sig" and key.get("kty") == kind:
            return key
    name = "RSA" if kind == "RSA" else "ECDSA"
    raise invalid_request(f"Unable to find {name} public key with use='sig' for kid '{kid or ''}' in JSON Web Key Set.")


def _check_claims(registry: Registry, client: Client, claims: Mapping[str, Any]) -> None:
    now, jti = registry.clock.now(), claims.get("jti")
    expiry, not_before = _number(claims, "exp"), _number(claims, "nbf")
    if not (not_before or 0) <= now.timestamp() <= (now.timestamp() if expiry is None else expiry):
        raise unrecognizable()  # Hydra takes it for its own fault
    for name in ("iss", "sub"):
        if claims.get(name) != client.id:
            raise invalid_client(
                f"Claim '{name}' from 'client_assertion' must match the 'client_id' of the OAuth 2.0 Client."
            )
    if not isinstance(jti, str) or not jti:
        raise invalid_client("Claim 'jti' from 'client_assertion' must be set but is not.")
    if jti in registry.store.used_jtis and registry.store.used_jtis[jti] > now:
        raise jti_known("Claim 'jti' from 'client_assertion' MUST only be used once.")
    if expiry is None:
        raise invalid_client(
            "Unable to type assert the expiry time from claims. This should not happen as we validate the expiry time "
            "already earlier with token.Claims.Valid()"
        )
    registry.store.use_jti(jti, datetime.fromtimestamp(expiry, UTC), now)
    token_url, audience = registry.url("/oauth2/token"), claims.get("aud")
    if token_url not in (audience if isinstance(audience, list) else [audience]):
        raise invalid_client(
            "Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint "
            f"'{token_url}'."
        )


def _number(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(min(value, 2**35)) if isinstance(value, int | float) and not isinstance(value, bool) else None
