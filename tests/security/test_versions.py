"""No dependency may be so old that it has a flaw which is known and mended."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

MENDED = {
    "aiohttp": {
        "3.12.14": "CVE-2025-53643",
        "3.13.3": "CVE-2025-69223",
        "3.13.4": "CVE-2026-22815",
        "3.14.0": "CVE-2026-34993",
        "3.14.1": "CVE-2026-54273",
        "3.14.2": "CVE-2026-69243",
        "3.14.3": "CVE-2026-69244",
        "3.14.4": "PYSEC-2026-4395",
    },
    "django": {"5.2.8": "CVE-2025-64459", "5.2.14": "CVE-2026-5766", "5.2.17": "CVE-2026-15307"},
    "fastapi": {"0.109.1": "CVE-2024-24762"},
    "fastmcp": {"3.2.0": "CVE-2026-32871"},
    "flask": {"3.1.1": "CVE-2025-47278", "3.1.3": "CVE-2026-27205"},
    "httpx": {"0.23.0": "CVE-2021-41945"},
    "jinja2": {"3.1.6": "CVE-2025-27516"},
    "joserfc": {"1.4.2": "CVE-2025-65015", "1.6.7": "CVE-2026-48990"},
    "mcp": {"1.27.2": "CVE-2026-52869", "1.28.1": "CVE-2026-59950"},
    "orjson": {"3.9.15": "CVE-2024-27454", "3.11.6": "CVE-2025-67221"},
    "python-multipart": {"0.0.18": "CVE-2024-53981", "0.0.27": "CVE-2026-42561", "0.0.31": "GHSA-v9pg-7xvm-68hf"},
    "pyyaml": {"5.4": "CVE-2020-14343"},
    "redis": {"4.5.5": "CVE-2023-28859"},
    "starlette": {
        "0.49.1": "CVE-2025-62727",
        "1.0.1": "CVE-2026-48710",
        "1.3.0": "PYSEC-2026-248",
        "1.3.1": "CVE-2026-54283",
    },
}
"""For each dependency: the first version without a flaw, and the name under which the flaw is published.

To be continued whenever one is published; `pip-audit` tells, where there is a network.
"""


def requirements() -> list[tuple[str, Requirement]]:
    rooms = {"core": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    return [(room, Requirement(line)) for room, lines in rooms.items() for line in lines]


@pytest.mark.parametrize(("room", "requirement"), requirements(), ids=lambda each: str(each))
def test_the_lowest_version_has_no_known_flaw(room: str, requirement: Requirement) -> None:
    [lowest] = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
    flaws = {name: version for version, name in MENDED.get(requirement.name, {}).items() if lowest < Version(version)}
    assert flaws == {}


def test_the_table_knows_only_what_is_used() -> None:
    assert MENDED.keys() <= {requirement.name for _, requirement in requirements()}


def test_an_extra_that_brings_a_framework_brings_a_sound_one() -> None:
    """FastAPI takes any Starlette, also those with flaws."""
    named = {room: {each.name for name, each in requirements() if name == room} for room, _ in requirements()}
    assert "starlette" in named["fastapi"]
