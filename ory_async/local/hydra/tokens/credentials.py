"""Verifiable credentials for the owner of an access token (OpenID for Verifiable Credential Issuance, draft 00)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ... import base64url
from ...answers import json_answer
from ...bodies import read_json
from ...ids import new_id
from ..grants import AccessToken
from ..http import bearer_token, plain
from ..keys import ID_TOKEN_KEYS, SIGNATURE_ALGORITHMS, InvalidToken, decode, verify_jwt
from ..problems import invalid_request
from ..registry import Registry
from ..state import without_private
from .introspection import Introspection

_FORMAT = "jwt_vc_json"
_LIFESPAN = 3600
_KEY_FIELDS = ("use", "kty", "kid", "crv", "alg", "x", "y", "n", "e")
_NOT_CLAIMED = frozenset({"sub", "iss", "aud", "iat", "rat", "auth_time", "nonce", "acr", "amr"})


@dataclass
class Credentials:
    """Handles /credentials."""

    registry: Registry
    introspection: Introspection

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/credentials", plain(self._create))]

    async def _create(self, request: web.Request) -> web.Response:
        token = self.introspection.active(bearer_token(request))
        if not isinstance(token, AccessToken):
            raise invalid_request("The provided token is not an access token.")
        try:
            body = await read_json(request)
        except ValueError:
            raise invalid_request("Unable to decode request body.") from None
        body = body if isinstance(body, dict) else {}
        format, proof = body.get("format", ""), body.get("proof")
        if format != _FORMAT:
            raise invalid_request(f"The format '{format}' is not supported.")
        if proof is None:
            return self._missing_proof(token)
        key = self._proven_key(token, proof if isinstance(proof, dict) else {})
        return json_answer({"format": _FORMAT, "credential_draft_00": await self._credential(token, key)})

    def _missing_proof(self, token: AccessToken) -> web.Response:
        """Answer the nonce that a proof must contain; that this is an error is how the draft has it."""
        nonce, lifespan = secrets.token_urlsafe(48), self.registry.options.credential_nonce_lifespan
        self.registry.grants.nonces[token.value, nonce] = self.registry.clock.now() + lifespan
        problem = {
            "format": "jwt_vc",
            "c_nonce": nonce,
            "c_nonce_expires_in": int(lifespan.total_seconds()),
            "error": "missing_proof",
            "error_description": (
                "Could not issue a verifiable credential because the proof is missing in the request."
            ),
        }
        return json_answer(problem, 400)

    def _proven_key(self, token: AccessToken, proof: Mapping[str, Any]) -> dict[str, Any]:
        """Return the public key that the sender has shown to own. Raises Problem (400)."""
        kind, jwt = proof.get("proof_type", ""), proof.get("jwt")
        if kind != "jwt":
            raise invalid_request(f"The proof type '{kind}' is not supported.")
        if not isinstance(jwt, str) or "." not in jwt:
            raise invalid_request("The JWT in the proof is malformed.")
        try:
            header, _ = decode(jwt)
        except InvalidToken:
            raise invalid_request("The JWT header in the proof is malformed.") from None
        key = header.get("jwk")
        if not isinstance(key, dict) or "kty" not in key or key["kty"] == "oct":
            raise invalid_request("The JWK in the JWT header is malformed.")
        try:
            claims = verify_jwt(jwt, key, [a for a in SIGNATURE_ALGORITHMS if a == header.get("alg")])
        except InvalidToken:
            raise invalid_request("The JWT was not signed with the correct key supplied in the JWK header.") from None
        nonce = claims.get("nonce")
        if not isinstance(nonce, str):
            raise invalid_request("The JWT did not contain the 'nonce' claim.")
        end = self.registry.grants.nonces.get((token.value, nonce))
        if end is None:
            raise invalid_request("The nonce is invalid.")
        if end < self.registry.clock.now():
            raise invalid_request("The nonce has expired.")
        return without_private(key)

    async def _credential(self, token: AccessToken, key: Mapping[str, Any]) -> str:
        claims, ordered = token.grant.claims, {name: key[name] for name in _KEY_FIELDS if name in key}
        text = json.dumps(ordered, separators=(",", ":")).encode()
        id = f"did:jwk:{base64url.encoded(text)}"
        issued_at = float(claims.get("iat", 0))
        about = {name: value for name, value in claims.items() if name not in _NOT_CLAIMED}
        credential = {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential", "UserInfoCredential"],
            "credentialSubject": {"id": id, "sub": claims.get("sub", ""), **about},
        }
        return await self.registry.keys.sign(
            ID_TOKEN_KEYS,
            {
                "exp": issued_at + _LIFESPAN,
                "iat": issued_at,
                "iss": self.registry.issuer,
                "jti": new_id(),
                "nbf": issued_at,
                "sub": id,
                "vc": credential,
            },
        )
