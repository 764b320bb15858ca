"""The endpoints of the local Keto where the recordings do not reach."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ory_async.local.keto import Keto

pytestmark = pytest.mark.asyncio

WRITE = "/admin/relation-tuples"
LIST = "/relation-tuples"
MEMBER = {"namespace": "Group", "object": "g", "relation": "members", "subject_id": "alice"}
BAD = "The request was malformed or contained invalid parameters"
NO_SUBJECT = "subject is not allowed to be nil"
NOT_FOUND = {"code": 404, "status": "Not Found", "message": "The requested resource could not be found"}


def unknown(namespace: str) -> dict[str, Any]:
    return {**NOT_FOUND, "reason": f'Unknown namespace with name "{namespace}".'}


def refused(message: str, **more: str) -> dict[str, Any]:
    return {"code": 400, "status": "Bad Request", **more, "message": message}


class Client:
    """Asks the server and gives back status and decoded body."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def __call__(self, method: str, path: str, json: Any = None, **query: str) -> tuple[int, Any]:
        arguments: dict[str, Any] = {} if json is None else {"json": json}
        async with self.session.request(method, path, params=query, **arguments) as response:
            text = await response.text()
        return response.status, (None if not text else decoded(text))

    async def send(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        async with self.session.request(method, path, data=body) as response:
            text = await response.text()
        return response.status, (decoded(text) if text else None)

    async def stored(self) -> list[dict[str, Any]]:
        _, body = await self("GET", LIST)
        return sorted(body["relation_tuples"], key=lambda each: json.dumps(each, sort_keys=True))


def decoded(text: str) -> Any:
    body = json.loads(text)
    return body.get("error", body)


@pytest.fixture
def keto() -> Keto:
    return Keto()


@pytest_asyncio.fixture
async def ask(keto: Keto) -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(keto.routes())
    async with TestServer(application) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield Client(session)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (None, 400, refused(NO_SUBJECT)),
        ({}, 400, refused(NO_SUBJECT)),
        ({**MEMBER, "namespace": "Nope"}, 404, unknown("Nope")),
        ({**MEMBER, "object": 1}, 400, "number into Go struct field RelationTuple.object of type string"),
        (
            {**MEMBER, "subject_set": []},
            400,
            "array into Go struct field RelationTuple.subject_set of type ketoapi.SubjectSet",
        ),
        ([], 400, "array into Go value of type ketoapi.RelationTuple"),
        (True, 400, "bool into Go value of type ketoapi.RelationTuple"),
    ],
)
async def test_create_refuses(ask: Client, body: Any, status: int, error: Any) -> None:
    wanted = error if isinstance(error, dict) else refused(f"json: cannot unmarshal {error}")
    assert await ask.send("PUT", WRITE, json.dumps(body).encode()) == (status, wanted)
    assert await ask.stored() == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "EOF"),
        (b" \n", "EOF"),
        (b'{"namespace": "Gr', "unexpected EOF"),
        (b'{"namespace":', "unexpected EOF"),
        (b"nope", "invalid character 'n' looking for beginning of value"),
        (b"{1}", "invalid character '1' looking for beginning of object key string"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b'{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        (b"NaN", "invalid character 'N' looking for beginning of value"),
    ],
)
async def test_broken_json(ask: Client, body: bytes, message: str) -> None:
    assert await ask.send("PUT", WRITE, body) == (400, refused(message))


async def test_create_echoes_both_subjects_but_stores_the_id(ask: Client) -> None:
    sent = {**MEMBER, "subject_set": {"namespace": "User", "object": "x"}}
    echo = {**MEMBER, "subject_set": {"namespace": "User", "object": "x", "relation": ""}}
    assert await ask("PUT", WRITE, sent) == (201, echo)
    assert await ask.stored() == [MEMBER]


