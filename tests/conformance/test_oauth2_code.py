"""The authorization code grant: from an application through login and consent back to it, and what the tokens say."""

from __future__ import annotations

import pytest

from ory_async import BasicAuth, BearerToken, Ory, errors, models, with_response

from .oauth2 import (
    CALLBACK,
    SCOPE,
    Application,
    NewClient,
    Visitor,
    basic,
    challenge,
    id_of,
    page_of,
    query_of,
    tokens_of,
    verified,
)
from .support import fresh

pytestmark = pytest.mark.usefixtures("hydra")


async def test_through_login_and_consent(ory: Ory, new_client: NewClient, subject: str) -> None:
    client = await new_client(audience=["album"])
    application, visitor = Application(client), Visitor(ory)
    page = await visitor.open(**application.request(login_hint="ann@example.com", acr_values="gold", audience="album"))
    login = await ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
    assert (login.challenge, login.skip, login.subject) == (challenge(page, "login"), False, "")
    assert (login.requested_scope, login.client.client_id) == (SCOPE.split(), client.client_id)
    assert login.client.client_secret is None
    assert login.requested_access_token_audience == ["album"]
    assert query_of(login.request_url)["state"] == application.state
    assert login.oidc_context is not None
    assert (login.oidc_context.login_hint, login.oidc_context.acr_values) == ("ann@example.com", ["gold"])

    page = await visitor.log_in(page, subject, acr="gold", amr=["pwd"], context={"from": "login"})
    consent = await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
    assert (consent.subject, consent.skip, consent.requested_scope) == (subject, False, SCOPE.split())
    assert (consent.acr, consent.amr, consent.context) == ("gold", ["pwd"], {"from": "login"})

    session = models.AcceptOAuth2ConsentRequestSession(access_token={"team": 7}, id_token={"nickname": "Ann"})
    way_back = await visitor.consent(page, ["openid", "photos"], session=session)
    assert way_back.startswith(f"{CALLBACK}?")
    answer = query_of(way_back)
    assert (answer["state"], answer["scope"].split()) == (application.state, ["openid", "photos"])
    tokens = await application.redeem(ory, way_back)
    assert (tokens.token_type, tokens.refresh_token, tokens.scope) == ("bearer", None, "openid photos")
    assert tokens.expires_in in (3599, 3600)
    assert tokens.access_token
    assert tokens.id_token

    told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token)
    assert (told.active, told.sub, told.client_id, told.scope) == (True, subject, client.client_id, "openid photos")
    assert (told.token_type, told.token_use, told.ext) == ("Bearer", "access_token", {"team": 7})
    about = await ory.oidc.get_oidc_user_info(auth=BearerToken(tokens.access_token))
    assert isinstance(about, models.OidcUserInfo)
    assert (about.sub, about.nickname) == (subject, "Ann")


async def test_id_token(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    application = Application(client)
    page = await Visitor(ory).open(**application.request())
    assert page_of(page) == "login"
    visitor = Visitor(ory)
    tokens = await application.redeem(ory, await visitor.authorize(application, subject))
    token = await verified(ory, tokens.id_token or "")
    assert (token.header["alg"], token.header["typ"]) == ("RS256", "JWT")
    claims = token.claims
    issuer = (await ory.oidc.discover_oidc_configuration()).issuer
    assert (claims["iss"], claims["sub"], claims["aud"]) == (issuer, subject, [client.client_id])
    assert (claims["nonce"], claims["exp"] - claims["iat"]) == (application.nonce, 3600)
    assert {"at_hash", "auth_time", "jti", "rat", "sid"} <= claims.keys()


async def test_code_works_once(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    application = Application(client)
    way_back = await Visitor(ory).authorize(application, subject)
    tokens = await application.redeem(ory, way_back)
    with pytest.raises(errors.OAuth2Error) as refused:
        await application.redeem(ory, way_back)
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")
    assert tokens.access_token
    told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token)
    assert not told.active  # a code that is used twice may be stolen


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "n" * 43},
        {"code_verifier": None},
        {"redirect_uri": "https://app.example/other"},
        {"code": "nonsense"},
    ],
    ids=str,
)
async def test_code_that_does_not_fit(
    ory: Ory, client: models.OAuth2Client, subject: str, change: dict[str, str | None]
) -> None:
    application = Application(client)
    code = query_of(await Visitor(ory).authorize(application, subject))["code"]
    fields = {"code": code, "redirect_uri": CALLBACK, "code_verifier": application.verifier, **change}
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="authorization_code", auth=basic(client), **fields)
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")


async def test_code_of_another_client(ory: Ory, new_client: NewClient, subject: str) -> None:
    application, other = Application(await new_client()), await new_client()
    code = query_of(await Visitor(ory).authorize(application, subject))["code"]
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=application.verifier,
            auth=basic(other),
        )
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")


