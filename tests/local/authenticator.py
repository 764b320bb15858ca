"""An authenticator in software: makes WebAuthn keys and signs with them, as a browser's script would submit it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _HAS_KEY = 0x01, 0x40


class Authenticator:
    """Holds one ES256 key, once `create` has made it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._handle = b""
        self._uses = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer the options of `navigator.credentials.create`."""
        key = options["publicKey"]
        self._handle = decoded(key["user"]["id"])
        numbers = self._private.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor2.dumps(point)
        data = self._data(key["rp"]["id"], _PRESENT | _HAS_KEY) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", key["challenge"])
        return self._answer({"attestationObject": encoded(statement), "clientDataJSON": encoded(client)})

    def get(self, options: dict[str, Any]) -> str:
        """Answer the options of `navigator.credentials.get`."""
        key = options["publicKey"]
        self._uses += 1
        data, client = self._data(key["rpId"], _PRESENT), self._client_data("webauthn.get", key["challenge"])
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "authenticatorData": encoded(data),
                "clientDataJSON": encoded(client),
                "signature": encoded(signature),
                "userHandle": encoded(self._handle),
            }
        )

    def _data(self, party: str, flags: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + self._uses.to_bytes(4, "big")

    def _client_data(self, type: str, challenge: str) -> bytes:
        return json.dumps({"type": type, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        id = encoded(self._id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
