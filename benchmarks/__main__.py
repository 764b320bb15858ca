"""Run the benchmarks: ``python -m benchmarks [--quick] [--json FILE] [NAME ...]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from . import blocking_calls, calls, decoding, first_call, imports, listing, memory_growth, size
from .measuring import Result

_BENCHMARKS = {
    module.__name__.rpartition(".")[2]: module
    for module in (imports, size, first_call, decoding, calls, blocking_calls, listing, memory_growth)
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print a table, write JSON; 1 where a goal is not met."""
    parser = _parser()
    options = parser.parse_args(argv)
    if unknown := set(options.names) - set(_BENCHMARKS):
        parser.error(f"no benchmark has the name {', '.join(sorted(unknown))}; there are {', '.join(_BENCHMARKS)}")
    results: list[Result] = []
    for name in options.names or _BENCHMARKS:
        found = _BENCHMARKS[name].measure(quick=options.quick)
        results += found
        _print_table(found)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(
        json.dumps({**_circumstances(), "results": [r.as_json() for r in results]}, indent=2) + "\n"
    )
    short = [result for result in results if result.is_short]
    print()
    for result in short:
        print(f"short: {result.measure}, {result.ratio:.2f} beside {result.beside} (goal {result.goal})")
    if not short:
        print("all goals are met")
    return bool(short)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the SDK beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(_BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", default=Path("build/benchmarks.json"), help="default: %(default)s"
    )
    return parser


def _circumstances() -> dict[str, object]:
    packages = ("aiohttp", "attrs", "cattrs", "httpx", "msgspec", "orjson", "ory-client")
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "packages": {package: version(package) for package in packages},
    }


def _print_table(results: Sequence[Result]) -> None:
    for result in results:
        goal = "" if result.goal is None else f"goal {result.goal}" + (", SHORT" if result.is_short else "")
        print(f"{result.measure:<50} {result.ours:>10}  {result.beside:<28} {result.ratio:6.2f}  {goal}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