async def test_public_client(ory: Ory, new_client: NewClient, subject: str) -> None:
    client = await new_client(token_endpoint_auth_method="none")
    assert client.client_secret is None
    application = Application(client)
    code = query_of(await Visitor(ory).authorize(application, subject))["code"]
    tokens = await ory.oauth2.oauth2_token_exchange(
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=application.verifier,
        client_id=client.client_id,
    )
    assert tokens.access_token
    assert tokens.refresh_token


async def test_login_is_refused(ory: Ory, client: models.OAuth2Client) -> None:
    application, visitor = Application(client), Visitor(ory)
    page = await visitor.open(**application.request())
    rejected = await ory.oauth2.reject_oauth2_login_request(
        models.RejectOAuth2Request(error="access_denied", error_description="Not today."),
        login_challenge=challenge(page, "login"),
    )
    way_back = await visitor.follow(rejected.redirect_to)
    assert way_back.startswith(f"{CALLBACK}?")
    answer = query_of(way_back)
    assert (answer["error"], answer["error_description"]) == ("access_denied", "Not today.")
    assert answer["state"] == application.state


async def test_consent_is_refused(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    application, visitor = Application(client), Visitor(ory)
    page = await visitor.log_in(await visitor.open(**application.request()), subject)
    rejected = await ory.oauth2.reject_oauth2_consent_request(
        models.RejectOAuth2Request(error="access_denied", error_description="No.", error_hint="Ask again."),
        consent_challenge=challenge(page, "consent"),
    )
    answer = query_of(await visitor.follow(rejected.redirect_to))
    assert (answer["error"], answer["error_description"]) == ("access_denied", "No. Ask again.")


async def test_consent_verifier_works_once(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor = Visitor(ory)
    page = await visitor.log_in(await visitor.open(**Application(client).request()), subject)
    accepted = await ory.oauth2.accept_oauth2_consent_request(
        {"grant_scope": ["openid"]}, consent_challenge=challenge(page, "consent")
    )
    assert "code" in query_of(await visitor.follow(accepted.redirect_to))
    again = query_of(await visitor.follow(accepted.redirect_to))
    assert again["error"] == "access_denied"
    assert "code" not in again


async def test_verifiers_need_the_cookies(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    page = await Visitor(ory).open(**Application(client).request())
    answer = query_of(await Visitor(ory).log_in(page, subject))
    assert answer["error"] == "request_forbidden"


async def test_remembered(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor, application = Visitor(ory), Application(client)
    page = await visitor.log_in(await visitor.open(**application.request()), subject, remember=True, remember_for=3600)
    await application.redeem(ory, await visitor.consent(page, remember=True, remember_for=3600))

    page = await visitor.open(**application.request())
    login = await ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
    assert (login.skip, login.subject) == (True, subject)
    page = await visitor.log_in(page, subject)
    consent = await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
    assert (consent.skip, consent.subject, consent.requested_scope) == (True, subject, SCOPE.split())
    tokens = await application.redeem(ory, await visitor.consent(page))
    assert tokens.scope == SCOPE

    page = await visitor.open(**application.request(prompt="login"))
    assert not (await ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))).skip
    page = await visitor.log_in(await visitor.open(**application.request(prompt="consent")), subject)
    again = await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
    assert not again.skip


async def test_consent_to_less_is_not_remembered_for_more(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor, application = Visitor(ory), Application(client)
    page = await visitor.log_in(await visitor.open(**application.request(scope="openid")), subject, remember=True)
    await visitor.consent(page, ["openid"], remember=True)
    page = await visitor.log_in(await visitor.open(**application.request()), subject)
    assert not (await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))).skip


async def test_someone_else_than_remembered(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor, application = Visitor(ory), Application(client)
    await visitor.log_in(await visitor.open(**application.request()), subject, remember=True)
    page = await visitor.open(**application.request())
    accepted = await ory.oauth2.accept_oauth2_login_request(
        models.AcceptOAuth2LoginRequest(subject=fresh("other")), login_challenge=challenge(page, "login")
    )
    sent = query_of(accepted.redirect_to)
    assert (sent["prompt"], sent["client_id"]) == ("login", client.client_id)
    assert "login_verifier" not in sent


async def test_without_any_page(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor, application = Visitor(ory), Application(client)
    answer = query_of(await visitor.open(**application.request(prompt="none")))
    assert (answer["error"], answer["state"]) == ("login_required", application.state)

    page = await visitor.log_in(await visitor.open(**application.request()), subject, remember=True)
    await visitor.consent(page, remember=True)
    page = await visitor.open(**application.request(prompt="none"))
    assert (await ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))).skip
    way_back = await visitor.consent(await visitor.log_in(page, subject))
    assert (await application.redeem(ory, way_back)).access_token


async def test_client_that_needs_no_consent(ory: Ory, new_client: NewClient, subject: str) -> None:
    visitor, client = Visitor(ory), await new_client(skip_consent=True)
    page = await visitor.log_in(await visitor.open(**Application(client).request()), subject)
    consent = await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
    assert not consent.skip  # of what was granted before; it is for the page to look at the client
    assert consent.client is not None
    assert consent.client.skip_consent


async def test_answer_by_a_form(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    visitor, application = Visitor(ory), Application(client)
    page = await visitor.log_in(await visitor.open(**application.request(response_mode="form_post")), subject)
    accepted = await ory.oauth2.accept_oauth2_consent_request(
        {"grant_scope": ["openid"]}, consent_challenge=challenge(page, "consent")
    )
    answered = await with_response(ory.oauth2.oauth2_authorize)(cookie=visitor.cookie, **query_of(accepted.redirect_to))
    assert answered.status == 200
    assert answered.headers["content-type"].startswith("text/html")
    assert isinstance(answered.data, str)
    assert CALLBACK in answered.data
    assert application.state in answered.data


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "nonsense"}, "unsupported_response_type"),
        ({"scope": "openid nonsense"}, "invalid_scope"),
        ({"state": "short"}, "invalid_state"),
        ({"audience": "somebody-else"}, "invalid_request"),
        ({"id_token_hint": "no.jwt.at-all"}, "invalid_request"),
    ],
    ids=str,
)
async def test_mistakes_that_the_application_is_told(
    ory: Ory, client: models.OAuth2Client, change: dict[str, str], error: str
) -> None:
    way_back = await Visitor(ory).open(**Application(client).request(**change))
    assert way_back.startswith(f"{CALLBACK}?")
    assert query_of(way_back)["error"] == error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": "https://evil.example/callback"}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
    ids=str,
)
async def test_mistakes_that_only_the_person_is_told(
    ory: Ory, client: models.OAuth2Client, change: dict[str, str], error: str
) -> None:
    page = await Visitor(ory).open(**Application(client).request(**change))
    assert page_of(page) == "error"
    assert query_of(page)["error"] == error


