"""The one event loop, in a thread of its own, on which every blocking call of the process is carried out.

A call switches threads once each way: the coroutine is handed over by ``call_soon_threadsafe``, and the caller waits on
a plain lock, which Ctrl-C can break. The loop is that of an anyio portal. It is made at the first call, dropped in a
forked child (whose copy of it has no thread any more), and stopped when the interpreter exits.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
import warnings
import weakref
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any, Generic, TypeVar

import ory_async
from ory_async.errors import ClientClosed, ConfigurationError

T = TypeVar("T")


class BlockingInsideLoop(RuntimeWarning):
    """A blocking call was made where an event loop runs, which stands still meanwhile. Filter it where that is fine."""


class Pending(Generic[T]):
    """A coroutine handed to the portal; `result` waits for it."""

    __slots__ = ("_coroutine", "_done", "_error", "_result", "_task", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> None:
        self.loop = loop
        self._coroutine = coroutine
        self._task: asyncio.Task[T] | None = None
        self._result: T | None = None
        self._error: BaseException | None = None
        self._done = threading.Lock()
        self._done.acquire()
        try:
            loop.call_soon_threadsafe(self._start, context=copy_context())
        except RuntimeError:  # the loop is closed: the interpreter is about to exit
            coroutine.close()
            raise ClientClosed("the interpreter is about to exit; no more calls can be made") from None

    def _start(self) -> None:
        self._task = task = self.loop.create_task(self._coroutine)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._error = ClientClosed("the call was cancelled")
        else:
            self._error = task.exception()
            if self._error is None:
                self._result = task.result()
        self._done.release()

    def result(self) -> T:
        """Wait for the result; an interrupt such as Ctrl-C cancels the call, waits for its clean end, and goes on."""
        try:
            self._done.acquire()
        except BaseException:
            self.cancel()
            if self._task is None or not self._task.done():  # else it may be that the lock was had already
                self._done.acquire()
            raise
        error = self._error
        if error is None:
            return self._result  # type: ignore[return-value]
        try:
            raise error
        finally:
            del error, self  # or the traceback would keep the frame, and the frame the error

    def cancel(self) -> None:
        """End the call, if it has not ended."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and the call ended with it
            self.loop.call_soon_threadsafe(lambda: self._task and self._task.cancel())


class Portal:
    """The loop's thread, leased for as long as the process lives."""

    def __init__(self) -> None:
        from anyio.from_thread import start_blocking_portal

        self._lease: AbstractContextManager[Any] = start_blocking_portal(name="ory-sync")
        self._portal = self._lease.__enter__()
        self._loop: asyncio.AbstractEventLoop = self._portal.call(asyncio.get_running_loop)

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Pending[T]:
        """Hand a coroutine over, without waiting for it."""
        around = asyncio._get_running_loop()  # noqa: SLF001 - public as a C function, and called on each call
        if around is not None:
            self._check(around, coroutine)
        return Pending(self._loop, coroutine)

    def carries(self, pending: Pending[Any]) -> bool:
        """Whether a call was begun here, and not by the parent of a forked process, where alone it ends."""
        return pending.loop is self._loop

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Carry a coroutine out and give its result."""
        return self.start(coroutine).result()

    def _check(self, around: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> None:
        if around is self._loop:
            coroutine.close()
            raise ConfigurationError("a hook of a blocking client cannot make blocking calls; make the hook async")
        warnings.warn(
            "a blocking call of ory_sync holds up the event loop that runs here; ory_async does not",
            BlockingInsideLoop,
            stacklevel=5,
        )

    def stop(self) -> None:
        """Close the clients that are still open, and end the thread."""
        for client in list(_clients):
            self.call(client.close())
        self._lease.__exit__(None, None, None)


_clients: weakref.WeakSet[ory_async.Ory] = weakref.WeakSet()


def remembered(client: ory_async.Ory) -> ory_async.Ory:
    """A client that is to be closed when the interpreter exits, if it is still there then."""
    _clients.add(client)
    return client


_portal: Portal | None = None
_inherited: list[Portal | None] = []
"""The portal of the parent process, kept in a forked child: to drop it would be to wait for the end of its thread."""
_making = threading.Lock()


def portal() -> Portal:
    """The portal of this process, made at its first use."""
    global _portal
    if _portal is None:
        with _making:
            if _portal is None:
                _portal = Portal()
    return _portal


def _forget() -> None:
    """In a forked child: the thread is not there any more, and the lock may have been held by another one."""
    global _portal, _making
    _inherited.append(_portal)
    _portal = None
    _making = threading.Lock()


def _stop() -> None:
    global _portal
    leaving, _portal = _portal, None
    if leaving is not None:
        leaving.stop()


atexit.register(_stop)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget)
