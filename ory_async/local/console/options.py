from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConsoleOptions:
    """Settings of the local console API.

    It takes any API key that begins with `ory_wak_` or `ory_pat_`, but those that were deleted or have expired.
    `only_known_keys` refuses all keys but the two of `LocalOry.environment` and those that it has made.
    """

    only_known_keys: bool = False
