"""The reference leaves nothing out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import ory_async
from ory_async.client import SERVICES

ROOT = Path(__file__).parents[2]


def _shown(pages: str) -> list[str]:
    """What some pages of the reference show, by a pattern of their names."""
    texts = [page.read_text("utf-8") for page in (ROOT / "docs" / "reference").glob(pages)]
    return sorted(name for text in texts for name in re.findall(r"^::: (.+)$", text, re.MULTILINE))


def test_every_module_of_models_is_shown() -> None:
    modules = {file.stem for file in (ROOT / "ory_async" / "models").glob("*.py")} - {"__init__"}
    assert _shown("models/*.md") == sorted(f"ory_async.models.{module}" for module in modules)


def test_every_service_is_shown() -> None:
    ory = ory_async.Ory("http://127.0.0.1:4000")
    services = {service: type(getattr(ory, service)).__name__ for service in SERVICES}
    assert _shown("services.md") == sorted(f"ory_async.services.{service}.{name}" for service, name in services.items())


def test_the_set_up_for_contributors_has_every_extra() -> None:
    """The tests use all of them, and installers do not know "all"."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert f"extras={','.join(extras)}\n" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
