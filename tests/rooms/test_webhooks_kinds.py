"""Each kind of request: what real servers send of it, and what they take as an answer."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from ory_async import errors, models
from ory_async.webhooks import (
    Action,
    ActionReceiver,
    AddressChanged,
    Authentication,
    AuthenticatorAdded,
    Block,
    ChangeIdentity,
    CourierReceiver,
    DenyToken,
    Event,
    EventReceiver,
    FlowMessage,
    LoginCode,
    PasswordMigrationReceiver,
    Receiver,
    RecoveryCode,
    RecoveryLink,
    RefreshTokenHookReceiver,
    RegistrationCode,
    TemplateData,
    TokenClaims,
    TokenHookReceiver,
    UnknownAddress,
    VerificationCode,
    VerificationLink,
    WebhookRefused,
)
from tests.support.recordings import RECORDINGS

OPEN = Authentication.none()
ACTIONS: ActionReceiver[Action] = ActionReceiver(OPEN)


def recorded(product: str, path: str) -> Iterator[bytes]:
    """The bodies that real servers have sent to a path."""
    for scenario in sorted((RECORDINGS / product).glob("var_*.json")):
        for callback in json.loads(scenario.read_text("utf-8")).get("callbacks", ()):
            if callback["path"] == path:
                yield callback["body_text"].encode()


def received(receiver: Receiver[Any, Any], data: object) -> Any:
    return receiver.receive({}, json.dumps(data).encode())


# actions

REGISTERED = {
    "flow": {"id": "f1", "type": "browser", "transient_payload": {"invitation": "i-7"}},
    "identity": {
        "id": "00000000-0000-0000-0000-000000000000",
        "schema_id": "default",
        "schema_url": "",
        "state": "active",
        "traits": {"email": "ann@example.com"},
    },
    "session": None,
    "request_method": "POST",
    "request_url": "https://auth.example.com/self-service/registration?flow=f1&token=hidden",
    "request_headers": {"User-Agent": ["Firefox"], "Cookie": ["hidden"]},
    "plan": "free",
}


def test_an_action() -> None:
    action: Action = received(ACTIONS, REGISTERED)
    assert action.flow.transient_payload == {"invitation": "i-7"}
    assert isinstance(action.identity, models.Identity)
    assert action.identity.traits == {"email": "ann@example.com"}
    assert action.session is None
    assert action.request_headers is not None
    assert action.request_headers["User-Agent"] == ["Firefox"]
    assert action.extra == {"plan": "free"}
    assert "hidden" not in repr(action)


@attrs.frozen
class Newcomer:
    email: str
    age: int | None = None


def test_a_body_of_the_users_own() -> None:
    receiver = ActionReceiver(OPEN, payload=Newcomer)
    assert received(receiver, {"email": "ann@example.com", "age": 7}) == Newcomer("ann@example.com", 7)
    for data in ({}, {"email": 1}, [], None):
        with pytest.raises(WebhookRefused) as caught:
            received(receiver, data)
        assert caught.value.status == 422


def told(answer: Any) -> tuple[int, Any]:
    reply = ACTIONS.reply(answer)
    return reply.status, json.loads(reply.body) if reply.body else None


def message(pointer: str, text: str, **more: Any) -> dict[str, Any]:
    detail = {"id": 4000001, "text": text, "type": "error", "context": {}, **more}
    return {"instance_ptr": pointer, "messages": [detail]}


def test_a_flow_is_blocked_with_messages_by_field() -> None:
    why = {"reason": "spam"}
    block = Block(
        "Nobody gets in.",
        FlowMessage("This address is not welcome.", "traits.email", id=7001, context=why),
        FlowMessage("By the way.", "#/traits/name", type="info"),
        status=403,
    )
    assert told(block) == (
        403,
        {
            "messages": [
                message("#/", "Nobody gets in."),
                message("#/traits/email", "This address is not welcome.", id=7001, context=why),
                message("#/traits/name", "By the way.", type="info"),
            ]
        },
    )


@pytest.mark.parametrize(
    ("field", "pointer"),
    [("password", "#/password"), ("traits.a/b", "#/traits/a~1b"), ("traits.50%~", "#/traits/50%25~0")],
)
def test_the_pointer_to_a_field(field: str, pointer: str) -> None:
    assert told(Block(FlowMessage("no", field)))[1]["messages"][0]["instance_ptr"] == pointer


def test_a_block_says_something() -> None:
    for make in (lambda: Block(), lambda: Block("no", status=200)):
        with pytest.raises(errors.ConfigurationError):
            make()


def test_an_identity_is_changed() -> None:
    address = models.VerifiableIdentityAddress(value="ann@example.com", via="email", verified=True, status="completed")
    answer = ChangeIdentity(
        traits={"email": "ann@example.com", "name": None},
        metadata_public={},
        state=models.IdentityState.INACTIVE,
        external_id="",
        verifiable_addresses=[address],
    )
    assert told(answer) == (
        200,
        {
            "identity": {
                "traits": {"email": "ann@example.com", "name": None},
                "metadata_public": {},
                "state": "inactive",
                "external_id": "",
                "verifiable_addresses": [
                    {"value": "ann@example.com", "via": "email", "verified": True, "status": "completed"}
                ],
            }
        },
    )
    assert told(ChangeIdentity()) == (200, {"identity": {}})


def test_a_flow_goes_on() -> None:
    assert told(None) == (204, None)


@pytest.mark.parametrize("answer", [True, {}, "no", FlowMessage("no")])
def test_other_things_are_no_answer_to_an_action(answer: Any) -> None:
    with pytest.raises(errors.ConfigurationError, match="no answer"):
        ACTIONS.reply(answer)


# password migration


async def test_passwords_are_asked_about() -> None:
    async def check(migration: Any) -> bool:
        asked.append(migration)
        return bool(migration.password == "right")

    asked: list[Any] = []
    endpoint = PasswordMigrationReceiver(OPEN).endpoint(check)
    ids = {"Ory-Webhook-Request-ID": "r1"}
    right = await endpoint.respond(ids, b'{"identifier":"ann","password":"right"}')
    assert (right.status, json.loads(right.body)) == (200, {"status": "password_match"})
    wrong = await endpoint.respond(ids, b'{"identifier":"ann","password":"wrong"}')
    assert (wrong.status, wrong.body) == (403, b"")
    assert [migration.identifier for migration in asked] == ["ann", "ann"]


@pytest.mark.parametrize("data", [{}, {"identifier": "ann"}, {"identifier": "ann", "password": 1}, {"password": "p"}])
def test_a_password_is_never_missing(data: Any) -> None:
    with pytest.raises(WebhookRefused, match=r"not what is expected at (identifier|password)") as caught:
        received(PasswordMigrationReceiver(OPEN), data)
    assert caught.value.status == 422


@pytest.mark.parametrize("answer", [None, 1, "password_match", object()])
def test_only_true_is_a_match(answer: Any) -> None:
    with pytest.raises(errors.ConfigurationError):
        PasswordMigrationReceiver(OPEN).reply(answer)


# the courier

LINK = "https://auth.example.com/self-service/recovery?token=hidden"


@pytest.mark.parametrize(
    ("template", "data", "is_that"),
    [
        ("recovery_code_valid", {"recovery_code": "hidden"}, lambda d: isinstance(d, RecoveryCode) and d.code),
        ("recovery_code_valid", {"verification_code": "hidden"}, lambda d: isinstance(d, RecoveryCode) and d.code),
        ("recovery_valid", {"recovery_url": LINK}, lambda d: isinstance(d, RecoveryLink) and d.url),
        (
            "verification_code_valid",
            {"verification_code": "hidden", "verification_url": LINK},
            lambda d: isinstance(d, VerificationCode) and d.code and d.url,
        ),
        ("verification_valid", {"verification_url": LINK}, lambda d: isinstance(d, VerificationLink) and d.url),
        ("login_code_valid", {"login_code": "hidden"}, lambda d: isinstance(d, LoginCode) and d.code),
        (
            "registration_code_valid",
            {"registration_code": "hidden", "traits": {"email": "a@example.com"}},
            lambda d: isinstance(d, RegistrationCode) and d.code and d.traits,
        ),
        ("recovery_code_invalid", {"request_url": LINK}, lambda d: isinstance(d, UnknownAddress) and d.request_url),
        (
            "verifiable_address_changed",
            {"changed_at": "2026"},
            lambda d: isinstance(d, AddressChanged) and d.changed_at,
        ),
        ("authenticator_key_added", {"added_at": "2026"}, lambda d: isinstance(d, AuthenticatorAdded) and d.added_at),
        ("of_tomorrow", {"sparkle": 1}, lambda d: type(d) is TemplateData and d.extra == {"sparkle": 1}),
    ],
)
def test_messages_by_template(template: str, data: dict[str, Any], is_that: Callable[[Any], object]) -> None:
    message = received(
        CourierReceiver(OPEN),
        {
            "recipient": "ann@example.com",
            "template_type": template,
            "template_data": {"to": "ann@example.com", **data},
            "message_type": "email",
            "subject": "Your code is hidden",
            "body": "hidden",
            "html_body": "<p>hidden",
        },
    )
    assert message.template_type == template
    assert is_that(message.template_data)
    assert message.template_data.to == "ann@example.com"
    assert "hidden" not in repr(message)


def test_messages_as_they_were_recorded() -> None:
    bodies = [*recorded("kratos", "/sms"), *recorded("kratos", "/email")]
    assert len(bodies) >= 5
    for body in bodies:
        message = CourierReceiver(OPEN).receive({}, body)
        assert message.recipient
        assert message.template_type in models.MessageTemplate
        assert message.body


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"recipient": 1},
        {"recipient": "a", "template_data": 1},
        {"recipient": "a", "template_type": "login_code_valid", "template_data": {}},
        {"recipient": "a", "template_type": "login_code_valid", "template_data": {"login_code": 123456}},
    ],
)
def test_messages_that_are_none(data: Any) -> None:
    with pytest.raises(WebhookRefused) as caught:
        received(CourierReceiver(OPEN), data)
    assert caught.value.status == 422


def test_a_delivered_message_is_acknowledged() -> None:
    assert CourierReceiver(OPEN).reply(None).status == 204


# token hooks


def test_token_hooks_as_they_were_recorded() -> None:
    bodies = list(recorded("hydra", "/token-hook"))
    hooks = [TokenHookReceiver(OPEN).receive({}, body) for body in bodies]
    by_code = next(hook for hook in hooks if hook.request.grant_types == ["authorization_code"])
    assert by_code.session.subject == "alice"
    assert by_code.session.access_token == {"role": "consent"}
    assert by_code.request.payload == {"grant_type": ["authorization_code"]}
    assert by_code.session.id_token is not None
    assert by_code.session.id_token.expires_at is not None
    assert by_code.session.id_token.expires_at["access_token"].tzinfo
    assert by_code.session.id_token.id_token_claims is not None
    by_client = next(hook for hook in hooks if hook.request.grant_types == ["client_credentials"])
    assert by_client.session.subject == by_client.request.client_id
    assert by_client.session.id_token is not None
    assert by_client.session.id_token.id_token_claims is not None
    assert by_client.session.id_token.id_token_claims.auth_time is None
    assert by_client.session.claims() == TokenClaims()


def test_refresh_hooks_as_they_were_recorded() -> None:
    bodies = list(recorded("hydra", "/refresh-hook"))
    assert bodies
    for body in bodies:
        hook = RefreshTokenHookReceiver(OPEN).receive({}, body)
        assert hook.subject == hook.session.subject == "alice"
        assert hook.requester.grant_types == ["refresh_token"]
        assert hook.requester.granted_scopes == hook.granted_scopes == ["openid", "offline_access"]


def test_claims_are_added_to_those_of_the_session() -> None:
    hook = RefreshTokenHookReceiver(OPEN).receive({}, next(recorded("hydra", "/refresh-hook")))
    added = hook.session.claims(access_token={"tenant": "t1"}, id_token={"name": "Ann"})
    reply = RefreshTokenHookReceiver(OPEN).reply(added)
    session = json.loads(reply.body)["session"]
    assert reply.status == 200
    assert session["access_token"] == {"role": "consent", "tenant": "t1"}
    assert session["id_token"]["name"] == "Ann"
    assert session["id_token"]["sid"]  # which Hydra would forget


@pytest.mark.parametrize("kind", [TokenHookReceiver, RefreshTokenHookReceiver])
def test_answers_to_token_hooks(kind: type[TokenHookReceiver]) -> None:
    receiver = kind(OPEN)
    assert receiver.reply(None).status == 204
    assert receiver.reply(DenyToken()).status == 403
    reply = receiver.reply(TokenClaims(access_token={"role": "admin"}))
    assert json.loads(reply.body) == {"session": {"access_token": {"role": "admin"}, "id_token": {}}}
    with pytest.raises(errors.ConfigurationError):
        receiver.reply({"role": "admin"})  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [{}, {"session": {}}, {"session": {}, "request": {}}, {"session": [], "request": {}}])
def test_token_hooks_that_are_none(data: Any) -> None:
    with pytest.raises(WebhookRefused):
        received(TokenHookReceiver(OPEN), data)


# event streams


def event(name: str, time: str = "2026-05-16 11:18:56", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1", "timestamp": time, "projectId": "p1", "eventAttributes": {"ID": name}, **more}


async def test_events_come_by_their_time_and_once() -> None:
    seen: list[str] = []

    async def handle(event: Event) -> None:
        seen.append(event.name)

    endpoint = EventReceiver(Authentication.basic("ory", "pw")).endpoint(handle)
    headers = {"Authorization": "Basic b3J5OnB3"}
    late, early = event("SessionIssued", "2026-05-16 11:18:57"), event("LoginSucceeded")
    for batch in ([late, early, early], [early], [late, event("IdentityCreated", "")]):
        assert (await endpoint.respond(headers, json.dumps(batch).encode())).status == 204
    assert seen == ["LoginSucceeded", "SessionIssued", "IdentityCreated"]
    assert (await endpoint.respond({}, json.dumps(early).encode())).status == 401


async def test_events_that_were_handled_are_not_handled_again_after_a_failure() -> None:
    seen: list[str] = []
    failing = True

    async def handle(event: Event) -> None:
        if failing and event.name == "b":
            raise RuntimeError("the database is away")
        seen.append(event.name)

    endpoint = EventReceiver(OPEN).endpoint(handle)
    body = json.dumps([event(name) for name in "abc"]).encode()
    with pytest.raises(RuntimeError):
        await endpoint.respond({}, body)
    failing = False
    assert (await endpoint.respond({}, body)).status == 204
    assert seen == ["a", "b", "c"]


def test_an_event() -> None:
    [known] = received(EventReceiver(OPEN), event("OfTomorrow", "2026-05-16T11:18:56Z", region="eu"))
    assert (known.name, known.project_id, known.attributes) == ("OfTomorrow", "p1", {"ID": "OfTomorrow"})
    assert known.extra == {"region": "eu"}
    [other] = received(EventReceiver(OPEN), [event("OfTomorrow")])
    assert known.time == other.time
    assert known.key != other.key
    assert Event(name="a").time is None


def test_an_id_tells_duplicates_where_there_is_one() -> None:
    first, second = received(EventReceiver(OPEN), [event("a", id="e1"), event("a", "2026-05-16 11:18:58", id="e1")])
    assert first.key == second.key


def test_events_line_by_line() -> None:
    body = b"\n".join(json.dumps(event(name)).encode() for name in "ab") + b"\n"
    assert [event.name for event in EventReceiver(OPEN).receive({}, body)] == ["a", "b"]


@pytest.mark.parametrize("body", [b"", b"{}\nx", b"[1]", b"{}", b'[{"name": 1}]', b"null"])
def test_events_that_are_none(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        EventReceiver(OPEN).receive({}, body)


# all of them

TOKENS = next(recorded("hydra", "/token-hook"))
SAMPLES: list[tuple[Receiver[Any, Any], Any]] = [
    (ACTIONS, REGISTERED),
    (ActionReceiver(OPEN, payload=Newcomer), {"email": "ann@example.com", "age": 7}),
    (PasswordMigrationReceiver(OPEN), {"identifier": "ann", "password": "p", "identity": {"id": "i1", "traits": {}}}),
    (
        CourierReceiver(OPEN),
        {
            "recipient": "ann@example.com",
            "template_type": "login_code_valid",
            "template_data": {"to": "ann@example.com", "login_code": "1", "identity": {"id": "i1"}},
            "message_type": "email",
        },
    ),
    (TokenHookReceiver(OPEN), json.loads(TOKENS)),
    (RefreshTokenHookReceiver(OPEN), json.loads(next(recorded("hydra", "/refresh-hook")))),
    (EventReceiver(OPEN), [event("a", id="e1"), event("b")]),
]


def spoiled(data: Any) -> Iterator[Any]:
    """A document with each of its values, in turn, replaced by things of other kinds, and taken away."""
    yield from (None, True, 1, 1.5, "x", "\ud800", [], [[]], [None], {}, {"a": {}}, {"": [1]})
    if isinstance(data, dict):
        for key in data:
            yield {name: value for name, value in data.items() if name != key}
            yield from ({**data, key: other} for other in spoiled(data[key]))
    if isinstance(data, list):
        for index in range(len(data)):
            yield from ([*data[:index], other, *data[index + 1 :]] for other in spoiled(data[index]))


@pytest.mark.parametrize(("receiver", "sample"), SAMPLES, ids=lambda one: type(one).__name__)
def test_whatever_comes_is_a_payload_or_refused(receiver: Receiver[Any, Any], sample: Any) -> None:
    statuses: Counter[int] = Counter()
    for data in spoiled(sample):
        try:
            payload = received(receiver, data)
        except WebhookRefused as error:
            statuses[error.reply().status] += 1
            continue
        statuses[200] += 1
        assert repr(payload)
        if isinstance(receiver, EventReceiver):
            assert all(event.key for event in payload)
        if isinstance(receiver, (TokenHookReceiver, RefreshTokenHookReceiver)):
            assert receiver.reply(payload.session.claims(access_token={"a": 1})).status == 200
    assert set(statuses) == {200, 422}


# the example

EXAMPLE = Path(__file__).parents[2] / "examples" / "webhooks.py"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("registration", REGISTERED, 200),
        ("registration", {"flow": {"id": "f"}, "identity": {"id": "i", "traits": {"email": "a@spam.example"}}}, 400),
        ("courier", {"recipient": "ann@example.com"}, 204),
        ("token", {"session": {}, "request": {"client_id": "c-0123456789"}}, 200),
        ("events", [event("IdentityCreated")], 204),
    ],
)
async def test_the_example(path: str, data: Any, status: int) -> None:
    app = runpy.run_path(str(EXAMPLE))["app"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        key = {"X-API-Key": "for-development-only"}
        assert (await client.post(f"/hooks/{path}", json=data, headers=key)).status_code == status
        assert (await client.post(f"/hooks/{path}", json=data)).status_code == 401
