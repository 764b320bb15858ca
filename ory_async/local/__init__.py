"""A local Ory: the APIs of Kratos and Keto, stateful and in memory, over real HTTP on loopback.

    async with LocalOry() as local:
        ...  # point a client at local.url

It needs the extra `local`. From a shell: `python -m ory_async.local`.
"""

from __future__ import annotations

from .clock import Clock
from .server import LocalOry

__all__ = ["Clock", "LocalOry"]
