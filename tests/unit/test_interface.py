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


def test_a_removed_parameter_would_be_seen() -> None:
    line = next(
        line for line in interface() if ".AsyncIdentityService.get_identity:" in line or ".get_identity:" in line
    )
    assert "include_credential" in line
    assert "-> Identity" in line
