"""JWTs that issuers and clients sign, with keys that are the same on both sides."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from .side import Side

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
PUBLIC_KEY = KEY.as_dict(private=False)
# Changes to the claims of a good assertion; None leaves one out, and numbers are seconds from now.
CLAIMS: list[dict[str, Any]] = [
    {"exp": -60},
    {"exp": None},
    {"exp": 40 * 86400},
    {"nbf": 60},
    {"iat": None},
    {"jti": None},
    {"sub": "somebody"},
    {"sub": None},
    {"iss": "https://other.example"},
    {"aud": "https://other.example"},
    {"aud": None},
]


def assertion(side: Side, key: ECKey, claims: dict[str, Any]) -> str:
    """Sign claims for the token endpoint of a side."""
    now = int(time.time())
    whole: dict[str, Any] = {"aud": f"{side.url('hydra_public')}/oauth2/token", "iat": 0, "exp": 60, **claims}
    whole |= {name: now + whole[name] for name in ("iat", "exp", "nbf") if whole.get(name) is not None}
    given = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "k1"}, given, key)