@pytest.mark.parametrize("page", ["login", "consent", "device"])
async def test_unknown_challenges(ory: Ory, page: str) -> None:
    calls = {
        "login": [
            lambda: ory.oauth2.get_oauth2_login_request(login_challenge="unknown"),
            lambda: ory.oauth2.accept_oauth2_login_request({"subject": "ann"}, login_challenge="unknown"),
            lambda: ory.oauth2.reject_oauth2_login_request({}, login_challenge="unknown"),
        ],
        "consent": [
            lambda: ory.oauth2.get_oauth2_consent_request(consent_challenge="unknown"),
            lambda: ory.oauth2.accept_oauth2_consent_request({}, consent_challenge="unknown"),
            lambda: ory.oauth2.reject_oauth2_consent_request({}, consent_challenge="unknown"),
        ],
        "device": [lambda: ory.oauth2.accept_user_code_request({"user_code": "abcdefgh"}, device_challenge="unknown")],
    }
    for call in calls[page]:
        with pytest.raises(errors.NotFound):
            await call()


async def test_login_without_a_subject(ory: Ory, client: models.OAuth2Client) -> None:
    page = await Visitor(ory).open(**Application(client).request())
    with pytest.raises(errors.BadRequest) as refused:
        await ory.oauth2.accept_oauth2_login_request({"subject": ""}, login_challenge=challenge(page, "login"))
    assert "subject" in (refused.value.reason or "")


async def test_pairwise_subjects(ory: Ory, new_client: NewClient, subject: str) -> None:
    seen = []
    for host in ("one", "two"):
        callback = f"https://{host}.example/callback"
        client = await new_client(
            subject_type="pairwise", redirect_uris=[callback], post_logout_redirect_uris=[callback]
        )
        tokens = await tokens_of(ory, client, subject, redirect_uri=callback)
        told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token or "")
        assert told.sub == subject
        claims = (await verified(ory, tokens.id_token or "")).claims
        assert claims["sub"] == told.obfuscated_subject
        seen.append(claims["sub"])
    assert len({subject, *seen}) == 3


async def test_user_info_without_a_token(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    tokens = await tokens_of(ory, client, subject)
    for auth in (None, BearerToken("nonsense"), BearerToken(tokens.refresh_token or ""), BasicAuth("a", "b")):
        with pytest.raises(errors.OAuth2Error) as refused:
            await ory.oidc.get_oidc_user_info(auth=auth)
        assert refused.value.status == 401
        assert refused.value.headers["www-authenticate"].startswith("Bearer ")


async def test_signed_user_info(ory: Ory, new_client: NewClient, subject: str) -> None:
    client = await new_client(userinfo_signed_response_alg="RS256")
    tokens = await tokens_of(ory, client, subject)
    about = await ory.oidc.get_oidc_user_info(auth=BearerToken(tokens.access_token or ""))
    assert isinstance(about, str)
    claims = (await verified(ory, about)).claims
    assert (claims["sub"], claims["aud"]) == (subject, [id_of(client)])
