from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ory_async import Ory
from ory_async.local import LocalOry

ANN, BOB = "ann@example.com", "bob@example.com"


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with local.client() as ory:
        yield ory


async def recover(ory: Ory, email: str) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    await ory.frontend.update_recovery_flow({"method": "code", "email": email}, flow=flow.id)


async def test_messages_with_their_codes(local: LocalOry, ory: Ory) -> None:
    for email in (ANN, BOB):
        await ory.identity.create_identity({"traits": {"email": email}})
    for email in (ANN, BOB, ANN):
        await recover(ory, email)
    assert [message.to for message in local.outbox] == [ANN, BOB, ANN]
    message = local.outbox.last(to=" Ann@Example.com ")
    assert message is not local.outbox[0]
    assert (message.kind, message.channel, message.link) == ("recovery_code_valid", "email", "")
    assert message.code in message.body
    assert message.sent_at <= local.clock.now()
    assert local.outbox.codes(ANN) == [local.outbox[0].code, message.code]
    assert local.outbox.matching(kind="login_code_valid") == []


async def test_a_link(local: LocalOry, ory: Ory) -> None:
    await ory.identity.create_identity({"traits": {"email": ANN}})
    flow = await ory.frontend.create_native_verification_flow()
    await ory.frontend.update_verification_flow({"method": "code", "email": ANN}, flow=flow.id)
    message = local.outbox.last()
    assert message.link.startswith(f"{local.url}/self-service/verification?")
    assert message.code in message.link


async def test_secrets_do_not_show_in_a_repr(local: LocalOry, ory: Ory) -> None:
    await ory.identity.create_identity({"traits": {"email": ANN}})
    await recover(ory, ANN)
    assert ANN in repr(local.outbox[0])
    assert local.outbox[0].code not in repr(local.outbox[0])


async def test_nothing_sent_is_an_error_that_tells_what_was(local: LocalOry, ory: Ory) -> None:
    with pytest.raises(LookupError, match="no message was sent; there is none at all"):
        local.outbox.last()
    await ory.identity.create_identity({"traits": {"email": ANN}})
    await recover(ory, ANN)
    with pytest.raises(LookupError, match=f"to {BOB} was sent; there is recovery_code_valid to {ANN}"):
        local.outbox.last(to=BOB)
    local.reset()
    assert len(local.outbox) == 0


async def test_waiting_for_what_comes_later(local: LocalOry, ory: Ory) -> None:
    await ory.identity.create_identity({"traits": {"email": ANN}})
    waiting = asyncio.create_task(local.outbox.wait(to=ANN, count=2))
    for _ in range(2):
        assert not waiting.done()
        await recover(ory, ANN)
    message = await waiting
    assert message == local.outbox[1]
    assert await local.outbox.wait(to=ANN) == local.outbox[0]


async def test_waiting_in_vain(local: LocalOry) -> None:
    with pytest.raises(TimeoutError, match=r"no login_code_valid message to ann@example\.com was sent; .* in 0\.01 s"):
        await local.outbox.wait(to=ANN, kind="login_code_valid", timeout=0.01)


async def test_waiting_across_threads() -> None:
    with LocalOry.in_thread() as local:
        async with local.client() as ory:
            await ory.identity.create_identity({"traits": {"email": ANN}})
            waiting = asyncio.create_task(local.outbox.wait())
            await recover(ory, ANN)
            assert (await waiting).to == ANN
