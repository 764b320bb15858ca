"""Take secrets out of what is logged or shown in errors."""

from __future__ import annotations

import re

from .models.base import Json

REDACTED = "[redacted]"

_SECRET_NAMES = re.compile(
    r"token|password|secret|cookie|authorization|assertion|verifier|credential|csrf|hashed|nonce|signature|private"
    r"|^(code|codes|raw_key|recovery_code|recovery_codes|key|jwk|jwks|d|p|q|dp|dq|qi|k|identifier_code|init_code|return_to_code|totp_url)$",
    re.IGNORECASE,
)
_PLAIN_NAMES = frozenset(
    {"next_page_token", "token_type", "token_endpoint", "token_endpoint_auth_method", "credentials_identifier"}
)
_SECRET_TEXT = re.compile(
    r"ory_[a-z]{2,4}_[\w.~+/=-]{6,}"  # Ory's own prefixes: session, access and refresh tokens, API keys
    r"|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*"  # JWT
    r"|(?<=[Bb]earer )[^\s\"',]+|(?<=[Bb]asic )[^\s\"',]+"
    r"|(?<=token=)[^\s\"'&]+|(?<=code=)[^\s\"'&]+|(?<=secret=)[^\s\"'&]+|(?<=password=)[^\s\"'&]+|(?<=challenge=)[^\s\"'&]+"
    r"|(?<=verifier=)[^\s\"'&]+"
    r"|(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)"  # a user and a password in a URL
    r"|[A-Za-z0-9_~+/-]{40,}=*"  # anything long and random
)
_SECRET_MEMBER = re.compile(
    r'("[^"]*(?:token|password|secret|cookie|csrf|code|assertion)[^"]*"\s*:\s*")[^"]*', re.IGNORECASE
)


def redact_text(text: str) -> str:
    """The text without what looks like a token, a key or a password."""
    return _SECRET_TEXT.sub(REDACTED, _SECRET_MEMBER.sub(rf"\g<1>{REDACTED}", text))


def redact(data: Json, name: str = "") -> Json:
    """A copy of JSON data without the values of members whose name tells that they are secret."""
    try:
        return _redact(data, name)
    except RecursionError:  # nested too deeply to be looked through
        return REDACTED


def _redact(data: Json, name: str) -> Json:
    if isinstance(data, dict):
        if _holds_secret(data):
            data = {**data, "value": REDACTED}
        return {key: _redact(value, key) for key, value in data.items()}
    if isinstance(data, list):
        return [_redact(item, name) for item in data]
    if data is None or isinstance(data, bool) or (name == "code" and isinstance(data, int)):  # a status, no secret
        return data
    if name and name not in _PLAIN_NAMES and _SECRET_NAMES.search(name):
        return REDACTED
    return redact_text(data) if isinstance(data, str) else data


def _holds_secret(node: dict[str, Json]) -> bool:
    """Whether it is the input node of a form whose value is secret, such as that of the CSRF token."""
    name = node.get("name")
    return isinstance(name, str) and "value" in node and _SECRET_NAMES.search(name) is not None
