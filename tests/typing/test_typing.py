"""The public API under mypy --strict and pyright: right code passes, and each wrong line is refused for its reason."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRONG = re.compile(r"# wrong: (.+)$")

Findings = Mapping[int, set[str]]
"""The codes of the errors on each line."""


def _run(*command: str) -> str:
    ran = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return ran.stdout


def _mypy(file: Path) -> Findings:
    findings: dict[int, set[str]] = {}
    for line in _run("mypy", "--strict", "--output", "json", str(file)).splitlines():
        found = json.loads(line) if line.startswith("{") else {}  # it says in plain text that all is well
        if found.get("severity") == "error":
            assert Path(ROOT, found["file"]) == file, found
            findings.setdefault(found["line"], set()).add(found["code"])
    return findings


def _pyright(file: Path) -> Findings:
    findings: dict[int, set[str]] = {}
    for found in json.loads(_run("pyright", "--outputjson", str(file)))["generalDiagnostics"]:
        if found["severity"] == "error":
            findings.setdefault(found["range"]["start"]["line"] + 1, set()).add(found["rule"])
    return findings


CHECKERS = {"mypy": _mypy, "pyright": _pyright}


def _expected(file: Path, *, of_pyright: bool) -> Findings:
    expected: dict[int, set[str]] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if marked := WRONG.search(line):
            expected[number] = {code for code in marked[1].split(", ") if code.startswith("report") is of_pyright}
    return expected


@pytest.mark.parametrize("file", ["user_code.py", "user_code_flows.py"])
@pytest.mark.parametrize("checker", CHECKERS)
def test_right_code_passes(checker: str, file: str) -> None:
    assert CHECKERS[checker](HERE / file) == {}


@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_lines_are_refused(checker: str) -> None:
    file = HERE / "wrong_code.py"
    assert CHECKERS[checker](file) == _expected(file, of_pyright=checker == "pyright")
