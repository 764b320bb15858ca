"""A session out of the bytes of an answer: our models, those of the official client, and structs of msgspec."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import ory_client

import ory_async
from ory_async import models

from .measuring import SESSION, Result, at_least, at_most, microseconds, ratio, seconds_each, take_turns


def measure(*, quick: bool) -> list[Result]:
    fastest = msgspec.json.Decoder(Session)
    turns = _turns(
        {
            "ours": lambda: ory_async.from_json(models.Session, SESSION),
            "official client": lambda: ory_client.Session.from_json(SESSION.decode()),
            "msgspec": lambda: fastest.decode(SESSION),
        },
        quick=quick,
    )
    session = ory_async.from_json(models.Session, SESSION)
    official = ory_client.Session.from_json(SESSION.decode())
    assert official is not None
    back = _turns({"ours": lambda: ory_async.to_dict(session), "official client": official.to_dict}, quick=quick)
    return [
        Result(
            "decode a session: times as fast",
            microseconds(turns["ours"]),
            f"official client {microseconds(turns['official client'])}",
            ratio(turns, "official client", "ours"),
            at_least(4),
        ),
        Result(
            "decode a session: time",
            microseconds(turns["ours"]),
            f"msgspec {microseconds(turns['msgspec'])}",
            ratio(turns, "ours", "msgspec"),
            at_most(4.5),
        ),
        Result(
            "encode a session: times as fast",
            microseconds(back["ours"]),
            f"official client {microseconds(back['official client'])}",
            ratio(back, "official client", "ours"),
        ),
    ]


def _turns(functions: dict[str, Callable[[], object]], *, quick: bool) -> dict[str, list[float]]:
    contenders = {name: seconds_each(function, 300 if quick else 2000) for name, function in functions.items()}
    take_turns(contenders, 1)
    return {name: list(taken) for name, taken in take_turns(contenders, 5 if quick else 11).items()}


class Device(msgspec.Struct):
    id: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    location: str | None = None


class Method(msgspec.Struct):
    method: str | None = None
    aal: str | None = None
    completed_at: datetime | None = None
    provider: str | None = None
    organization: str | None = None


class RecoveryAddress(msgspec.Struct):
    id: str | None = None
    value: str | None = None
    via: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class VerifiableAddress(RecoveryAddress):
    verified: bool | None = None
    status: str | None = None
    verified_at: datetime | None = None


class Identity(msgspec.Struct):
    id: str | None = None
    schema_id: str | None = None
    schema_url: str | None = None
    state: str | None = None
    state_changed_at: datetime | None = None
    traits: Any = None
    verifiable_addresses: list[VerifiableAddress] | None = None
    recovery_addresses: list[RecoveryAddress] | None = None
    metadata_public: Any = None
    metadata_admin: Any = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    organization_id: str | None = None
    external_id: str | None = None


class Session(msgspec.Struct):
    """The session as msgspec reads it fastest: plain structs, enums as text, fields that it does not know skipped."""

    id: str | None = None
    active: bool | None = None
    expires_at: datetime | None = None
    authenticated_at: datetime | None = None
    authenticator_assurance_level: str | None = None
    authentication_methods: list[Method] | None = None
    issued_at: datetime | None = None
    identity: Identity | None = None
    devices: list[Device] | None = None
    tokenized: str | None = None
