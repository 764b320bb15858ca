"""Forms that only the browser they were drawn for can send, and notes that come back as they went."""

from __future__ import annotations

import hmac
import secrets
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from ...errors import ConfigurationError, InvalidRequest

_COOKIE: Final = "ory_provider_csrf"
_SHORTEST_SECRET: Final = 32
_LONGEST_BODY: Final = 65_536
_MOST_FIELDS: Final = 200


class Forms:
    """Signs with a secret of at least 32 characters, such as ``secrets.token_urlsafe(32)`` gives.

    Raises `ConfigurationError` for a shorter one.
    """

    def __init__(self, secret: str | bytes) -> None:
        key = secret.encode() if isinstance(secret, str) else secret
        if not isinstance(key, bytes) or len(key) < _SHORTEST_SECRET:
            raise ConfigurationError("secret must be at least 32 random characters, such as secrets.token_urlsafe(32)")
        self._key = key

    def signature(self, *parts: str) -> str:
        """What proves that these texts were put together here."""
        content = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(self._key, b"ory_async.provider\0" + content, "sha256").hex()

    def is_signed(self, signature: str, *parts: str) -> bool:
        """Whether `signature` made that."""
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self.signature(*parts).encode())

    def browser(self, request: Request) -> str:
        """What the forms of this browser are known by: its cookie, or a new one."""
        return request.cookies.get(_COOKIE) or secrets.token_urlsafe(32)

    def keep(self, request: Request, response: Response, browser: str) -> None:
        """Give the browser its cookie."""
        path = request.scope.get("root_path", "") or "/"
        is_secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, browser, path=path, secure=is_secure, httponly=True, samesite="lax")

    async def sent(self, request: Request, page: str, challenge: str) -> dict[str, list[str]] | None:
        """The fields of a form; None where it was not drawn for this browser, this page and this challenge.

        Raises `InvalidRequest` for a body that is too large, or no form.
        """
        fields = await _fields(request)
        browser, token = request.cookies.get(_COOKIE, ""), fields.get("csrf_token", [""])[0]
        is_own = bool(browser) and self.is_signed(token, "form", browser, page, challenge)
        return fields if is_own else None

    def token(self, browser: str, page: str, challenge: str) -> str:
        """The value of a form's field ``csrf_token``."""
        return self.signature("form", browser, page, challenge)


async def _fields(request: Request) -> dict[str, list[str]]:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LONGEST_BODY:
            raise InvalidRequest("the form is too large")
    try:
        return parse_qs(content.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidRequest("the body is no form") from None
