"""A progress bar in the terminal, by rich (the extra ``cli``)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ..errors import ConfigurationError
from .run import OnProgress, Totals


@contextmanager
def progress_bar(description: str, total: int | None = None) -> Generator[OnProgress]:
    """A bar that shows how far a run is; give what it yields to the run as `progress`.

        with progress_bar("importing", total=100_000) as progress:
            await import_identities(ory, people, progress=progress)

    Without a `total` it shows the number only. Raises `ConfigurationError` where rich is not installed.
    """
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:
        raise ConfigurationError('the progress bar needs rich: pip install "ory-async[cli]"') from None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(description, total=total, failed="")

        def show(totals: Totals) -> None:
            failed = f"{totals.failed} failed" if totals.failed else ""
            bar.update(task, completed=totals.done, failed=failed)

        yield show
