"""What has to hold before a change lands. Plain ``nox`` runs all of it except the benchmarks and the drift check."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = sorted({*nox.project.python_versions(PROJECT), HERE}, key=lambda version: int(version.split(".")[1]))
EXTRAS = ",".join(PROJECT["project"]["optional-dependencies"])
EXAMPLES = [Path("examples", name).resolve() for name in ("quickstart.py", "machine_to_machine.py")]
"""Those that need the extra `local` only."""

nox.needs_version = ">=2025.2.9"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "docs", "dist", f"tests-{HERE}"]


def group(name: str) -> tuple[str, ...]:
    """The requirements of a dependency group."""
    return nox.project.dependency_groups(PROJECT, name)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and likely mistakes."""
    session.install(*group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Types, of the packages and of code that uses them, by two type checkers."""
    session.install(f".[{EXTRAS}]", *group("types"))
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "-q", "tests/typing")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, into the directory ``site``; a warning is an error."""
    session.install(f".[{EXTRAS}]", *group("docs"))
    session.run("mkdocs", "build", "--strict", *session.posargs, env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def dist(session: nox.Session) -> None:
    """The wheel, as it will be published: built, installed where nothing else is, and used outside of the source tree."""
    session.install("build")
    elsewhere = Path(session.create_tmp()).resolve()
    session.run("python", "-m", "build", "--outdir", elsewhere / "dist")
    wheel = max((elsewhere / "dist").glob("*.whl"))
    session.run("python", "-m", "venv", "--clear", elsewhere / "empty")
    python = elsewhere / "empty" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    session.run(python, "-m", "pip", "install", "--quiet", f"{wheel}[local]", external=True)
    session.chdir(elsewhere)
    session.run(python, "-c", "import ory_async, ory_sync; print(ory_async.__file__)", external=True)
    for example in EXAMPLES:
        session.run(python, example, external=True)


@nox.session
def fuzz(session: nox.Session) -> None:
    """The property tests with many more examples; takes long."""
    session.install(f".[{EXTRAS}]", *group("test"))
    session.run("pytest", "-n", "2", "--timeout=0", "tests/fuzz", *session.posargs, env={"HYPOTHESIS_PROFILE": "long"})


@nox.session(python=PYTHONS[0])
def tests_lowest(session: nox.Session) -> None:
    """The tests with the lowest version of everything that the package says it works with."""
    session.install("uv")
    session.run("uv", "pip", "install", "--resolution", "lowest-direct", f".[{EXTRAS}]", *group("test"))
    session.run("pytest", "-n", "2", "--ignore=tests/typing", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The benchmarks; arguments after ``--`` go to them."""
    session.install(".", *group("bench"))
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """What an official OpenAPI file has that is lacking here: ``nox -s drift -- SPEC.json``."""
    session.install(".")
    session.run("python", "-m", "tests.drift", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, on the built package; ``nox -s tests`` takes every supported Python that is there."""
    session.install(f".[{EXTRAS}]", *group("test"))
    session.run("pytest", "-n", "2", "--ignore=tests/typing", *session.posargs)
