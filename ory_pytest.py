"""The pytest plugin of ory_async: an Ory for each test run, empty again for each test.

It costs a run without such tests nothing: whatever it needs is imported by the fixtures. Therefore it stands beside the
packages, since importing a module of theirs would import the client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import ory_async
    import ory_sync as blocking
    from ory_async.local import LocalOptions, LocalOry


@pytest.fixture(scope="session")
def ory_local_options() -> LocalOptions:
    """The parameters of the `LocalOry` of this run; override it in conftest.py."""
    return {}


@pytest.fixture(scope="session")
def ory_local_server(ory_local_options: LocalOptions) -> Iterator[LocalOry]:
    """The local Ory of this run, on loopback in a thread of its own; each worker of pytest-xdist has another one."""
    from ory_async.local import LocalOry

    with LocalOry.in_thread(**ory_local_options) as local:
        yield local


@pytest.fixture
def ory_local(ory_local_server: LocalOry) -> LocalOry:
    """The local Ory, as if newly started: it holds its seeds and nothing else."""
    ory_local_server.reset()
    return ory_local_server


@pytest.fixture
def ory_sync(ory_local: LocalOry) -> Iterator[blocking.Ory]:
    """A blocking client of the local Ory."""
    import ory_sync as blocking

    with blocking.Ory.from_env(ory_local.environment) as ory:
        yield ory


@pytest.fixture
def ory_login(
    ory_local: LocalOry, ory_sync: blocking.Ory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], dict[str, str]]:
    """Somebody new with this e-mail address: gives the headers of their requests.

    Meanwhile the environment names the local Ory, so that your app finds it.
    """
    from ory_sync import flows

    for name, value in ory_local.environment.items():
        monkeypatch.setenv(name, value)

    def login(email: str) -> dict[str, str]:
        flow = flows.registration(ory_sync)
        outcome = flow.submit("password", traits={"email": email}, password=f"a-rare-passphrase-of-{email}")
        if not isinstance(outcome, flows.Completed) or outcome.session_token is None:
            raise ValueError(f"{email} could not be registered: {outcome}")
        return {"X-Session-Token": outcome.session_token}

    return login


@pytest.fixture
def ory(request: pytest.FixtureRequest) -> ory_async.Ory:
    """An async client of the local Ory, closed after the test; for pytest-asyncio and for the plugin of anyio."""
    if "anyio_backend" in request.fixturenames:
        name = "_ory_by_anyio"
    elif request.config.pluginmanager.hasplugin("asyncio"):
        name = "_ory_by_asyncio"
    else:
        name = "_ory_by_nobody"
    client: ory_async.Ory = request.getfixturevalue(name)
    return client


@pytest.fixture
async def _ory_by_anyio(ory_local: LocalOry) -> AsyncIterator[ory_async.Ory]:
    async with ory_local.client() as ory:
        yield ory


@pytest.fixture
def _ory_by_nobody(ory_local: LocalOry) -> Iterator[ory_async.Ory]:
    """For tests that run a loop of their own; the connections end with it."""
    import asyncio

    ory = ory_local.client()
    yield ory
    asyncio.run(ory.close())


def pytest_configure(config: pytest.Config) -> None:
    """Mark the fixture for pytest-asyncio as its own, which it asks for in strict mode."""
    if not config.pluginmanager.hasplugin("asyncio"):
        return
    import pytest_asyncio

    class AsyncioFixtures:
        @pytest_asyncio.fixture
        async def _ory_by_asyncio(self, ory_local: LocalOry) -> AsyncIterator[ory_async.Ory]:
            async with ory_local.client() as ory:
                yield ory

    config.pluginmanager.register(AsyncioFixtures(), "ory-asyncio")