async def test_an_undeclared_relation_may_be_written_but_not_checked(ask: Client) -> None:
    odd = {**MEMBER, "relation": "nope"}
    assert (await ask("PUT", WRITE, odd))[0] == 201
    refusal = refused(BAD, reason='relation "nope" does not exist')
    assert await ask("GET", "/relation-tuples/check/openapi", **odd) == (400, refusal)
    assert await ask("POST", "/relation-tuples/check", odd) == (400, refusal)


async def test_names_may_be_anything(ask: Client) -> None:
    odd = {
        "namespace": "File",
        "object": "a&b=c\0<ä>\U0001f680" + "x" * 5000,
        "relation": "owners",
        "subject_id": "%2F+ ",
    }
    assert await ask("PUT", WRITE, odd) == (201, odd)
    assert await ask("POST", "/relation-tuples/check", odd) == (200, {"allowed": True})
    assert await ask("GET", LIST, subject_id="%2F+ ") == (200, {"relation_tuples": [odd], "next_page_token": ""})


async def test_go_escapes_in_bodies(ask: Client) -> None:
    async with ask.session.put(WRITE, json={**MEMBER, "object": "<&>"}) as response:
        assert rb'"object":"\u003c\u0026\u003e"' in await response.read()


@pytest.mark.parametrize("path", ["/relation-tuples/check", "/relation-tuples/check/openapi"])
async def test_check_by_query_and_by_body_differ(ask: Client, path: str) -> None:
    denied = (403 if path.endswith("check") else 200, {"allowed": False})
    incomplete = refused('incomplete tuple, provide "namespace", "object", "relation", and a subject')
    assert await ask("GET", path, subject_id="alice") == (400, incomplete)
    assert await ask("GET", path, namespace="Group") == (400, refused(NO_SUBJECT))
    assert await ask("POST", path, {"subject_id": "alice"}) == denied
    assert await ask("POST", path, {}) == denied
    assert await ask.send("POST", path, b"null") == denied
    assert await ask("POST", path, {"namespace": "Group"}) == (400, refused(NO_SUBJECT))
    assert await ask("GET", path, **{**MEMBER, "namespace": "Nope"}) == denied
    assert await ask("POST", path, {**MEMBER, "namespace": "Nope"}) == denied


async def test_an_empty_subject_relation_must_be_in_the_query(ask: Client) -> None:
    alice = {"namespace": "User", "object": "alice", "relation": ""}
    await ask("PUT", WRITE, {"namespace": "File", "object": "a", "relation": "owners", "subject_set": alice})
    subject = {f"subject_set.{name}": value for name, value in alice.items()}
    wanted = {"namespace": "File", "object": "a", "relation": "view", **subject}
    assert await ask("GET", "/relation-tuples/check", **wanted) == (200, {"allowed": True})
    del wanted["subject_set.relation"]
    status, error = await ask("GET", "/relation-tuples/check", **wanted)
    assert (status, error["message"]) == (400, 'incomplete subject, provide "subject_id" or a complete "subject_set.*"')


async def test_batch_closes_the_connection_on_a_null_item(ask: Client) -> None:
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask("POST", "/relation-tuples/batch/check", {"tuples": [MEMBER, None]})
    assert await ask("POST", "/relation-tuples/batch/check", {"tuples": [MEMBER]}) == (
        200,
        {"results": [{"allowed": False}]},
    )


async def test_expand_needs_a_known_namespace_only(ask: Client) -> None:
    assert await ask("GET", "/relation-tuples/expand", namespace="Nope") == (404, unknown("Nope"))
    status, tree = await ask("GET", "/relation-tuples/expand", namespace="Group")
    assert (status, tree["type"]) == (200, "leaf")


async def test_patch_inserts_before_it_deletes(ask: Client) -> None:
    other = {**MEMBER, "subject_id": "bob"}
    deltas = [
        {"action": "delete", "relation_tuple": MEMBER},
        {"action": "insert", "relation_tuple": MEMBER},
        {"action": "insert", "relation_tuple": other},
    ]
    assert await ask("PATCH", WRITE, deltas) == (204, None)
    assert await ask.stored() == [other]
    assert await ask("PATCH", WRITE, []) == (204, None)
    assert await ask.send("PATCH", WRITE, b"null") == (204, None)


