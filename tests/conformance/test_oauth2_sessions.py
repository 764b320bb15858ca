"""Logging out, and what administrators see and take back: consents, login sessions, tokens."""

from __future__ import annotations

from typing import Any, Self

import pytest

from ory_async import Ory, errors, models

from .oauth2 import (
    GOODBYE,
    SCOPE,
    Application,
    NewClient,
    Visitor,
    challenge,
    id_of,
    is_active,
    page_of,
    query_of,
    tokens_of,
    verified,
)
from .support import fresh

pytestmark = pytest.mark.usefixtures("hydra")


class Remembered:
    """Somebody whose login and consent a browser remembers, with the tokens of that."""

    def __init__(self, ory: Ory, client: models.OAuth2Client, subject: str) -> None:
        self.visitor, self.application = Visitor(ory), Application(client)
        self._ory, self._subject = ory, subject

    async def __aenter__(self) -> Self:
        page = await self.visitor.open(**self.application.request())
        page = await self.visitor.log_in(page, self._subject, remember=True, remember_for=3600)
        way_back = await self.visitor.consent(page, remember=True, remember_for=3600)
        self.tokens = await self.application.redeem(self._ory, way_back)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._ory.oauth2.revoke_oauth2_login_sessions(subject=self._subject)

    async def is_logged_in(self) -> bool:
        """Whether the browser is let in without a page."""
        return page_of(await self.visitor.open(**self.application.request(prompt="none"))) == "login"


async def test_logout(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    async with Remembered(ory, client, subject) as person:
        assert await person.is_logged_in()
        query = {"id_token_hint": person.tokens.id_token, "post_logout_redirect_uri": GOODBYE, "state": "farewell"}
        page = await person.visitor.log_out(**query)
        logout = await ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        assert (logout.subject, logout.rp_initiated) == (subject, True)
        assert logout.client is not None
        assert logout.client.client_id == client.client_id
        assert logout.sid == (await verified(ory, person.tokens.id_token or "")).claims["sid"]
        assert await person.is_logged_in()

        accepted = await ory.oauth2.accept_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        assert await person.visitor.follow(accepted.redirect_to) == f"{GOODBYE}?state=farewell"
        assert not await person.is_logged_in()
        assert await is_active(ory, person.tokens.access_token)  # tokens outlive the session


async def test_logout_is_refused(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    async with Remembered(ory, client, subject) as person:
        page = await person.visitor.log_out()
        logout = await ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        assert (logout.subject, logout.rp_initiated, logout.client) == (subject, False, None)
        await ory.oauth2.reject_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        assert await person.is_logged_in()


async def test_logout_of_nobody(ory: Ory) -> None:
    page = await Visitor(ory).log_out()
    assert page_of(page) not in ("logout", "error")


@pytest.mark.parametrize(
    "query",
    [{"state": "farewell"}, {"post_logout_redirect_uri": GOODBYE}, {"id_token_hint": "no.jwt.at-all"}],
    ids=str,
)
async def test_logout_with_mistakes(ory: Ory, query: dict[str, str]) -> None:
    page = await Visitor(ory).log_out(**query)
    assert page_of(page) == "error"
    assert query_of(page)["error"] == "invalid_request"


async def test_no_way_back_to_somewhere_else(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    async with Remembered(ory, client, subject) as person:
        page = await person.visitor.log_out(
            id_token_hint=person.tokens.id_token, post_logout_redirect_uri="https://evil.example/"
        )
        assert page_of(page) == "error"
        assert await person.is_logged_in()


async def test_unknown_logout_challenges(ory: Ory) -> None:
    for call in (
        ory.oauth2.get_oauth2_logout_request,
        ory.oauth2.accept_oauth2_logout_request,
        ory.oauth2.reject_oauth2_logout_request,
    ):
        with pytest.raises(errors.NotFound):
            await call(logout_challenge="unknown")


def client_of(session: models.OAuth2ConsentSession) -> str | None:
    assert session.consent_request is not None
    assert session.consent_request.client is not None
    return session.consent_request.client.client_id


async def test_consents(ory: Ory, new_client: NewClient, subject: str) -> None:
    assert not await ory.oauth2.list_oauth2_consent_sessions(subject=subject)
    clients = [await new_client(), await new_client()]
    for client in clients:
        async with Remembered(ory, client, subject) as person:
            sid = (await verified(ory, person.tokens.id_token or "")).claims["sid"]
            [session] = await ory.oauth2.list_oauth2_consent_sessions(subject=subject, login_session_id=sid)
            assert client_of(session) == client.client_id
            assert (session.grant_scope, session.remember, session.remember_for) == (SCOPE.split(), True, 3600)
            assert session.consent_request_id
            assert session.handled_at is not None
    listed = ory.oauth2.list_oauth2_consent_sessions(subject=subject, page_size=1)
    assert {client_of(session) async for session in listed} == {client.client_id for client in clients}
    assert [len(page) async for page in listed.pages()] == [1, 1]


@pytest.mark.parametrize("by", ["client", "request", "all"])
async def test_consent_is_taken_back(ory: Ory, new_client: NewClient, subject: str, by: str) -> None:
    client, other = await new_client(), await new_client()
    tokens, others = await tokens_of(ory, client, subject), await tokens_of(ory, other, subject)
    sessions = {client_of(each): each async for each in ory.oauth2.list_oauth2_consent_sessions(subject=subject)}
    which: dict[str, dict[str, Any]] = {
        "client": {"subject": subject, "client": client.client_id},
        "request": {"consent_request_id": sessions[client.client_id].consent_request_id},
        "all": {"subject": subject, "all": True},
    }
    for _ in range(2):
        await ory.oauth2.revoke_oauth2_consent_sessions(**which[by])
    left = [client_of(each) async for each in ory.oauth2.list_oauth2_consent_sessions(subject=subject)]
    assert left == ([] if by == "all" else [other.client_id])
    for token in (tokens.access_token, tokens.refresh_token):
        assert not await is_active(ory, token)
    assert await is_active(ory, others.access_token) is (by != "all")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"subject": "ann"},
        {"subject": "ann", "all": False},
        {"client": "album"},
        {"subject": "ann", "client": "album", "all": True},
    ],
    ids=str,
)
async def test_consents_to_revoke_must_be_named(ory: Ory, query: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.oauth2.revoke_oauth2_consent_sessions(**query)


@pytest.mark.parametrize("by", ["subject", "sid"])
async def test_login_is_taken_back(ory: Ory, client: models.OAuth2Client, subject: str, by: str) -> None:
    async with Remembered(ory, client, subject) as person:
        sid = (await verified(ory, person.tokens.id_token or "")).claims["sid"]
        for _ in range(2):
            await ory.oauth2.revoke_oauth2_login_sessions(**{"subject": {"subject": subject}, "sid": {"sid": sid}}[by])
        assert not await person.is_logged_in()
        assert await is_active(ory, person.tokens.access_token)
    with pytest.raises(errors.BadRequest):
        await ory.oauth2.revoke_oauth2_login_sessions()


async def test_all_tokens_of_a_client(ory: Ory, new_client: NewClient, subject: str) -> None:
    client, other = await new_client(), await new_client()
    tokens, others = await tokens_of(ory, client, subject), await tokens_of(ory, other, subject)
    for _ in range(2):
        await ory.oauth2.delete_oauth2_token(client_id=id_of(client))
    assert not await is_active(ory, tokens.access_token)
    assert await is_active(ory, tokens.refresh_token)
    assert await is_active(ory, others.access_token)
    await ory.oauth2.delete_oauth2_token(client_id=fresh("nobody"))
