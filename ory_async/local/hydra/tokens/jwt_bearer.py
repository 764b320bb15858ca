"""JWTs of trusted issuers as grants (RFC 7523 section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ...clock import timestamp
from ..keys import SIGNATURE_ALGORITHMS, InvalidToken, decode, verify_jwt
from ..problems import HydraProblem, invalid_grant, invalid_request, invalid_scope, jti_known
from ..registry import Registry
from ..scopes import includes

JWT_BEARER_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def check_assertion(registry: Registry, assertion: str, scopes: Iterable[str]) -> str:
    """Return the subject that a trusted issuer vouches for. Raises Problem (400)."""
    if not assertion:
        raise invalid_request(
            f"The assertion request parameter must be set when using grant_type of '{JWT_BEARER_GRANT}'."
        )
    try:
        header, claims = decode(assertion)
    except InvalidToken:
        raise invalid_grant("Unable to parse JSON Web Token passed in 'assertion' request parameter.") from None
    for name, meaning, article in (("iss", "issuer", "an"), ("sub", "subject", "a")):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise _bad(f"MUST contain {article} '{name}' ({meaning}) claim.")
    kid = _verified_with(registry, assertion, header, claims)
    _check_claims(registry, claims)
    subject = str(claims["sub"])
    trusted = next(each for each in registry.store.issuers_of(claims["iss"], subject) if each.kid == kid)
    for scope in scopes:
        if not includes(trusted.scope, scope):
            raise invalid_scope(
                f"The public key registered for issuer '{claims['iss']}' and subject '{subject}' is not allowed to "
                f"request scope '{scope}'."
            )
    if "jti" in claims:
        registry.store.use_jti(claims["jti"], _moment(claims, "exp") or registry.clock.now(), registry.clock.now())
    return subject


def _verified_with(registry: Registry, assertion: str, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return the id of the key that signed. One that is named may belong to an issuer whose time is over."""
    kid, algorithm, now = header.get("kid"), header.get("alg"), registry.clock.now()
    trusted = registry.store.issuers_of(claims["iss"], claims["sub"])
    kids = [each.kid for each in trusted if (each.kid == kid if kid else each.expires_at > now)]
    keys = [key for key in registry.store.key_sets.get(claims["iss"], []) if key.get("kid") in kids]
    for key in keys:
        try:
            if algorithm in SIGNATURE_ALGORITHMS:
                verify_jwt(assertion, key, [algorithm])
                return str(key["kid"])
        except InvalidToken:
            continue
    if keys and kid:
        raise invalid_grant("Unable to verify the integrity of the 'assertion' value.")
    raise invalid_grant(
        f"No public JWK was registered for issuer '{claims['iss']}' and subject '{claims['sub']}', and public key is "
        "required to check signature of JWT in 'assertion' request parameter."
    )


def _check_claims(registry: Registry, claims: Mapping[str, Any]) -> None:
    now, token_url = registry.clock.now(), registry.url("/oauth2/token")
    audience = claims.get("aud")
    if not audience:
        raise _bad("MUST contain an 'aud' (audience) claim.")
    if token_url not in (audience if isinstance(audience, list) else [audience]):
        raise _bad(
            f"MUST contain an 'aud' (audience) claim containing a value '{token_url}' that identifies the "
            "authorization server as an intended audience."
        )
    expiry, not_before, issued_at = (_moment(claims, name) for name in ("exp", "nbf", "iat"))
    if expiry is None:
        raise _bad("MUST contain an 'exp' (expiration time) claim.")
    if expiry < now:
        raise invalid_grant("The JWT in 'assertion' request parameter expired.")
    if not_before and not_before >= now:
        raise _bad(
            "contains an 'nbf' (not before) claim, that identifies the time "
            f"'{timestamp(not_before)}' before which the token MUST NOT be accepted."
        )
    options = registry.options
    if issued_at is None and not options.jwt_bearer_iat_optional:
        raise _bad("MUST contain an 'iat' (issued at) claim.")
    issued_at = issued_at or now
    if expiry - issued_at > options.jwt_bearer_max_lifespan:
        raise _bad(
            f"contains an 'exp' (expiration time) claim with value '{timestamp(expiry)}' that is unreasonably far in "
            f"the future, considering token issued at '{timestamp(issued_at)}'."
        )
    jti = claims.get("jti")
    if jti is None and options.jwt_bearer_jti_optional:
        return
    if not isinstance(jti, str) or not jti:
        raise _bad("MUST contain an 'jti' (JWT ID) claim.")
    if registry.store.used_jtis.get(jti, now) > now:
        raise jti_known("")


def _bad(fault: str) -> HydraProblem:
    return invalid_grant(f"The JWT in 'assertion' request parameter {fault}")


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=max(min(value, 2**35), -(2**35)))
