"""Whether credentials are good, and tokens derived from them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from ... import models
from ..answers import FORBIDDEN, UNAUTHORIZED, Problem, bad_request, json_answer, not_found
from ..clock import timestamp
from ..console.http import Kind, fields_of, read_fields, read_json, require_texts
from ..hydra.keys import InvalidToken
from ..ids import new_id
from .fields import read_lifespan, read_object
from .registry import Registry
from .revocation import REVOCATION, read_reason, revoke
from .state import Key

_VERIFY: Mapping[str, Kind] = {"credential": "string", "expected_audiences": "array"}
_DERIVE: Mapping[str, Kind] = {
    "credential": "string",
    "algorithm": models.TokenAlgorithm,
    "scopes": "array",
    "audiences": "array",
    "ttl": "string",
    "custom_claims": "object",
}
_RESERVED = frozenset(("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "akid", "oid", "scp", "vis", "meta"))
_LARGEST_BATCH = 100
_TOKEN_LIFESPAN = timedelta(hours=1)


class Invalid(Exception):
    """A credential that is not good: `code` is the end of the error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class VerificationHandlers:
    """Handlers of verification and derivation, of revocation by holders, and of the public keys."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v2alpha1/admin/apiKeys:verify", self.verify),
            web.post("/v2alpha1/admin/apiKeys:batchVerify", self.verify_batch),
            web.post("/v2alpha1/admin/apiKeys:derive", self.derive),
            web.post("/v2alpha1/apiKeys:selfRevoke", self.self_revoke),
            web.get("/v2alpha1/derivedKeys/jwks.json", self.get_jwks),
        ]

    async def verify(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        fields_of(body, _VERIFY, required=("credential",))
        return json_answer(await self._result(request, body))

    async def verify_batch(self, request: web.Request) -> web.Response:
        bodies = (await read_fields(request, {"requests": "array"})).get("requests", [])
        if not 1 <= len(bodies) <= _LARGEST_BATCH:
            raise bad_request(f"requests has to hold 1 to {_LARGEST_BATCH} credentials")
        return json_answer({"results": [await self._result(request, body) for body in bodies]})

    async def _result(self, request: web.Request, body: Any) -> dict[str, Any]:
        given = fields_of(body, _VERIFY)
        require_texts("expected_audiences", given.get("expected_audiences", []))
        credential = given.get("credential", "")
        try:
            if self._registry.tokens.is_token(credential):
                view = await self._verified_token(credential, given.get("expected_audiences", []))
            else:
                view = self._verified_key(request, credential)
        except Invalid as error:
            code = f"VERIFICATION_ERROR_{error.code}"
            return {"is_valid": False, "error_code": code, "error_message": str(error)}
        view = {"is_valid": True, **view, "issuer": self._registry.base_url()}
        return {name: value for name, value in view.items() if value is not None}

    def _verified_key(self, request: web.Request, credential: str) -> dict[str, Any]:
        key = self._good_key(credential)
        _require_address(key, request.remote)
        key.last_used_at = now = self._registry.clock.now()
        return {
            "key_id": key.id,
            "actor_id": key.actor_id,
            "status": key.status(now),
            "visibility": key.visibility,
            "scopes": key.scopes,
            "metadata": key.metadata,
            "expire_time": key.expires_at and timestamp(key.expires_at),
            "rate_limit_policy": key.rate_limit_policy,
        }

    async def _verified_token(self, token: str, audiences: list[str]) -> dict[str, Any]:
        try:
            claims = await self._registry.tokens.read(token)
        except InvalidToken as error:
            raise Invalid("SIGNATURE_INVALID", str(error)) from None
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        if expires_at <= self._registry.clock.now():
            raise Invalid("EXPIRED", "the token has expired")
        if audiences and not set(audiences) & set(claims.get("aud", [])):
            raise Invalid("AUDIENCE_MISMATCH", "the token is meant for somebody else")
        return {
            "key_id": claims["akid"],
            "actor_id": claims["oid"],
            "status": "KEY_STATUS_ACTIVE",
            "visibility": claims["vis"],
            "scopes": claims["scp"],
            "audiences": claims.get("aud"),
            "metadata": claims["meta"],
            "expire_time": timestamp(expires_at),
        }

    def _good_key(self, credential: str) -> Key:
        """Return the key that has this credential. Raises Invalid for one that is not known, revoked or expired."""
        key = self._store.find(credential)
        if key is None:
            raise Invalid("NOT_FOUND", "there is no such API key")
        if key.is_revoked:
            raise Invalid("REVOKED", "the API key is revoked")
        if key.has_expired(self._registry.clock.now()):
            raise Invalid("EXPIRED", "the API key has expired")
        return key

    async def derive(self, request: web.Request) -> web.Response:
        """Make a token of a key; whoever shows a token itself is refused like anybody who has no key."""
        given = await read_fields(request, _DERIVE, required=("credential",))
        for name in ("scopes", "audiences"):
            require_texts(name, given.get(name, []))
        custom = read_object("custom_claims", given.get("custom_claims", {}))
        if reserved := _RESERVED & custom.keys():
            raise bad_request(f"the claim {min(reserved)} in custom_claims is the server's")
        lifespan = read_lifespan(given.get("ttl", ""), _TOKEN_LIFESPAN)
        try:
            key = self._good_key(given["credential"])
        except Invalid as error:
            status, message = (403, FORBIDDEN) if error.code == "REVOKED" else (401, UNAUTHORIZED)
            raise Problem(status, message, reason=str(error)) from None
        claims = {**custom, **self._claims(key, given, lifespan)}
        token = await self._registry.tokens.sign(
            claims, is_macaroon=given.get("algorithm") == "TOKEN_ALGORITHM_MACAROON"
        )
        view = {"token": token, "scopes": claims["scp"], "audiences": claims.get("aud", []), "claims": claims}
        expire_time = timestamp(datetime.fromtimestamp(claims["exp"], UTC))
        return json_answer({"token": {**view, "expire_time": expire_time}})

    def _claims(self, key: Key, given: Mapping[str, Any], lifespan: timedelta) -> dict[str, Any]:
        """Make the claims of a token, which has no more scopes and no longer life than its key. Raises Problem."""
        scopes = given.get("scopes") or key.scopes
        for scope in scopes:
            if scope not in key.scopes:
                raise Problem(403, FORBIDDEN, reason=f"the scope {scope!r:.60} is not one of the key")
        now = self._registry.clock.now()
        if key.expires_at and now + lifespan > key.expires_at:
            raise bad_request("ttl exceeds the remaining life of the key")
        return {
            "iss": self._registry.base_url(),
            "sub": key.id,
            **({"aud": given["audiences"]} if given.get("audiences") else {}),
            "exp": int((now + lifespan).timestamp()),
            "nbf": int(now.timestamp()),
            "iat": int(now.timestamp()),
            "jti": new_id(),
            "akid": key.id,
            "oid": key.actor_id,
            "scp": scopes,
            "vis": key.visibility,
            "meta": key.metadata,
        }

    async def self_revoke(self, request: web.Request) -> web.Response:
        """Revoke a key for its holder; one that is revoked already is no error."""
        body = await read_json(request)
        credential = fields_of(body, {**REVOCATION, "credential": "string"}, required=("credential",))["credential"]
        reason, _ = read_reason(body, by_holder=True)
        if self._registry.tokens.is_token(credential):
            raise bad_request("derived tokens cannot be revoked")
        try:
            revoke(self._good_key(credential), self._registry.clock.now(), reason)
        except Invalid as error:
            if error.code == "NOT_FOUND":
                raise not_found(str(error)) from None
            if error.code == "EXPIRED":
                raise Problem(401, UNAUTHORIZED, reason=str(error)) from None
        return json_answer({})

    async def get_jwks(self, request: web.Request) -> web.Response:
        return json_answer({"jwks": {"keys": await self._registry.tokens.public_keys()}})


def _require_address(key: Key, address: str | None) -> None:
    """Raise Invalid for a key that may not be used from this address."""
    networks = (key.ip_restriction or {}).get("allowed_cidrs", [])
    here = ipaddress.ip_address(address or "127.0.0.1")
    if networks and not any(here in ipaddress.ip_network(network, strict=False) for network in networks):
        raise Invalid("IP_NOT_ALLOWED", "the API key may not be used from here")
