"""Sessions as JSON Web Tokens, for `tokenize_as`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey

from ..answers import bad_request, json_answer
from ..ids import new_id
from .http import public
from .options import TokenizerTemplate
from .registry import Registry
from .state import Identity


class Tokenizer:
    """Signs session views with a key of its own, which is made when it is first needed.

    The public half stands at `/.well-known/ory/session-jwks.json`; a real Kratos leaves publishing it to its operator.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._key: ECKey | None = None

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/.well-known/ory/session-jwks.json", public(self.keys))]

    async def keys(self, request: web.Request) -> web.Response:
        return json_answer({"keys": [self._signing_key().as_dict(private=False)]})

    def tokenize(self, name: str, session: Mapping[str, Any], identity: Identity) -> str:
        """Return the JWT of a session view by the template of that name. Raises Problem (400)."""
        template = self._registry.options.tokenizer_templates.get(name)
        if template is None:
            raise bad_request(f'Unable to find tokenizer template "{name}".')
        now = self._registry.clock.now()
        key = self._signing_key()
        claims = self._claims(template, session, now) | {"sub": _subject(template, identity)}
        return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key)

    def _claims(self, template: TokenizerTemplate, session: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        seconds = int(now.timestamp())
        standard = {
            "exp": int((now + template.ttl).timestamp()),
            "iat": seconds,
            "iss": self._registry.url("/"),
            "jti": new_id(),
            "nbf": seconds,
            "sid": session["id"],
        }
        mapped = {name: _mapped(value, session) for name, value in template.claims.items()}
        return standard | {name: value for name, value in mapped.items() if value is not None}

    def _signing_key(self) -> ECKey:
        if self._key is None:
            self._key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
        return self._key


def _mapped(value: Any, session: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or not value.startswith("session."):
        return value
    found: Any = session
    for part in value.split(".")[1:]:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _subject(template: TokenizerTemplate, identity: Identity) -> str:
    if template.subject_source == "id":
        return identity.id
    if not identity.external_id:
        raise bad_request(
            "The session's identity does not have an external ID set, but it is required for the subject claim."
        )
    return identity.external_id
