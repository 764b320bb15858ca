"""No name, parameter or type that users rely on goes unnoticed."""

from __future__ import annotations

from tests.public_api import KEPT, interface

ADVICE = "if this is meant, say so in CHANGELOG.md and run: python -m tests.public_api"


def test_the_public_interface_is_the_one_that_is_kept() -> None:
    kept, now = KEPT.read_text("utf-8").splitlines(), interface()
    gone = sorted(set(kept) - set(now))
    new = sorted(set(now) - set(kept))
    assert not gone, f"removed or changed ({ADVICE}):\n" + "\n".join(gone)
    assert not new, f"added ({ADVICE}):\n" + "\n".join(new)


def test_a_line_tells_parameters_and_result() -> None:
    [line] = [line for line in interface() if ".IdentityOperations.get_identity:" in line]
    assert "include_credential: Sequence[" in line
    assert line.endswith("-> models.Identity")
