from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async import Ory, errors, models
from ory_async.config import Plane

from .support import NOBODY, Person, message_ids, use_recovery_code


async def test_recovery_code(ory: Ory, person: Person) -> None:
    made = await ory.identity.create_recovery_code_for_identity(
        models.CreateRecoveryCodeForIdentityBody(identity_id=person.identity.id, expires_in="15m", flow_type="api")
    )
    assert made.expires_at is not None
    [flow] = parse_qs(urlsplit(made.recovery_link).query)["flow"]
    assert (await ory.frontend.get_recovery_flow(id=flow)).state == models.RecoveryFlowState.SENT_EMAIL
    wrong = await ory.frontend.update_recovery_flow(models.UpdateRecoveryFlowWithCodeMethod(code="000"), flow=flow)
    assert message_ids(wrong) == [4060006]
    passed = await use_recovery_code(ory, flow, made.recovery_code)
    if isinstance(passed, str):
        assert "/settings?flow=" in passed
    else:
        assert passed.state == models.RecoveryFlowState.PASSED_CHALLENGE


async def test_recovery_link(ory: Ory, person: Person) -> None:
    body = models.CreateRecoveryLinkForIdentityBody(identity_id=person.identity.id, expires_in="1h30m")
    made = await ory.identity.create_recovery_link_for_identity(body)
    assert made.expires_at is not None
    assert parse_qs(urlsplit(made.recovery_link).query).keys() == {"flow", "token"}


@pytest.mark.parametrize(
    "change",
    [{"identity_id": "no uuid"}, {"expires_in": "soon"}, {"expires_in": "-1h"}, {"flow_type": "native"}],
    ids=str,
)
async def test_refused_recovery_code(ory: Ory, person: Person, change: dict[str, str]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.identity.create_recovery_code_for_identity({"identity_id": person.identity.id, **change})


async def test_recovery_of_nobody(ory: Ory) -> None:
    with pytest.raises(errors.NotFound):
        await ory.identity.create_recovery_code_for_identity({"identity_id": NOBODY})
    with pytest.raises(errors.BadRequest):
        await ory.identity.create_recovery_link_for_identity({"identity_id": NOBODY})


async def test_message(ory: Ory, person: Person) -> None:
    [listed] = await ory.courier.list_courier_messages(recipient=person.email)
    message = await ory.courier.get_courier_message(listed.id)
    assert (message.id, message.recipient, message.type) == (listed.id, person.email, models.CourierMessageType.EMAIL)
    assert (message.subject, message.body) == (listed.subject, listed.body)
    assert {each.message_id for each in message.dispatches or ()} <= {message.id}
    with pytest.raises(errors.NotFound):
        await ory.courier.get_courier_message(NOBODY)
    with pytest.raises(errors.BadRequest):
        await ory.courier.get_courier_message("no uuid")


@pytest.mark.parametrize("plane", ["kratos_admin", "keto_read", "keto_write", "keto_opl", None])
async def test_version_and_health(ory: Ory, plane: Plane | None) -> None:
    assert (await ory.metadata.get_version(plane=plane)).version
    assert (await ory.metadata.is_alive(plane=plane)).status == "ok"
    assert (await ory.metadata.is_ready(plane=plane)).status == "ok"


async def test_health_of_the_public_plane(ory: Ory) -> None:
    # Kratos has no version there; the local Ory has all planes behind one URL, so it has.
    assert (await ory.metadata.is_alive(plane="kratos_public")).status == "ok"
    assert (await ory.metadata.is_ready(plane="kratos_public")).status == "ok"


async def test_unknown_paths(ory: Ory) -> None:
    for plane in ("kratos_admin", "kratos_public", "keto_read", "keto_write"):
        with pytest.raises(errors.NotFound):
            await ory.request("GET", "/no/such/path", plane=plane)
