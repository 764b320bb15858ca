from __future__ import annotations

import pytest

from ory_async import Ory, errors

from .support import NOBODY, NewName, Person, log_in, register

PAGE_SIZES = [1, 2, 3, None]


async def more_sessions(ory: Ory, person: Person, count: int = 6) -> list[str]:
    """Log the person in several times more; the ids of the sessions, newest first."""
    return [(await log_in(ory, person.email)).session.id for _ in range(count)][::-1]


@pytest.mark.parametrize("page_size", PAGE_SIZES)
async def test_own_sessions_come_once_each(ory: Ory, person: Person, page_size: int | None) -> None:
    others = await more_sessions(ory, person)
    listed = ory.frontend.list_my_sessions(page_size=page_size, x_session_token=person.token)
    assert [session.id async for session in listed] == others
    assert [session.id async for page in listed.pages() for session in page] == others
    assert [session.id for session in await listed] == others[:page_size]


@pytest.mark.parametrize("page_size", PAGE_SIZES)
async def test_sessions_of_an_identity_come_once_each(ory: Ory, person: Person, page_size: int | None) -> None:
    others = await more_sessions(ory, person)
    own = await ory.frontend.to_session(x_session_token=person.token)
    listed = ory.identity.list_identity_sessions(person.identity.id, page_size=page_size)
    assert [session.id async for session in listed] == [*others, own.id]
    assert [session.id async for page in listed.pages() for session in page] == [*others, own.id]


async def test_no_other_sessions(ory: Ory, person: Person) -> None:
    for page_size in PAGE_SIZES:
        listed = ory.frontend.list_my_sessions(page_size=page_size, x_session_token=person.token)
        assert [session async for session in listed] == []
        assert not await listed


async def test_no_sessions_of_nobody(ory: Ory) -> None:
    assert [session async for session in ory.identity.list_identity_sessions(NOBODY, page_size=2)] == []
    with pytest.raises(errors.BadRequest):
        await ory.identity.list_identity_sessions("no uuid")


async def test_sessions_by_state(ory: Ory, person: Person) -> None:
    ended, *others = await more_sessions(ory, person, 3)
    own = await ory.frontend.to_session(x_session_token=person.token)
    await ory.identity.disable_session(ended)
    id = person.identity.id
    assert [each.id async for each in ory.identity.list_identity_sessions(id, active=False, page_size=2)] == [ended]
    active = [each.id async for each in ory.identity.list_identity_sessions(id, active=True, page_size=2)]
    assert active == [*others, own.id]


async def test_all_sessions(ory: Ory, person: Person) -> None:
    own = {*await more_sessions(ory, person, 4), (await ory.frontend.to_session(x_session_token=person.token)).id}
    found = [session.id async for session in ory.identity.list_sessions(page_size=2)]
    assert own <= set(found)
    assert len(found) == len(set(found))
    expanded = [each async for each in ory.identity.list_sessions(page_size=250, active=True, expand=["identity"])]
    owners = {each.id: each.identity.id for each in expanded if each.identity is not None}
    assert {owners[id] for id in own} == {person.identity.id}


async def test_one_session(ory: Ory, person: Person) -> None:
    own = await ory.frontend.to_session(x_session_token=person.token)
    bare = await ory.identity.get_session(own.id)
    assert (bare.id, bare.active, bare.identity, bare.devices) == (own.id, True, None, [])
    full = await ory.identity.get_session(own.id, expand=["identity", "devices"])
    assert full.identity is not None
    assert full.identity.id == person.identity.id
    [device] = full.devices or ()
    assert device.user_agent
    with pytest.raises(errors.NotFound):
        await ory.identity.get_session(NOBODY)
    with pytest.raises(errors.BadRequest):
        await ory.identity.get_session("no uuid")
    with pytest.raises(errors.BadRequest):
        await ory.identity.get_session(own.id, expand=["unknown"])


async def test_own_sessions_are_ended_elsewhere(ory: Ory, person: Person, new_email: NewName) -> None:
    one, *others = await more_sessions(ory, person, 3)
    await ory.frontend.disable_my_session(one, x_session_token=person.token)
    remaining = [each.id async for each in ory.frontend.list_my_sessions(x_session_token=person.token)]
    assert remaining == others

    own = await ory.frontend.to_session(x_session_token=person.token)
    with pytest.raises(errors.BadRequest):
        await ory.frontend.disable_my_session(own.id, x_session_token=person.token)
    stranger = await register(ory, new_email("bob"))
    assert stranger.session is not None
    for passed_over in (NOBODY, stranger.session.id):
        await ory.frontend.disable_my_session(passed_over, x_session_token=person.token)
    assert (await ory.frontend.to_session(x_session_token=stranger.session_token)).active is True

    ended = await ory.frontend.disable_my_other_sessions(x_session_token=person.token)
    assert ended.count == 3  # those that had ended before count as well
    assert not await ory.frontend.list_my_sessions(x_session_token=person.token)
    assert (await ory.frontend.to_session(x_session_token=person.token)).id == own.id


async def test_own_sessions_need_a_session(ory: Ory) -> None:
    with pytest.raises(errors.Unauthorized):
        await ory.frontend.list_my_sessions()
    with pytest.raises(errors.Unauthorized):
        await ory.frontend.disable_my_session(NOBODY)
    with pytest.raises(errors.Unauthorized):
        await ory.frontend.disable_my_other_sessions()


async def test_session_is_ended_by_an_administrator(ory: Ory, person: Person) -> None:
    own = await ory.frontend.to_session(x_session_token=person.token)
    await ory.identity.disable_session(own.id)
    await ory.identity.disable_session(own.id)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=person.token)
    assert (await ory.identity.get_session(own.id)).active is False
    with pytest.raises(errors.NotFound):
        await ory.identity.disable_session(NOBODY)


async def test_session_is_extended(ory: Ory, person: Person) -> None:
    before = await ory.frontend.to_session(x_session_token=person.token)
    extended = await ory.identity.extend_session(before.id)
    assert extended is None or extended.id == before.id
    after = await ory.identity.get_session(before.id)
    assert before.expires_at is not None
    assert after.expires_at is not None
    assert after.expires_at > before.expires_at
    with pytest.raises(errors.NotFound):
        await ory.identity.extend_session(NOBODY)


async def test_sessions_of_an_identity_are_deleted(ory: Ory, person: Person) -> None:
    [other] = await more_sessions(ory, person, 1)
    await ory.identity.delete_identity_sessions(person.identity.id)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=person.token)
    with pytest.raises(errors.NotFound):
        await ory.identity.get_session(other)
    for nothing_left in (person.identity.id, NOBODY):
        with pytest.raises(errors.NotFound):
            await ory.identity.delete_identity_sessions(nothing_left)


async def test_sessions_are_deleted_with_their_identity(ory: Ory, person: Person) -> None:
    await ory.identity.delete_identity(person.identity.id)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=person.token)
