"""A local Ory: Kratos, Hydra, Keto, Talos and the console API, stateful and in memory, over real HTTP on loopback.

    async with LocalOry() as local, local.client() as ory:
        ...

It needs the extra `local`. From a shell: `ory-local`, or `python -m ory_async.local`. For tests there is a pytest plugin.
"""

from __future__ import annotations

try:
    from .clock import Clock
    from .console import ConsoleOptions
    from .faults import Faults
    from .hydra import HydraOptions
    from .journal import Journal, SeenRequest
    from .keto import KetoOptions
    from .kratos import KratosOptions, RelyingParty, SessionCookieOptions, TokenizerTemplate
    from .outbox import Message, Outbox
    from .seeds import Seed
    from .server import LocalOptions, LocalOry
except ModuleNotFoundError as error:
    if error.name in ("bcrypt", "joserfc", "jsonschema", "pyotp"):
        error.msg = f"{error.msg}: the local Ory needs `pip install ory-async[local]`"
    raise

__all__ = [
    "Clock",
    "ConsoleOptions",
    "Faults",
    "HydraOptions",
    "Journal",
    "KetoOptions",
    "KratosOptions",
    "LocalOptions",
    "LocalOry",
    "Message",
    "Outbox",
    "RelyingParty",
    "Seed",
    "SeenRequest",
    "SessionCookieOptions",
    "TokenizerTemplate",
]
