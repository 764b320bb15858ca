"""The command `ory-local`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from .server import LocalOry


def main(argv: Sequence[str] | None = None) -> int:
    """Serve a local Ory until interrupted; print the environment variables that point a client at it."""
    options = _parser().parse_args(argv)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ory-local", description="Serve a local Ory on loopback, in memory.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=4000, help="port to listen on, 0 for any (default: %(default)s)")
    parser.add_argument("--schema", type=Path, metavar="FILE", help="identity schema, served as `default`")
    parser.add_argument("--opl", type=Path, metavar="FILE", help="permission model in the Ory Permission Language")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    schemas = {"default": json.loads(options.schema.read_text("utf-8"))} if options.schema else None
    opl = options.opl.read_text("utf-8") if options.opl else None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows, where Ctrl-C is a KeyboardInterrupt instead
            loop.add_signal_handler(number, stop.set)
    async with LocalOry(host=options.host, port=options.port, schemas=schemas, opl=opl) as local:
        for name, value in local.environment.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        await stop.wait()
