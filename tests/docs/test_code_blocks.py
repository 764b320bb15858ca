"""What the README and the documentation show works: their Python blocks run, page by page, against a local Ory."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
from pathlib import Path
from types import CodeType

import pytest

from ory_async import Ory, models
from ory_async.local import LocalOry

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _blocks(page: Path) -> list[CodeType]:
    """The Python blocks of a page, compiled so that a traceback tells the page's line."""
    text = page.read_text("utf-8")
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return [
        compile("\n" * text[: found.start(1)].count("\n") + found[1], page, "exec", flags=flags, dont_inherit=True)
        for found in BLOCK.finditer(text)
    ]


async def _token_of_a_new_person(ory: Ory) -> str:
    flow = await ory.frontend.create_native_registration_flow()
    body = models.UpdateRegistrationFlowWithPasswordMethod(
        traits={"email": "reader@example.com"}, password="a-long-and-rare-passphrase"
    )
    token = (await ory.frontend.update_registration_flow(body, flow=flow.id)).session_token
    assert token is not None
    return token


@pytest.mark.parametrize("page", [page for page in PAGES if _blocks(page)], ids=_name)
async def test_python_blocks_run(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ORY_")]:
        monkeypatch.delenv(name)
    names: dict[str, object] = {"__name__": "a_reader"}
    async with LocalOry() as local, Ory(local.url) as ory:
        monkeypatch.setenv("ORY_SDK_URL", local.url)
        given = {"ory": ory, "session_token": await _token_of_a_new_person(ory)}
        for block in _blocks(page):
            names.update(given)
            if block.co_flags & inspect.CO_COROUTINE:
                await eval(block, names)
            else:
                await asyncio.to_thread(exec, block, names)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert missing == []
