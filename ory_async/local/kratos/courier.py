"""The courier: messages are 'sent' the moment they are made, and can be read by the admin API."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from aiohttp import web

from ..answers import Problem, bad_request, json_answer, not_found
from ..bodies import checked_uuid
from ..clock import Clock
from ..paging import keyset_links, keyset_size
from .http import admin
from .state import Message, Store
from .views import message_view

_STATUSES = ("queued", "sent", "processing", "abandoned")


class _Template(NamedTuple):
    """Subject and body of a message, and the name its code or link has in `template_data`."""

    subject: str
    body: str
    secret_name: str


def _code_template(purpose: str, instruction: str, secret_name: str) -> _Template:
    subject = f"Use code {{secret}} to {purpose}"
    return _Template(subject, f"{instruction}:\n\n{{secret}}\n\n{_END}", secret_name)


_END = "If this was not you, do nothing. This code expires in {minutes} minutes.\n"
_TEMPLATES = {
    "recovery_code_valid": _code_template(
        "recover access to your account",
        "Recover access to your account by entering the following code",
        "recovery_code",
    ),
    "recovery_valid": _Template(
        "Recover access to your account",
        f"Recover access to your account by clicking the following link:\n\n{{secret}}\n\n{_END}",
        "recovery_url",
    ),
    "verification_code_valid": _Template(
        "Use code {secret} to verify your account",
        "Verify your account with the following code:\n\n{secret}\n\nor clicking the following link:\n\n{link}\n\n"
        + _END,
        "verification_code",
    ),
    "verification_valid": _Template(
        "Please verify your account",
        f"Verify your account by clicking the following link:\n\n{{secret}}\n\n{_END}",
        "verification_url",
    ),
    "login_code_valid": _code_template("log in", "Log in to your account with the following code", "login_code"),
    "registration_code_valid": _code_template(
        "sign up", "Complete your registration with the following code", "registration_code"
    ),
}


class Courier:
    """Writes messages to the store."""

    def __init__(self, store: Store, clock: Clock, code_lifespan: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._code_lifespan = code_lifespan

    def send(
        self, template: str, recipient: str, *, secret: str = "", link: str = "", channel: str = "email"
    ) -> Message:
        """Send the message of a template; `secret` is its code or link, `channel` is `email` or `sms`."""
        minutes = int(self._code_lifespan.total_seconds() // 60)
        subject, body, secret_name = _TEMPLATES[template]
        data: dict[str, Any] = {"to": recipient, secret_name: secret, "expires_in_minutes": minutes}
        if link:
            data["verification_url"] = link
        values = {"secret": secret, "minutes": minutes, "link": link}
        message = Message(
            recipient=recipient,
            subject=subject.format(**values) if channel == "email" else "",
            body=body.format(**values) if channel == "email" else subject.format(**values),
            template_type=template,
            template_data=data,
            created_at=self._clock.now(),
            type=channel,
        )
        self._store.messages[message.id] = message
        return message


class CourierHandlers:
    """The admin API of the courier."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/admin/courier/messages", admin(self.list_messages)),
            web.get("/admin/courier/messages/{id}", admin(self.get_message)),
        ]

    async def list_messages(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("status") not in (None, "", *_STATUSES):
            raise bad_request("Message status is not valid")
        try:
            size = keyset_size(query, default=10, maximum=500)
        except ValueError as fault:
            raise Problem(400, f"{fault}", code=500) from None
        found = [message for message in reversed(self._store.messages.values()) if _matches(query.get)(message)]
        start = _start(found, query.get("page_token", ""))
        page = found[start : start + size]
        following = _token(found[start + size]) if len(found) > start + size else None
        headers = keyset_links(request, size=size, first=_token(None), next=following)
        return json_answer([message_view(message) for message in page], headers=headers)

    async def get_message(self, request: web.Request) -> web.Response:
        message = self._store.messages.get(checked_uuid(request.match_info["id"]))
        if message is None:
            raise not_found()
        return json_answer(message_view(message, dispatches=True))


def _matches(wanted: Callable[[str], str | None]) -> Callable[[Message], bool]:
    status, recipient = wanted("status"), wanted("recipient")
    return lambda message: status in (None, "", message.status) and recipient in (None, "", message.recipient)


def _token(message: Message | None) -> str:
    return base64.urlsafe_b64encode(f"message={message.id if message else ''}".encode()).decode()


def _start(messages: list[Message], token: str) -> int:
    if token in ("", _token(None)):
        return 0
    for index, message in enumerate(messages):
        if _token(message) == token:
            return index
    raise Problem(400, "invalid pagination token")
