"""Signs the JWTs of a recording with keys of our own: those of the recorder stayed with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

from ory_async.local.hydra.keys import InvalidToken, decode

_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_METHOD = "private_key_jwt"
_REFUSED = "Unable to verify the integrity"


class Signer:
    """The keys that stand for those of the recorder, by kind and name."""

    def __init__(self, exchanges: Iterable[Mapping[str, Any]]) -> None:
        self._keys: dict[tuple[str, str], Key] = {}
        self._names: dict[tuple[str, str], str] = {}
        """The id of the first key that a client signs with by an algorithm, for JWTs that name none."""
        self.assertions = list(assertions_in(exchanges))
        for header, claims, answer in self.assertions:
            if answer["status"] < 300 and header.get("kid"):
                self._names.setdefault((claims.get("iss", ""), header["alg"]), header["kid"])

    def metadata_of(self, client_id: str) -> dict[str, Any]:
        """Return what a client is registered with that signs like this; empty for one that does not."""
        good = [
            header
            for header, claims, answer in self.assertions
            if answer["status"] < 300 and claims.get("iss") == claims.get("sub") == client_id
        ]
        if not good:
            return {}
        kids = {self._kid(header, client_id): header["alg"] for header in good}
        keys = [{**self._key(alg, kid).as_dict(private=False), "kid": kid, "use": "sig"} for kid, alg in kids.items()]
        signing = {"token_endpoint_auth_signing_alg": good[0]["alg"], "jwks": {"keys": keys}}
        return {"token_endpoint_auth_method": _METHOD, **signing}

    def assertion(self, token: str, answer: Mapping[str, Any]) -> str:
        """Sign what a client said again."""
        header, claims = decode(token)
        name = "of somebody else" if _REFUSED in answer["body_text"] else self._kid(header, str(claims.get("iss")))
        return signed(header, claims, self._key(header["alg"], name))

    def proof(self, token: str, nonces: Mapping[str, str]) -> str:
        """Sign the proof of a key again, for the nonce that was given out here."""
        header, claims = decode(token)
        key = self._key(header["alg"], "of the holder")
        if "jwk" in header:
            header["jwk"] = key.as_dict(private=False)
        return signed(header, {name: nonces.get(value, value) for name, value in claims.items()}, key)

    def _kid(self, header: Mapping[str, Any], issuer: str) -> str:
        return str(header.get("kid") or self._names.get((issuer, header["alg"]), ""))

    def _key(self, algorithm: str, name: str) -> Key:
        kind = _CURVES.get(algorithm, "RSA")
        if (kind, name) not in self._keys:
            self._keys[kind, name] = RSAKey.generate_key(2048) if kind == "RSA" else ECKey.generate_key(kind)
        return self._keys[kind, name]


def signed(header: dict[str, Any], claims: Mapping[str, Any], key: Key) -> str:
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[header["alg"]])


def assertions_in(
    exchanges: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Yield header and claims of what clients signed, and the answer."""
    for exchange in exchanges:
        request = exchange["request"]
        form = dict(parse_qsl(request["body"])) if request["body_kind"] == "form" else {}
        try:
            header, claims = decode(form.get("client_assertion", ""))
        except InvalidToken:
            continue
        yield header, claims, exchange["response"]
