"""The page of other clients' names leaves no operation out, and gives the names that those clients have."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

import ory_async
from tests.support.table import DATA, ROWS, Row

PAGE = (Path(__file__).parents[2] / "docs" / "migration.md").read_text("utf-8")
OLD = json.loads((DATA / "seeds.json").read_text())["004"]["functions"]
SERVICES = sorted({row.service for row in ROWS})


def shown(service: str) -> list[list[str]]:
    """The names in each row of a service's table, column by column."""
    [section] = re.findall(rf"^### {service}\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)
    return [[" ".join(re.findall(r"`(\w+)`", cell)) for cell in line.split(" |")] for line in lines]


def expected(row: Row) -> list[str]:
    return [row.name, row.official_name, " ".join(old["name"] for old in OLD if old["calls"] == row.id)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_shown_with_its_names(service: str) -> None:
    assert sorted(shown(service)) == sorted(expected(row) for row in ROWS if row.service == service)


def test_every_old_name_is_shown_once() -> None:
    names = [name for service in SERVICES for _, _, old in shown(service) for name in old.split()]
    assert Counter(names) == Counter(old["name"] for old in OLD)


@pytest.mark.parametrize("service", [*SERVICES, "v0alpha2"])
def test_every_service_is_listed_and_exists(service: str) -> None:
    assert re.search(rf"^\| `{service}` \| `\w+Api` \| `Ory\.Api\.\w+` \| `\w+_api` \|$", PAGE, re.MULTILINE)
    assert hasattr(ory_async.Ory, service)