@pytest.mark.parametrize(
    ("delta", "status", "error"),
    [
        ({"action": "insert"}, 400, refused("relation_tuple is missing")),
        ({"action": "upsert", "relation_tuple": MEMBER}, 400, refused("unknown action upsert")),
        ({"relation_tuple": MEMBER}, 400, refused("unknown action ")),
        ({"action": "insert", "relation_tuple": {"namespace": "Group"}}, 400, refused(NO_SUBJECT)),
        ({"action": "delete", "relation_tuple": {**MEMBER, "namespace": "Nope"}}, 404, unknown("Nope")),
        ("x", 400, refused("json: cannot unmarshal string into Go value of type ketoapi.PatchDelta")),
    ],
)
async def test_a_patch_with_a_bad_delta_changes_nothing(ask: Client, delta: Any, status: int, error: Any) -> None:
    good = {"action": "insert", "relation_tuple": MEMBER}
    assert await ask("PATCH", WRITE, [good, delta]) == (status, error)
    assert await ask.stored() == []


async def test_delete_takes_filters_and_duplicates_go_together(ask: Client) -> None:
    other = {**MEMBER, "object": "h"}
    for each in (MEMBER, MEMBER, other):
        await ask("PUT", WRITE, each)
    assert await ask.stored() == [MEMBER, MEMBER, other]
    assert await ask("DELETE", WRITE, namespace="Group", object="g") == (204, None)
    assert await ask.stored() == [other]
    assert await ask("DELETE", WRITE, namespace="Group") == (204, None)
    assert await ask("DELETE", WRITE, namespace="Group") == (204, None)
    assert await ask.stored() == []


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({}, 400, refused(BAD, reason="query parameters must specify at least one of the following: namespace")),
        ({"namespace": "Group", "foo": "1"}, 400, refused(BAD, reason='query parameter key "foo" unknown')),
        ({"namespace": "Group", "subject": "alice"}, 400, refused(BAD)),
        ({"namespace": "Nope"}, 404, unknown("Nope")),
    ],
)
async def test_delete_refuses(ask: Client, query: dict[str, str], status: int, error: Any) -> None:
    await ask("PUT", WRITE, MEMBER)
    assert await ask("DELETE", WRITE, **query) == (status, error)
    assert await ask.stored() == [MEMBER]


async def test_delete_refuses_a_body(ask: Client) -> None:
    assert await ask("DELETE", WRITE, {}, namespace="Group") == (400, refused(BAD, reason="body is not empty"))


async def test_pages_are_at_most_five_hundred(ask: Client) -> None:
    deltas = [{"action": "insert", "relation_tuple": {**MEMBER, "subject_id": str(n)}} for n in range(501)]
    assert await ask("PATCH", WRITE, deltas) == (204, None)
    for asked, size in [("", 100), ("0", 100), ("-5", 100), ("500", 500), ("9999", 500)]:
        _, body = await ask("GET", LIST, page_size=asked)
        assert len(body["relation_tuples"]) == size
        assert body["next_page_token"]


async def test_reset_forgets_tuples_and_keeps_namespaces(ask: Client, keto: Keto) -> None:
    await ask("PUT", WRITE, MEMBER)
    _, namespaces = await ask("GET", "/namespaces")
    keto.reset()
    assert await ask.stored() == []
    assert await ask("GET", "/namespaces") == (200, namespaces)
    assert namespaces == {"namespaces": [{"name": name} for name in ("User", "Group", "Folder", "File")]}


async def test_a_bad_model_is_refused() -> None:
    with pytest.raises(ValueError, match="not valid OPL"):
        Keto(opl="class A implements Namespace { related: { x: Nope[] } }")
