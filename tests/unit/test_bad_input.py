"""Arguments of services that make no request: refused before anything is sent, with a word on what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ory_async import Ory, errors, models
from tests.support.stub_transport import StubTransport, client_of

NAN = float("nan")

REFUSED: dict[str, tuple[Callable[[Ory], Any], str]] = {
    "empty id": (lambda ory: ory.identity.get_identity(""), "give its id"),
    "dot id": (lambda ory: ory.identity.delete_identity("."), "give its id"),
    "dots id": (lambda ory: ory.identity.update_identity("..", {}), "give its id"),
    "number for an id": (lambda ory: ory.identity.get_session(7), "id must be text, not int"),
    "surrogate in an id": (lambda ory: ory.identity.get_identity("\ud83d"), "lone surrogate"),
    "line break in a cookie": (lambda ory: ory.frontend.to_session(cookie="a=b\r\nX-Evil: 1"), "line break"),
    "line break in a token": (lambda ory: ory.frontend.to_session(x_session_token="ory_st_x\n"), "line break"),
    "surrogate in a token": (lambda ory: ory.frontend.to_session(x_session_token="\ud83d"), "lone surrogate"),
    "bytes for a cookie": (lambda ory: ory.frontend.to_session(cookie=b"a=b"), "must be text, not bytes"),
    "bytes in a query": (
        lambda ory: ory.frontend.to_session(tokenize_as=b"jwt"),
        "must be text, a number or a boolean",
    ),
    "surrogate in a query": (lambda ory: ory.frontend.to_session(tokenize_as="\ud83d"), "lone surrogate"),
    "one string for a list": (lambda ory: ory.identity.get_identity("i", include_credential="oidc"), "not one string"),
    "list in a list": (lambda ory: ory.identity.get_identity("i", include_credential=[["oidc"]]), "not list"),
    "model of another class": (
        lambda ory: ory.identity.create_identity(models.Identity(id="i", schema_id="s", schema_url="", traits={})),
        "must be CreateIdentityBody or a mapping in wire names, not a Identity",
    ),
    "string for a body": (lambda ory: ory.identity.create_identity('{"traits": {}}'), "not str"),
    "list for a body": (lambda ory: ory.identity.create_identity([{"traits": {}}]), "not list"),
    "mapping for a list": (lambda ory: ory.identity.patch_identity("i", {"op": "add"}), "must be a list of JsonPatch"),
    "string for a list of models": (lambda ory: ory.identity.patch_identity("i", "add"), "must be a list of JsonPatch"),
    "no body": (lambda ory: ory.relationship.patch_relationships([None]), "not NoneType"),
    "nan in a model": (
        lambda ory: ory.identity.create_identity(models.CreateIdentityBody(schema_id="s", traits={"n": NAN})),
        "NaN",
    ),
    "nan in a mapping": (lambda ory: ory.identity.create_identity({"traits": {"n": [NAN]}}), "NaN"),
    "bytes in a body": (lambda ory: ory.identity.create_identity({"traits": b"x"}), "cannot be written as JSON"),
    "bytes for a text": (lambda ory: ory.relationship.check_opl_syntax(b"class A {}"), "must be text, not bytes"),
    "a plane that there is not": (lambda ory: ory.metadata.is_alive(plane="kratos"), "'kratos' is no plane; there are"),
    "a list for a plane": (lambda ory: ory.metadata.get_version(plane=["keto_read"]), "is no plane"),
    "a plane of a free request": (lambda ory: ory.request("GET", "/x", plane="kratos"), "'kratos' is no plane"),
    "text for a size": (lambda ory: ory.permission.are_allowed([], batch_size="10"), "must be a whole number"),
    "surrogate in a text": (lambda ory: ory.relationship.check_opl_syntax("\ud83d"), "lone surrogate"),
}


@pytest.mark.parametrize("which", REFUSED)
async def test_bad_arguments_are_refused_before_anything_is_sent(which: str) -> None:
    call, hint = REFUSED[which]
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest) as raised:
        await call(client_of(transport))
    assert hint in str(raised.value)
    assert "X-Evil" not in str(raised.value)
    assert transport.sent == []


def test_one_string_for_the_list_of_a_pager_is_refused_at_once() -> None:
    with pytest.raises(errors.InvalidRequest, match="ids must be a list of values, not one string"):
        client_of(StubTransport()).identity.list_identities(ids="i1")


async def test_surrogates_and_tuples_in_a_body_are_sent() -> None:
    transport = StubTransport()
    ory = client_of(transport)
    await ory.identity.create_identity({"traits": {"name": "\ud83d", "tags": ("a", "b")}})
    await ory.identity.patch_identity("i", (models.JsonPatch(op="add", path="/traits/n", value=2**70),))
    assert transport.sent[0][3] == b'{"traits":{"name":"\\ud83d","tags":["a","b"]}}'
    assert transport.sent[1][3] == b'[{"op":"add","path":"/traits/n","value":1180591620717411303424}]'


async def test_an_api_key_never_goes_where_kratos_would_take_it_for_a_session_token() -> None:
    transport = StubTransport()
    ory = client_of(transport, auth="ory_pat_x", workspace_api_key="ory_wak_x")
    await ory.frontend.to_session(cookie="c=1")
    await ory.identity.get_identity("i")
    (_, _, public, _), (_, _, admin, _) = transport.sent
    assert "Authorization" not in public
    assert public["Cookie"] == "c=1"
    assert admin["Authorization"] == "Bearer ory_pat_x"
    assert "Cookie" not in admin
