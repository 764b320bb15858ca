from __future__ import annotations

from ory_async import errors
from ory_async.local import LocalOry


async def test_requests_in_their_order_with_what_was_answered(local: LocalOry) -> None:
    async with local.client() as ory:
        await ory.identity.create_identity({"traits": {"email": "a@example.com"}})
        await ory.identity.list_identities(page_size=7)
        assert await errors_of(ory.frontend.to_session(x_session_token="ory_st_a-token")) == "NoActiveSession"
    created, listed, whoami = local.requests
    assert [(seen.method, seen.path, seen.status) for seen in local.requests] == [
        ("POST", "/admin/identities", 201),
        ("GET", "/admin/identities", 200),
        ("GET", "/sessions/whoami", 401),
    ]
    assert (created.body_size, listed.body_size) == (len('{"traits":{"email":"a@example.com"}}'), 0)
    assert listed.query == {"page_size": "7"}
    assert whoami.headers["Accept"] == "application/json"
    assert local.requests.matching(path="/admin") == [created, listed]
    assert local.requests.matching(method="get", path="*whoami") == [whoami]
    assert local.requests[1:] == [listed, whoami]


async def errors_of(call: object) -> str:
    try:
        await call  # type: ignore[misc]
    except errors.OryError as error:
        return type(error).__name__
    return ""


async def test_secrets_are_redacted(local: LocalOry) -> None:
    async with local.client() as ory:
        await errors_of(ory.frontend.to_session(x_session_token="ory_st_a-token"))
        await errors_of(ory.frontend.to_session(cookie="ory_kratos_session=a-token"))
        await errors_of(ory.identity.list_identities())
        await errors_of(ory.frontend.update_logout_flow(token="a-token"))
    by_token, by_cookie, by_key, by_query = local.requests
    assert by_token.headers["X-Session-Token"] == "[redacted]"
    assert by_cookie.headers["Cookie"] == "[redacted]"
    assert by_key.headers["Authorization"] == "[redacted]"
    assert by_query.query == {"token": "[redacted]"}
    assert "a-token" not in repr(list(local.requests))


async def test_it_is_bounded_and_emptied_by_a_reset(local: LocalOry) -> None:
    async with local.client() as ory:
        for _ in range(1005):
            await ory.metadata.is_alive()
        await ory.identity.list_identities()
    assert len(local.requests) == 1000
    assert local.requests[-1].path == "/admin/identities"
    local.reset()
    assert len(local.requests) == 0
