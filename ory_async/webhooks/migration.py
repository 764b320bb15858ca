"""The password-migration hook: Kratos asks an older system about a password that it has no hash of."""

from __future__ import annotations

from .. import models
from ..models.base import Json, Model, model, secret
from ..sessions import RequestHeaders
from .receiving import Receiver, Reply, read_model


@model
class PasswordMigration(Model):
    """Somebody logs in whose password is with the older system."""

    identifier: str
    """What they typed as their name, such as an e-mail address, in the form that Kratos gives it."""
    password: str = secret()
    """What they typed as their password."""
    identity: models.Identity | None = None
    """Whom Kratos found by the identifier, where the settings' Jsonnet tells."""


class PasswordMigrationReceiver(Receiver[PasswordMigration, bool]):
    """Receives the question whether a password is right. The answer is True or False; on True Kratos stores its hash
    and does not ask again."""

    def _read(self, data: Json) -> PasswordMigration:
        return read_model(PasswordMigration, data)

    def _write(self, answer: bool) -> Reply | None:
        if answer is True:
            return Reply.json(200, {"status": "password_match"})
        return Reply(403) if answer is False else None

    def _keys(self, headers: RequestHeaders, body: bytes) -> list[bytes]:
        return []  # nothing is kept of passwords, and asking twice does no harm
