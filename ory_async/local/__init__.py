"""A local Ory: the APIs of Kratos and Keto, stateful and in memory, over real HTTP on loopback.

    async with LocalOry() as local:
        ...  # point a client at local.url

It needs the extra `local`. From a shell: `python -m ory_async.local`.
"""

from __future__ import annotations

from .clock import Clock

try:
    from .server import LocalOry
except ModuleNotFoundError as error:
    if error.name in ("bcrypt", "jsonschema", "pyotp"):
        error.msg = f"{error.msg}: the local Ory needs `pip install ory-async[local]`"
    raise

__all__ = ["Clock", "LocalOry"]
