from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PEOPLE = """
async def one_more(ory):
    assert [each async for each in ory.identity.list_identities()] == []
    await ory.identity.create_identity({"traits": {"email": "ann@example.com"}})
"""


@pytest.fixture(autouse=True)
def importable(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec("ory_pytest")
    assert found is not None
    assert found.origin is not None
    monkeypatch.setenv("PYTHONPATH", str(Path(found.origin).parent))
    pytester.makepyfile(people=PEOPLE)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    if "no:asyncio" not in arguments:
        arguments = ("-o", "asyncio_default_fixture_loop_scope=function", *arguments)
    return pytester.runpytest_subprocess("-p", "ory_pytest", "-W", "error", *arguments, timeout=100)


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_every_test_has_an_empty_ory(pytester: pytest.Pytester, mode: str) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import pytest
        from people import one_more

        @pytest.mark.asyncio
        async def test_by_asyncio(ory, ory_local):
            await one_more(ory)
            assert ory_local.requests[-1].method == "POST"

        class TestMethods:
            @pytest.mark.asyncio
            async def test_by_asyncio(self, ory_local, ory):
                await one_more(ory)

        @pytest.mark.anyio
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_by_anyio(ory, anyio_backend):
            await one_more(ory)

        def test_blocking(ory_sync):
            assert list(ory_sync.identity.list_identities()) == []
            ory_sync.identity.create_identity({"traits": {"email": "ann@example.com"}})

        def test_with_a_loop_of_its_own(ory):
            asyncio.run(one_more(ory))

        @pytest.mark.asyncio
        async def test_both(ory, ory_sync):
            await one_more(ory)
            assert len(await asyncio.to_thread(list, ory_sync.identity.list_identities())) == 1
        """
    )
    run(pytester, "-o", f"asyncio_mode={mode}").assert_outcomes(passed=6)


def test_somebody_who_is_logged_in(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os
        import pytest
        from ory_sync import Ory

        def test_headers(ory_login, ory_local):
            ann, bob = ory_login("ann@example.com"), ory_login("bob@example.com")
            assert os.environ["ORY_SDK_URL"] == ory_local.url
            with Ory.from_env() as ory:
                session = ory.frontend.to_session(x_session_token=ann["X-Session-Token"])
            assert session.identity.traits["email"] == "ann@example.com"
            assert ann != bob
            with pytest.raises(ValueError, match="ann@example.com"):
                ory_login("ann@example.com")
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_without_a_plugin_for_async_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        from people import one_more

        def test_first(ory):
            asyncio.run(one_more(ory))

        def test_second(ory):
            asyncio.run(one_more(ory))
        """
    )
    run(pytester, "-p", "no:asyncio", "-p", "no:anyio").assert_outcomes(passed=2)


def test_clients_are_closed_after_their_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import pytest
        from ory_async.errors import ClientClosed
        from people import one_more

        used = []

        @pytest.mark.asyncio(loop_scope="module")
        async def test_first(ory):
            used.append(ory)
            await one_more(ory)

        def test_second(ory):
            used.append(ory)

        def test_third(ory_sync):
            used.append(ory_sync)

        @pytest.mark.asyncio(loop_scope="module")
        async def test_they_are_closed():
            for ory in used[:2]:
                with pytest.raises(ClientClosed):
                    await ory.metadata.is_alive()
            with pytest.raises(ClientClosed):
                await asyncio.to_thread(used[2].metadata.is_alive)
        """
    )
    run(pytester, "-p", "no:randomly").assert_outcomes(passed=4)


def test_options_of_the_users_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def ory_local_options():
            return {"seed": {"identities": [{"traits": {"email": "ann@example.com"}, "external_id": "ann"}]}}
        """
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("time", range(2))
        def test_the_seed_is_there(ory_sync, time):
            ann = ory_sync.identity.get_identity_by_external_id("ann")
            assert ann.traits == {"email": "ann@example.com"}
            ory_sync.identity.delete_identity(ann.id)
        """
    )
    run(pytester).assert_outcomes(passed=2)


def test_each_worker_has_a_server_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os, pathlib
        import pytest

        @pytest.mark.parametrize("time", range(8))
        def test_it(ory_local, ory_sync, time):
            assert list(ory_sync.identity.list_identities()) == []
            ory_sync.identity.create_identity({"traits": {"email": "ann@example.com"}})
            pathlib.Path(f"url-{os.environ['PYTEST_XDIST_WORKER']}").write_text(ory_local.url)
        """
    )
    run(pytester, "-n", "2").assert_outcomes(passed=8)
    urls = {file.name: file.read_text() for file in pytester.path.glob("url-*")}
    assert set(urls) == {"url-gw0", "url-gw1"}
    assert len(set(urls.values())) == 2


def test_it_costs_nothing_when_unused(pytester: pytest.Pytester) -> None:
    program = "import sys, pytest; before = {*sys.modules}; import ory_pytest; print({*sys.modules} - before)"
    imported = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert imported.strip() == "{'ory_pytest'}"
    pytester.makepyfile(
        """
        import sys

        def test_nothing_was_imported():
            assert not {"aiohttp", "attrs", "ory_async", "ory_sync"} & {*sys.modules}
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_the_page_about_testing(pytester: pytest.Pytester) -> None:
    page = Path(__file__).parents[2] / "docs" / "testing.md"
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [conftest] = [block for block in blocks if block.startswith("# conftest.py")]
    tests = [block for block in blocks if "def test_" in block]
    pytester.makeconftest(conftest)
    for number, block in enumerate(tests):
        pytester.makepyfile(**{f"test_{number}": block})
    run(pytester).assert_outcomes(passed=sum(block.count("def test_") for block in tests))
