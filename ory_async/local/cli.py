"""The command `ory-local`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from ..config import PLANES
from ..errors import ConfigurationError
from .keto.model import read_namespaces
from .kratos import KratosOptions
from .outbox import Outbox
from .server import LocalOry

_EPILOG = """\
Examples:
  ory-local
  ory-local --port 4100 --seed people.yaml --opl permissions.ts
  ory-local --plane kratos_public=4433 --plane kratos_admin=4434

Once it listens, it prints the environment variables that point a client at it, as lines for a shell. Ctrl-C ends it.
Each mail and SMS that it would send is told on stderr, with its code or link. Everything is in memory and gone at the
end. It is for development and tests, and has no security of its own.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve a local Ory until interrupted; print the environment variables that point a client at it.

    Returns the exit code: 0 after an interrupt, 2 when it could not start.
    """
    options = _parser().parse_args(argv)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(options))
    except (ConfigurationError, OSError) as error:
        sys.stderr.write(f"ory-local: {getattr(error, 'strerror', None) or error}\n")
        return 2
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ory-local",
        description="Serve a local Ory (Kratos, Hydra, Keto and the console API) on loopback, in memory.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listening = parser.add_argument_group("where it listens")
    listening.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    listening.add_argument(
        "--port", type=_port, default=4000, metavar="PORT", help="port of all planes, 0 for any (default: %(default)s)"
    )
    listening.add_argument(
        "--plane",
        type=_plane,
        action="append",
        default=[],
        metavar="NAME=PORT",
        help=f"give a plane a port of its own as well, where only it is answered; repeatable. {', '.join(PLANES)}",
    )
    holding = parser.add_argument_group("what it holds")
    holding.add_argument(
        "--schema",
        type=_named_file,
        action="append",
        default=[],
        metavar="[ID=]FILE",
        help="identity schema, called `default` without ID; repeatable, and the first is the default one",
    )
    holding.add_argument("--opl", type=Path, metavar="FILE", help="permission model in the Ory Permission Language")
    holding.add_argument(
        "--seed",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="identities, oauth2_clients, relation_tuples and jwks in YAML or JSON; repeatable",
    )
    holding.add_argument(
        "--ui-url",
        metavar="URL",
        default=KratosOptions.ui_url,
        help="where the pages of your app stand (/login, /registration, ...), to which browsers are sent"
        " (default: %(default)s)",
    )
    holding.add_argument(
        "--oidc-provider",
        action="append",
        default=[],
        metavar="ID",
        help="social sign-in provider, which is played here as well; repeatable",
    )
    parser.add_argument("--quiet", action="store_true", help="do not tell the mails and SMS")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    local = LocalOry(
        host=options.host,
        port=options.port,
        ports=dict(options.plane),
        schemas={id: _schema(file) for id, file in options.schema},
        opl=_opl(options.opl) if options.opl else None,
        seed=options.seed,
        kratos=KratosOptions(ui_url=options.ui_url, oidc_providers=tuple(options.oidc_provider)),
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows, where Ctrl-C is a KeyboardInterrupt instead
            loop.add_signal_handler(number, stop.set)
    async with local:
        for name, value in local.environment.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        telling = None if options.quiet else asyncio.create_task(_tell_messages(local.outbox))
        await stop.wait()
        if telling:
            telling.cancel()


async def _tell_messages(outbox: Outbox) -> NoReturn:
    """Write each message to stderr once it is sent: who gets it, and its code or link."""
    told = 0
    while True:
        message = await outbox.wait(count=told + 1, timeout=math.inf)
        told += 1
        about = " ".join(part for part in (message.code, message.link) if part)
        sys.stderr.write(f"{message.kind} to {message.to}: {about}\n")
        sys.stderr.flush()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _plane(text: str) -> tuple[str, int]:
    name, _, port = text.partition("=")
    if name not in PLANES:
        raise argparse.ArgumentTypeError(f"{name!r} is not a plane")
    return name, _port(port)


def _named_file(text: str) -> tuple[str, Path]:
    id, equals, file = text.partition("=")
    return (id, Path(file)) if equals else ("default", Path(text))


def _schema(file: Path) -> dict[str, Any]:
    """Read an identity schema. Raises ConfigurationError that names file and place."""
    try:
        document = json.loads(_text(file))
        Draft7Validator.check_schema(document)
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from None
    except SchemaError as error:
        raise ConfigurationError(f"{file}: {error.json_path}: {error.message}") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}: an identity schema is an object")
    return document


def _opl(file: Path) -> str:
    """Read a permission model. Raises ConfigurationError that names file and place."""
    source = _text(file)
    try:
        read_namespaces(source)
    except ValueError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    return source


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file}: this is not UTF-8") from None
