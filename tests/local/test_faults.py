from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ory_async import Ory, errors
from ory_async.local import Faults, LocalOry


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with local.client(retry=None) as ory:
        yield ory


async def test_an_ordered_status_comes_once_with_its_retry_after(local: LocalOry, ory: Ory) -> None:
    local.faults.next(status=429, retry_after=1)
    with pytest.raises(errors.RateLimited) as caught:
        await ory.identity.list_identities()
    assert caught.value.retry_after == 1
    assert list(await ory.identity.list_identities()) == []


async def test_the_client_gets_through_what_passes(local: LocalOry) -> None:
    local.faults.next(status=503, times=2)
    async with local.client() as ory:
        assert list(await ory.identity.list_identities()) == []
    assert [seen.status for seen in local.requests] == [503, 503, 200]


async def test_faults_come_in_order_each_to_the_requests_it_is_meant_for(local: LocalOry, ory: Ory) -> None:
    local.faults.next(status=500, path="/admin/identities", method="post")
    local.faults.next(status=502, path="/admin")
    local.faults.next(status=503, path="/relation*")
    local.faults.next(status=504, path="/admin")
    assert len(local.faults) == 4
    statuses = []
    for call in (ory.identity.list_identities, ory.relationship.get_relationships, ory.courier.list_courier_messages):
        with pytest.raises(errors.ServerError) as caught:
            await call()
        statuses.append(caught.value.status)
    assert statuses == [502, 503, 504]
    assert list(await ory.courier.list_courier_messages()) == []
    assert len(local.faults) == 1  # nobody has made an identity


async def test_a_path_does_not_mean_one_that_only_begins_like_it(local: LocalOry, ory: Ory) -> None:
    local.faults.next(status=500, path="/admin/ident")
    assert list(await ory.identity.list_identities()) == []


async def test_a_body_of_your_own(local: LocalOry, ory: Ory) -> None:
    local.faults.next(status=418, body={"error": "teapot"}, headers={"X-Kind": "tea"})
    with pytest.raises(errors.ApiError) as caught:
        await ory.identity.list_identities()
    assert (caught.value.status, caught.value.body) == (418, {"error": "teapot"})
    assert caught.value.headers["x-kind"] == "tea"
    local.faults.next(status=200, body=b"<html>")
    with pytest.raises(errors.DecodeError):
        await ory.identity.list_identities()


async def test_a_reset_connection(local: LocalOry, ory: Ory) -> None:
    await ory.identity.list_identities()
    local.faults.next(reset=True)
    with pytest.raises(errors.ConnectionLost, match="reset"):
        await ory.identity.list_identities()
    assert local.requests[-1].status is None
    assert list(await ory.identity.list_identities()) == []


@pytest.mark.parametrize("kept", [0, 10])
async def test_a_truncated_answer_after_the_work_is_done(local: LocalOry, ory: Ory, kept: int) -> None:
    local.faults.next(truncate=kept, method="POST")
    with pytest.raises(errors.ConnectionLost):
        await ory.identity.create_identity({"traits": {"email": "a@example.com"}})
    assert len(await ory.identity.list_identities()) == 1


async def test_latency_and_delays_wait(local: LocalOry, ory: Ory) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    local.faults = Faults(sleep)
    local.faults.latency(0.2)
    local.faults.latency(0.3, path="/admin/identities")
    local.faults.next(delay=10.0, path="/admin/courier/messages")
    await ory.identity.list_identities()
    await ory.courier.list_courier_messages()
    await ory.courier.list_courier_messages()
    assert waited == [0.5, 10.2, 0.2]
    local.faults.clear()
    await ory.identity.list_identities()
    assert len(waited) == 3


async def test_a_client_that_is_less_patient_than_the_delay(local: LocalOry, ory: Ory) -> None:
    local.faults.next(delay=60.0)
    with pytest.raises(errors.RequestTimeout):
        await ory.with_options(timeout=0.05).identity.list_identities()
    assert list(await ory.identity.list_identities()) == []


async def test_reset_takes_all_orders_back(local: LocalOry, ory: Ory) -> None:
    local.faults.next(status=500)
    local.faults.latency(60.0)
    local.reset()
    assert len(local.faults) == 0
    assert list(await ory.identity.list_identities()) == []


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"status": 500, "reset": True},
        {"reset": True, "truncate": 3},
        {"status": 100},
        {"status": 999},
        {"truncate": -1},
        {"delay": -1.0},
        {"delay": float("nan")},
        {"status": 500, "times": 0},
        {"reset": True, "retry_after": 1},
        {"truncate": 3, "body": {}},
    ],
)
def test_orders_that_make_no_sense(order: dict[str, Any]) -> None:
    faults = Faults()
    with pytest.raises(errors.ConfigurationError):
        faults.next(**order)
    assert len(faults) == 0
    with pytest.raises(errors.ConfigurationError):
        faults.latency(-1.0)
