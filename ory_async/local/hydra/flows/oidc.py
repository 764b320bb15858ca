"""What OpenID Connect adds to an authorization request: prompt, max_age, id_token_hint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..keys import ID_TOKEN_KEYS, InvalidToken, decode
from ..problems import consent_required, invalid_request, login_required, unrecognizable
from ..registry import Registry
from .authorize_request import AuthorizeRequest, is_trustworthy

_PROMPTS = frozenset({"login", "none", "consent", "select_account", "registration"})


async def hinted_claims(registry: Registry, token: str) -> dict[str, Any]:
    """Return the claims of an id_token_hint, which may have expired. Raises Problem (400)."""
    try:
        decode(token)
    except InvalidToken:
        raise invalid_request("illegal base64 data at input byte 0") from None
    try:
        return await registry.keys.verify(ID_TOKEN_KEYS, token)
    except InvalidToken:
        raise invalid_request("go-jose/go-jose: error in cryptographic primitive") from None


async def hinted_subject(registry: Registry, token: str) -> str:
    """Return the subject of an id_token_hint. Raises Problem (400)."""
    subject = (await hinted_claims(registry, token)).get("sub")
    if not isinstance(subject, str) or not subject:
        raise invalid_request(
            "Failed to validate OpenID Connect request because provided id token from id_token_hint does not have a "
            "subject."
        )
    return subject


def max_age(asked: AuthorizeRequest) -> timedelta | None:
    """Return how long ago the user may have logged in, None when that does not matter. Raises Problem."""
    text = asked.form.get("max_age", "")
    try:
        seconds = int(text) if text else -1
    except ValueError:
        raise unrecognizable() from None
    return timedelta(seconds=min(seconds, 2**32)) if seconds >= 0 else None


async def check_prompt(
    registry: Registry, asked: AuthorizeRequest, subject: str, *, authenticated_at: datetime, requested_at: datetime
) -> None:
    """Check that the login which took place is the one that was asked for. Raises Problem.

    `subject` is the one that the client sees.
    """
    if "none" in asked.prompt and asked.client.is_public and not is_trustworthy(asked.redirect_uri):
        raise consent_required(
            "OAuth 2.0 Client is marked public and redirect uri is not considered secure (https missing), but "
            "'prompt=none' was requested."
        )
    if not _PROMPTS.issuperset(asked.prompt):
        raise invalid_request(f"Used unknown value '[{' '.join(asked.prompt)}]' for prompt parameter")
    if "none" in asked.prompt and len(asked.prompt) > 1:
        raise invalid_request(
            "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed."
        )
    age = max_age(asked)
    if age and authenticated_at + age < requested_at:
        raise login_required()
    _check_time(asked, authenticated_at, requested_at)
    hint = asked.form.get("id_token_hint", "")
    if hint and await hinted_subject(registry, hint) != subject:
        raise login_required(
            "Failed to validate OpenID Connect request because the subject from provided id token from id_token_hint "
            "does not match the current session's subject."
        )


def _check_time(asked: AuthorizeRequest, authenticated_at: datetime, requested_at: datetime) -> None:
    start = "Failed to validate OpenID Connect request because prompt was set to"
    logged_in, registered = f"auth_time ('{authenticated_at}')", f"the authorization request ('{requested_at}')"
    if "none" in asked.prompt and authenticated_at > requested_at:
        raise login_required(
            f"{start} 'none' but {logged_in} happened after {registered} was registered, indicating that the user was "
            "logged in during this request which is not allowed."
        )
    if "login" in asked.prompt and authenticated_at < requested_at:
        raise login_required(
            f"{start} 'login' but {logged_in} happened before {registered} was registered, indicating that the user "
            "was not re-authenticated which is forbidden."
        )
