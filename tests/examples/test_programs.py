"""The examples that are programs run from start to end, on a local Ory that they start themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (["quickstart.py"], "alice"),
        (["machine_to_machine.py"], "may read orders"),
        (["bulk_import.py", "200"], "200"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_program_runs(program: list[str], says: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORY_")}
    ran = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / program[0], *program[1:]],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert says in ran.stdout
    assert ran.stderr == ""
