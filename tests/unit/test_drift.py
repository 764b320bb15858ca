"""The check of an OpenAPI file against this project, with a small file made by hand."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import pytest

from tests import drift
from tests.support.table import DATA

SPEC = DATA / "drift.json"

EXPECTED = [
    "GET /admin/identities/{identity}: query include_credential is required",
    "GET /admin/identities/{identity}: query include_credential is no list",
    "GET /admin/identities/{identity}: query include_credential can be ['face']",
    "GET /admin/identities/{identity}: no header X-Region",
    "GET /admin/identities/{identity}: 200 is person, here identity",
    "POST /admin/identities: its body is required",
    "POST /admin/identities: its body is list[person], here createIdentityBody",
    "POST /oauth2/revoke: no form reason",
    "PUT /admin/people: no operation (setPeople)",
    "person: no model",
    "Pet: no model",
    "Plant: no model, and no operation that uses it",
    "identity.age: no field",
    "identity.state: can be ['asleep']",
    "genericErrorContent.id: can be ['quota_exceeded']",
    "sourcePosition.Line: no model",
    "relationshipPatch.relation_tuple.weight: no field",
    "session.devices.battery: no field",
    "updateLoginFlowBody: no variant updateLoginFlowWithFaceMethod",
]


def test_every_difference_is_told() -> None:
    assert list(drift.differences(json.loads(SPEC.read_text()))) == EXPECTED


def test_those_that_are_meant_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    meant = [line for line in EXPECTED if any(fnmatchcase(line, pattern) for pattern in drift.MEANT)]
    assert len(meant) == 2

    assert drift.main(str(SPEC)) == len(EXPECTED) - len(meant)

    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if not line.startswith("  ")] == [line for line in EXPECTED if line not in meant]
    assert [line.strip().partition(" (meant: ")[0] for line in printed if line.startswith("  ")] == meant
    assert all(reason for reason in drift.MEANT.values())
