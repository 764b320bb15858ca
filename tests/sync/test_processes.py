"""The blocking client where blocking clients are used: threads, forks, Ctrl-C, the end of the interpreter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent
from types import SimpleNamespace

import pytest

from ory_sync import Ory

from .conftest import Ory as Server

SECONDS = 60
FORKS_MAY_LOCK = "ignore:This process:DeprecationWarning"
"""Python warns of forks beside other threads, such as the one of ory_sync: what the tests are about."""
CTRL_C_WORKS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""Shells that start a run of the tests in the background have it ignore interrupts, and all its children with it."""


def start(script: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-W", FORKS_MAY_LOCK, "-c", CTRL_C_WORKS + dedent(script), url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its children as well, which hold its pipes open
        out, err = process.communicate()
        pytest.fail(f"it hangs; stdout: {out!r}, stderr: {err!r}")
    return process.returncode, out.strip(), err.strip()


def run(script: str, url: str) -> str:
    """Run a script to its clean end; gives what it printed."""
    status, out, err = finish(start(script, url))
    assert (status, err) == (0, ""), (status, out, err)
    return out


def test_many_threads_get_their_own_answers(server: Server) -> None:
    script = """
        import sys
        from concurrent.futures import ThreadPoolExecutor
        from ory_sync import Ory

        with Ory(sys.argv[1]) as ory, ThreadPoolExecutor(16) as pool:
            tokens = [f"t{number}" for number in range(400)]
            ids = list(pool.map(lambda token: ory.frontend.to_session(x_session_token=token).id, tokens))
        print(ids == tokens)
    """
    assert run(script, server.url) == "True"


def test_first_use_from_many_threads_at_once_makes_one_portal(server: Server) -> None:
    script = """
        import sys, threading
        from concurrent.futures import ThreadPoolExecutor
        from ory_sync import Ory

        barrier = threading.Barrier(8)
        def first(number):
            barrier.wait()
            return Ory(sys.argv[1]).frontend.to_session(x_session_token=f"t{number}").id
        with ThreadPoolExecutor(8) as pool:
            print(sorted(pool.map(first, range(8))) == [f"t{number}" for number in range(8)])
        print([thread.name for thread in threading.enumerate()].count("ory-sync"))
    """
    assert run(script, server.url).split() == ["True", "1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("used_before", [True, False])
def test_both_sides_of_a_fork_go_on(server: Server, used_before: bool) -> None:
    script = f"""
        import os, sys
        from ory_sync import Ory

        ory = Ory(sys.argv[1])
        if {used_before}:
            ory.frontend.to_session(x_session_token="before")
        child = os.fork()
        who = "parent" if child else "child"
        for number in range(3):
            assert ory.frontend.to_session(x_session_token=f"{{who}}{{number}}").id == f"{{who}}{{number}}"
        if child:
            assert os.waitpid(child, 0)[1] == 0
            assert ory.frontend.to_session(x_session_token="after").id == "after"
        ory.close()
        print(who, flush=True)
    """
    assert sorted(run(script, server.url).split()) == ["child", "parent"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("used_before", [True, False])
def test_an_async_client_on_both_sides_of_a_fork(server: Server, used_before: bool) -> None:
    script = f"""
        import asyncio, os, sys
        from ory_async import Ory

        ory = Ory(sys.argv[1])
        async def call(token, close=False):
            assert (await ory.frontend.to_session(x_session_token=token)).id == token
            if close:
                await ory.close()
        loop = asyncio.new_event_loop()  # open across the fork, and its connections as well
        if {used_before}:
            loop.run_until_complete(call("before"))
        child = os.fork()
        if child:
            assert os.waitpid(child, 0)[1] == 0
            loop.run_until_complete(call("parent", close=True))
            loop.close()
        else:
            asyncio.run(call("child", close=True))
        print("parent" if child else "child", flush=True)
        if not child:
            os._exit(0)
    """
    assert sorted(run(script, server.url).split()) == ["child", "parent"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_while_another_thread_calls(server: Server) -> None:
    script = """
        import os, sys, threading
        from ory_sync import Ory

        ory = Ory(sys.argv[1])
        ory.frontend.to_session(x_session_token="t")  # a fork in the middle of an import is out of anybody's hands
        stop = threading.Event()
        def work():
            while not stop.is_set():
                ory.frontend.to_session(x_session_token="t")
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            child = os.fork()
            if not child:
                os._exit(0 if ory.frontend.to_session(x_session_token="child").id == "child" else 1)
            assert os.waitpid(child, 0)[1] == 0
        stop.set()
        for thread in threads:
            thread.join()
        print("done")
    """
    assert run(script, server.url) == "done"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_in_the_middle_of_a_list(server: Server) -> None:
    script = """
        import os, sys
        from ory_sync import Ory

        sessions = iter(Ory(sys.argv[1]).frontend.list_my_sessions(page_size=3))
        before = [next(sessions).id for _ in range(2)]  # the next page is on its way
        child = os.fork()
        assert [*before, *(session.id for session in sessions)] == [f"s{number}" for number in range(7)]
        if child:
            assert os.waitpid(child, 0)[1] == 0
        print("parent" if child else "child", flush=True)
    """
    assert sorted(run(script, server.url).split()) == ["child", "parent"]


SLOW_CALLS = [
    'ory.frontend.to_session(x_session_token="slow")',
    'list(ory.frontend.list_my_sessions(x_session_token="slow"))',
    'SessionVerifier(ory).session({"x-session-token": "slow"})',
]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("slow", SLOW_CALLS)
def test_ctrl_c_ends_the_call_and_the_client_goes_on(server: Server, slow: str) -> None:
    script = f"""
        import sys
        from ory_sync import Ory
        from ory_sync.sessions import SessionVerifier

        with Ory(sys.argv[1]) as ory:
            try:
                {slow}
            except KeyboardInterrupt:
                print("interrupted")
            print(ory.frontend.to_session(x_session_token="next").id)
    """
    process = start(script, server.url)
    assert server.held.acquire(timeout=SECONDS)
    process.send_signal(signal.SIGINT)
    assert server.left.acquire(timeout=SECONDS), "the connection of the interrupted call stays open"
    assert finish(process) == (0, "interrupted\nnext", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_that_nobody_catches_ends_the_program(server: Server) -> None:
    script = """
        import sys
        from ory_sync import Ory

        Ory(sys.argv[1]).frontend.to_session(x_session_token="slow")
    """
    process = start(script, server.url)
    assert server.held.acquire(timeout=SECONDS)
    process.send_signal(signal.SIGINT)
    status, out, err = finish(process)
    assert (status, out) == (-signal.SIGINT, "")
    assert err.endswith("KeyboardInterrupt")
    assert "CancelledError" not in err


def test_ctrl_c_at_the_very_end_of_a_call_does_not_hang(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interrupt may come when the call is over and the caller has been woken, but does not run yet."""

    class Lock:
        def __init__(self) -> None:
            self._lock = threading.Lock()
            self._times = 0
            self.release = self._lock.release

        def acquire(self) -> None:
            self._lock.acquire()
            self._times += 1
            if self._times == 2:  # the first time is that of whoever made it
                raise KeyboardInterrupt

    with Ory(server.url) as ory, ThreadPoolExecutor(1) as pool:
        ory.frontend.to_session(x_session_token="before")
        with monkeypatch.context() as patched:
            patched.setattr("ory_sync.portal.threading", SimpleNamespace(Lock=Lock))
            call = pool.submit(ory.frontend.to_session, x_session_token="now")
            assert isinstance(call.exception(timeout=SECONDS), KeyboardInterrupt)
        assert ory.frontend.to_session(x_session_token="after").id == "after"


def test_a_list_that_is_left_open_holds_up_no_exit(server: Server) -> None:
    script = """
        import sys
        from ory_sync import Ory

        sessions = iter(Ory(sys.argv[1]).frontend.list_my_sessions(page_size=3))
        print(next(sessions).id, next(sessions).id)
    """
    assert run(script, server.url) == "s0 s1"


def test_a_forgotten_client_closes_its_connections(server: Server) -> None:
    script = """
        import gc, sys
        from ory_sync import Ory

        class App: ...

        for _ in range(3):
            app = App()
            app.itself, app.ory = app, Ory(sys.argv[1])
            app.ory.frontend.to_session(x_session_token="t")
            del app
            gc.collect()
        print(Ory(sys.argv[1]).frontend.to_session(x_session_token="t").id)
    """
    assert run(script, server.url) == "t"


def test_an_unclosed_client_holds_up_no_exit(server: Server) -> None:
    script = """
        import sys
        from ory_sync import Ory

        ory = Ory(sys.argv[1])
        print(ory.frontend.to_session(x_session_token="x").id)
    """
    assert run(script, server.url) == "x"


def test_a_call_under_way_in_another_thread_holds_up_no_exit(server: Server) -> None:
    script = """
        import sys, threading
        from ory_sync import Ory, OryError

        ory = Ory(sys.argv[1])
        def wait():
            try:
                ory.frontend.to_session(x_session_token="slow")
            except OryError:
                pass
        threading.Thread(target=wait, daemon=True).start()
        sys.stdin.readline()
        print("leaving")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", dedent(script), server.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.held.acquire(timeout=SECONDS)
    out, _ = process.communicate("\n", timeout=SECONDS)
    assert (process.returncode, out.strip()) == (0, "leaving")


def test_inside_a_running_loop_it_works_and_warns(server: Server) -> None:
    script = """
        import asyncio, sys, warnings
        from ory_sync import BlockingInsideLoop, Ory

        async def main():
            with Ory(sys.argv[1]) as ory:
                with warnings.catch_warnings(record=True) as seen:
                    warnings.simplefilter("always")
                    print(ory.frontend.to_session(x_session_token="a").id)
                print([warning.category is BlockingInsideLoop for warning in seen], seen[0].filename == "<string>")
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", BlockingInsideLoop)
                    print(ory.frontend.to_session(x_session_token="b").id)
                    session = await asyncio.to_thread(ory.frontend.to_session, x_session_token="c")
                    print(session.id)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BlockingInsideLoop)
            asyncio.run(main())
    """
    assert run(script, server.url).split("\n") == ["a", "[True] True", "b", "c"]


def test_from_another_thread_of_a_running_loop_there_is_no_warning(server: Server) -> None:
    script = """
        import asyncio, sys
        from ory_sync import Ory

        async def main():
            ory = Ory(sys.argv[1])
            calls = [asyncio.to_thread(ory.frontend.to_session, x_session_token=f"t{number}") for number in range(20)]
            print(sorted(session.id for session in await asyncio.gather(*calls))[0])
            await asyncio.to_thread(ory.close)
        asyncio.run(main())
    """
    assert run(script, server.url) == "t0"
