"""The messages that a local Ory has sent: mails and SMS, with their codes and links."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, overload

from .kratos.state import Message as _Sent
from .kratos.state import Store


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that was sent. What may hold a code is left out of its repr.

    `kind` is the name of its template, such as `recovery_code_valid`; `channel` is `email` or `sms`. `code` and `link`
    are what the message is about, empty where it has none.
    """

    id: str
    to: str
    kind: str
    channel: str
    sent_at: datetime
    subject: str = field(repr=False)
    body: str = field(repr=False)
    code: str = field(repr=False)
    link: str = field(repr=False)


class Outbox(Sequence[Message]):
    """All messages, oldest first. They are sent before the request that causes them is answered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self._messages()[index]

    def __len__(self) -> int:
        return len(self._store.messages)

    def matching(self, *, to: str | None = None, kind: str | None = None) -> list[Message]:
        """Return the messages to an address or telephone number, and of a kind."""
        address = None if to is None else to.strip().lower()
        return [
            message for message in self._messages() if address in (None, message.to) and kind in (None, message.kind)
        ]

    def last(self, *, to: str | None = None, kind: str | None = None) -> Message:
        """Return the newest message, to an address and of a kind where given. Raises LookupError when there is none."""
        found = self.matching(to=to, kind=kind)
        if not found:
            raise LookupError(self._nothing(to, kind))
        return found[-1]

    def codes(self, to: str) -> list[str]:
        """Return the codes that were sent to an address, oldest first."""
        return [message.code for message in self.matching(to=to) if message.code]

    async def wait(
        self, *, to: str | None = None, kind: str | None = None, count: int = 1, timeout: float = 5.0
    ) -> Message:
        """Wait until there are `count` messages, to an address and of a kind where given, and return the last of them.

        For messages that something in the background causes. Raises TimeoutError after `timeout` seconds.
        """
        mine = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.add(mine)
        try:
            async with asyncio.timeout(timeout):
                while len(found := self.matching(to=to, kind=kind)) < count:
                    mine[1].clear()
                    await mine[1].wait()
                return found[count - 1]
        except TimeoutError:
            raise TimeoutError(f"{self._nothing(to, kind)} in {timeout:g} s") from None
        finally:
            self._waiting.discard(mine)

    def notify(self) -> None:
        """Have those who wait look again."""
        for loop, event in list(self._waiting):
            with contextlib.suppress(RuntimeError):  # a loop that has ended meanwhile
                loop.call_soon_threadsafe(event.set)

    def _messages(self) -> list[Message]:
        return [_message(sent) for sent in list(self._store.messages.values())]

    def _nothing(self, to: str | None, kind: str | None) -> str:
        wanted = " ".join([*([kind] if kind else []), "message", *([f"to {to}"] if to else [])])
        others = ", ".join(f"{message.kind} to {message.to}" for message in self._messages()) or "none at all"
        return f"no {wanted} was sent; there is {others}"


def _message(sent: _Sent) -> Message:
    return Message(
        id=sent.id,
        to=sent.recipient,
        kind=sent.template_type,
        channel=sent.type,
        sent_at=sent.created_at,
        subject=sent.subject,
        body=sent.body,
        code=_ending_with("_code", sent.template_data),
        link=_ending_with("_url", sent.template_data),
    )


def _ending_with(suffix: str, data: dict[str, Any]) -> str:
    """The code or link of a template, which each template names after its purpose."""
    return next((str(value) for name, value in data.items() if name.endswith(suffix)), "")
