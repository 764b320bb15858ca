"""Any number of identities at once: import, export, update and delete them.

    from ory_async import bulk

    async for result in bulk.import_identities(ory, people, checkpoint="import.json"):
        if result.error is not None:
            print(result.index, result.error)

Input is any iterable, async or not, of any length; only a batch of it is in memory. Results come in its order. With a
`checkpoint`, a run that was stopped, by whatever, goes on where it was: give the same input again. The server's rate
limits are obeyed, each of its buckets by itself. ``python -m ory_async.bulk`` does the same for files.

An identity that the server refuses is a `Result` with an error, and the rest goes on. An error that is about the run as
a whole stops it: no connection after several attempts, a wrong API key, a checkpoint of another run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import models
from ..config import Timeout
from ..errors import InvalidRequest
from .changing import Change, Changer, Function, update_with
from .exporting import Exporting
from .importing import PLAIN_PASSWORDS, Body, Importer, has_plain_password
from .progress import progress_bar
from .run import File, Items, OnProgress, Plan, Result, Run, Totals, UnknownOutcome, Writing

if TYPE_CHECKING:
    from ..client import Ory

__all__ = [
    "Body",
    "Change",
    "File",
    "Function",
    "Items",
    "OnProgress",
    "Result",
    "Run",
    "Totals",
    "UnknownOutcome",
    "delete_identities",
    "export_identities",
    "import_identities",
    "progress_bar",
    "update_identities",
    "update_with",
]

_LARGEST = 1000


def import_identities(
    ory: Ory,
    items: Items[Body],
    *,
    checkpoint: File | None = None,
    batch_size: int = 1000,
    in_flight: int = 1,
    recheck: bool = False,
    timeout: float = 120.0,
    progress: OnProgress | None = None,
) -> Run[Result[Body]]:
    """Make any number of identities.

    They go in batches of `batch_size`, at most 1000; batches with a plain password have at most 200. `in_flight` is how
    many batches are on their way at the same time: the Ory Network refuses more than one. `timeout` is for each batch,
    in seconds.

    None is lost and none is made twice, as far as it can be known: where no answer to a batch came, or the run was
    stopped meanwhile, the batch is sent again, and those that the server has already are taken for made (`recovered`).
    They are found by their ``external_id``, or else by what the schema makes an identifier; one that has neither is not
    sent again, and its error is `UnknownOutcome`. `recheck` does so with the whole input, for a run whose checkpoint
    was lost.

    Raises, when it is iterated, `ConfigurationError` for the checkpoint of other input, and what stops a run.
    """
    _check_size(batch_size)
    importer = Importer(ory.with_options(timeout=Timeout(total=timeout)))
    with_password = min(batch_size, PLAIN_PASSWORDS)
    plan = Plan(
        items=items,
        carry_out=importer.carry_out,
        key=lambda body: body,
        limit=lambda body: with_password if has_plain_password(body) else batch_size,
        in_flight=in_flight,
        again=recheck,
    )
    return Writing("import", plan, settings={}, checkpoint=checkpoint, progress=progress)


def export_identities(
    ory: Ory,
    *,
    checkpoint: File | None = None,
    page_size: int = 500,
    ids: Sequence[str] | None = None,
    credentials_identifier: str | None = None,
    organization_id: str | None = None,
    include_credential: Sequence[models.CredentialType | str] | None = None,
    progress: OnProgress | None = None,
) -> Run[models.Identity]:
    """Read all identities, or those that a filter of `list_identities` picks.

    The checkpoint keeps the filters and the page; when a run goes on, the identities of the last page may come again.
    """
    filters: dict[str, Any] = {
        "ids": None if ids is None else list(ids),
        "credentials_identifier": credentials_identifier,
        "organization_id": organization_id,
        "include_credential": None if include_credential is None else [str(each) for each in include_credential],
    }
    return Exporting(
        ory,
        filters={name: value for name, value in filters.items() if value is not None},
        page_size=page_size,
        checkpoint=checkpoint,
        progress=progress,
    )


def update_identities(
    ory: Ory,
    items: Items[tuple[str, Change]],
    *,
    checkpoint: File | None = None,
    batch_size: int = 20,
    in_flight: int = 1,
    progress: OnProgress | None = None,
) -> Run[Result[tuple[str, Change]]]:
    """Change any number of identities, each given by its id and what to do with it.

    That is a function, as for `update_with`, whose race it shares, or JSON Patch. There is no request for many changes:
    those of a batch go one after the other, and the checkpoint is written between the batches. `in_flight` is how many
    batches go at the same time. A batch that was cut off is carried out again, so a function should give the same when
    it is applied twice; JSON Patch that adds to the end of a list does not.
    """
    _check_size(batch_size)
    plan = Plan(
        items=items,
        carry_out=Changer(ory).update,
        key=lambda item: item[0] if isinstance(item, Sequence) and item else item,
        limit=lambda _: batch_size,
        in_flight=in_flight,
    )
    return Writing("update", plan, settings={}, checkpoint=checkpoint, progress=progress)


def delete_identities(
    ory: Ory,
    ids: Items[str],
    *,
    checkpoint: File | None = None,
    batch_size: int = 20,
    in_flight: int = 1,
    progress: OnProgress | None = None,
) -> Run[Result[str]]:
    """Delete any number of identities, given by their ids, for good. One that is gone already counts as deleted.

    They go one by one; `batch_size` and `in_flight` are those of `update_identities`.
    """
    _check_size(batch_size)
    plan = Plan(
        items=ids,
        carry_out=Changer(ory).delete,
        key=lambda item: item,
        limit=lambda _: batch_size,
        in_flight=in_flight,
    )
    return Writing("delete", plan, settings={}, checkpoint=checkpoint, progress=progress)


def _check_size(batch_size: int) -> None:
    if not isinstance(batch_size, int) or not 1 <= batch_size <= _LARGEST:
        raise InvalidRequest(f"batch_size must be a whole number from 1 to {_LARGEST}, not {batch_size!r}")
