"""``python -m ory_async.bulk``: import, export, update and delete the identities of a file."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, aclosing
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from .. import errors, models
from ..client import Ory
from ..serialization import to_json
from . import delete_identities, export_identities, formats, import_identities, progress_bar, update_identities
from .formats import Row, body_of, format_of, id_of, output, update_of
from .run import OnProgress, Result, Run, Totals

DONE, SOME_FAILED, REFUSED, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130

_ABOUT = """\
Import, export, update or delete the identities of a file, any number of them.

Where Ory is, and its API key, is read from the environment: ORY_SDK_URL or ORY_KRATOS_ADMIN_URL, and ORY_API_KEY.
Files are JSON Lines or CSV. A CSV column names a member (traits.email, external_id, metadata_public.plan); :json behind
a name says that its cells are JSON; password and hashed_password are credentials. An empty cell is left out."""

Writer: TypeAlias = Callable[..., Run[Result[Any]]]

_CODES = """\
exit codes:
  0    everything was done
  1    some identities failed; the errors file says which and why
  2    nothing was done: the arguments, the file, the checkpoint or the settings are wrong
  3    stopped by an error of the server or the network; run it again with the same checkpoint to go on
  130  interrupted; run it again with the same checkpoint to go on"""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out the command line; gives the exit code."""
    options = _parser().parse_args(argv)
    try:
        totals = asyncio.run(_interruptible(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _say(INTERRUPTED, f"interrupted{_how_to_go_on(options)}")
    except (errors.ConfigurationError, errors.InvalidRequest, OSError) as error:
        return _say(REFUSED, f"error: {error}")
    except errors.OryError as error:
        return _say(STOPPED, f"stopped: {error}{_how_to_go_on(options)}")
    failed = f", {totals.failed} failed: see {options.errors}" if totals.failed else ""
    return _say(SOME_FAILED if totals.failed else DONE, f"{options.command}: {totals.succeeded} done{failed}")


def _say(code: int, text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return code


def _how_to_go_on(options: argparse.Namespace) -> str:
    return "; run it again to go on" if options.checkpoint else "; there is no --checkpoint to go on from"


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m ory_async.bulk", description=_ABOUT, epilog=_CODES, formatter_class=layout
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="import | export | update | delete")

    def command(name: str, about: str) -> argparse.ArgumentParser:
        help = about.split(".")[0].lower()
        made = commands.add_parser(name, help=help, description=about, epilog=_CODES, formatter_class=layout)
        made.add_argument("--file", type=Path, required=True, metavar="FILE", help="the file, .jsonl or .csv")
        made.add_argument("--format", choices=["jsonl", "csv"], help="where the name of the file does not tell it")
        made.add_argument("--checkpoint", type=Path, metavar="FILE", help="where to keep how far it is")
        made.add_argument("--quiet", action="store_true", help="no progress bar")
        return made

    def writing(name: str, about: str) -> argparse.ArgumentParser:
        made = command(name, about)
        made.add_argument("--errors", type=Path, metavar="FILE", help="what failed (default: FILE.errors.jsonl)")
        made.add_argument("--in-flight", type=int, default=1, metavar="N", help="requests at a time (default: 1)")
        return made

    made = writing("import", "Make the identities of a file. The rows of an export can be imported again.")
    made.add_argument("--schema", default="default", metavar="ID", help="for rows without schema_id (default: default)")
    made.add_argument("--batch-size", type=int, default=1000, metavar="N", help="(default: 1000)")
    made.add_argument("--recheck", action="store_true", help="take those that exist already for made")
    made = command("export", "Write identities to a file. CSV needs --columns.")
    made.add_argument("--columns", metavar="A,B", help="for CSV, such as id,external_id,traits.email")
    made.add_argument("--organization", metavar="ID", help="only the identities of an organization")
    made.add_argument("--credential", action="append", metavar="TYPE", help="with credentials: password, oidc")
    writing("update", "Change identities. Each row has an id, and the members to merge into the identity (RFC 7396).")
    writing("delete", "Delete the identities whose ids are in a file. There is no way back.")
    return parser


async def _interruptible(options: argparse.Namespace) -> Totals:
    """Carry out the command; a signal cancels it, and it ends in order."""
    task = asyncio.ensure_future(_export(options) if options.command == "export" else _write(options))
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


async def _write(options: argparse.Namespace) -> Totals:
    """Import, update or delete what the rows of the file say, and write down what fails."""
    format = format_of(options.file, options.format)
    make, write = _writer(options)
    total = sum(1 for _ in formats.read(options.file, format, make))  # every row is read before anything is sent
    options.errors = options.errors or options.file.with_name(f"{options.file.name}.errors.jsonl")
    async with Ory.from_env() as ory:
        with ExitStack() as stack:
            run = write(
                ory,
                formats.read(options.file, format, make),
                checkpoint=options.checkpoint,
                in_flight=options.in_flight,
                progress=_shown(stack, options, total),
            )
            notes = await run.open()
            file = stack.enter_context(output(options.errors, keep=notes.get("errors", 0)))
            async with aclosing(run.batches()) as batches:
                async for batch in batches:
                    notes["errors"] = file.write(_error_line(result) for result in batch if result.error is not None)
    if not run.totals.failed:
        options.errors.unlink()
    return run.totals


def _writer(options: argparse.Namespace) -> tuple[Callable[[Row], Any], Writer]:
    """What a row stands for, and what is done with it."""
    if options.command == "import":
        write = partial(import_identities, batch_size=options.batch_size, recheck=options.recheck)
        return body_of(options.schema), write
    return (update_of, update_identities) if options.command == "update" else (id_of, delete_identities)


def _error_line(result: Result[Any]) -> bytes:
    """What failed and why; the input itself, which may hold a password, is not repeated."""
    told = {"row": result.index + 1, "error": type(result.error).__name__, "message": str(result.error)}
    match result.input:
        case models.CreateIdentityBody(external_id=str(external_id)):
            told["external_id"] = external_id
        case str(id) | (str(id), _):
            told["id"] = id
        case _:
            pass
    return to_json(told) + b"\n"


async def _export(options: argparse.Namespace) -> Totals:
    format = format_of(options.file, options.format)
    columns = options.columns.split(",") if options.columns else None
    if (format == "csv") != (columns is not None):
        raise errors.InvalidRequest("--columns belongs to CSV, and CSV needs it: --columns id,external_id,traits.email")
    async with Ory.from_env() as ory:
        with ExitStack() as stack:
            run = export_identities(
                ory,
                checkpoint=options.checkpoint,
                organization_id=options.organization,
                include_credential=options.credential,
                progress=_shown(stack, options, None),
            )
            notes = await run.open()
            file = stack.enter_context(output(options.file, keep=notes.get("written", 0)))
            if columns is not None and not notes.get("written"):
                notes["written"] = file.write([formats.csv_line(columns)])
            async with aclosing(run.batches()) as batches:
                async for batch in batches:
                    notes["written"] = file.write(formats.lines_of(batch, columns))
            return run.totals


def _shown(stack: ExitStack, options: argparse.Namespace, total: int | None) -> OnProgress | None:
    """A progress bar, in a terminal and where rich is installed."""
    if options.quiet or not sys.stderr.isatty():
        return None
    try:
        return stack.enter_context(progress_bar(options.command, total))
    except errors.ConfigurationError:
        return None
