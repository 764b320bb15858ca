"""The models of identities, sessions, messages, permissions and clients, against what real servers answered."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import attrs
import pydantic
import pytest

from ory_async import NULL, UNSET, errors, from_dict, models, to_dict, to_json
from ory_async.models import _MODULES
from tests.support.recordings import SCENARIOS, Exchange, exchange, exchanges
from tests.support.types import type_of

PLANTED = "pl4nted-s3cret"

SECRETS = {
    "IdentityCredentials.config",
    "IdentityCredentialsLookupSecretCode.code",
    *(f"IdentityCredentialsOidcProvider.initial_{kind}_token" for kind in ("access", "id", "refresh")),
    "IdentityCredentialsPassword.hashed_password",
    "IdentityWithCredentialsPasswordConfig.hashed_password",
    "IdentityWithCredentialsPasswordConfig.password",
    "IdentityWithCredentialsTotpConfig.totp_url",
    *(f"JsonWebKey.{part}" for part in ("d", "dp", "dq", "k", "p", "q", "qi")),
    "Message.body",
    "Message.subject",
    "OAuth2Client.client_secret",
    "OAuth2Client.registration_access_token",
    "RecoveryCodeForIdentity.recovery_code",
    "RecoveryLinkForIdentity.recovery_link",
    "Session.tokenized",
}
"""What the modules of this test hide in a repr."""

MODULES = (
    "common",
    "courier",
    "credentials",
    "identity",
    "jwk",
    "metadata",
    "oauth2",
    "permission",
    "relationship",
    "session",
)


def classes(*modules: str) -> Iterator[type[models.Model]]:
    """The models of some modules."""
    for module in modules or _MODULES:
        for name in _MODULES[module].split():
            found = getattr(models, name)
            if isinstance(found, type) and issubclass(found, models.Model):
                yield found


def parts(value: object) -> Iterator[object]:
    """A value and all that is in it, models and scalars."""
    yield value
    if isinstance(value, models.Model):
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from parts(item)


def answers() -> Iterator[tuple[Exchange, Any]]:
    """The recorded answers that are models, and what they decode to."""
    for path in SCENARIOS:
        for each in exchanges(path):
            model = each.row.responses.get(str(each.status))
            if each.status < 300 and each.is_json and model not in (None, "identitySchema"):
                yield each, from_dict(type_of(model), each.document)


# What servers answered


def test_models_know_all_that_servers_say() -> None:
    unknown = {
        (str(each), name)
        for each, answer in answers()
        for part in parts(answer)
        if isinstance(part, models.Model)
        for name in part.extra or ()
        if "code" not in (part.extra or ())  # an error with the status 200, as Keto's expand has it
        if not isinstance(part, models.OidcUserInfo)  # any server may add claims of its own
        if name != "Header"  # it has slipped out of Hydra's device flow, always null
    }

    assert unknown == set()


def test_enums_know_all_that_servers_say() -> None:
    unknown = {
        f"{type(part).__name__}: {part}"
        for _, answer in answers()
        for part in parts(answer)
        if isinstance(part, models.OpenEnum) and part not in type(part).__members__.values()
    }

    assert unknown == set()


def test_required_fields_are_never_missing() -> None:
    missing = {
        f"{type(part).__name__}.{field.name}"
        for _, answer in answers()
        for part in parts(answer)
        if isinstance(part, models.Model)
        for field in attrs.fields(type(part))
        if field.default is attrs.NOTHING and getattr(part, field.name) is None
    }

    assert missing == set()


def test_an_identity_is_typed_throughout() -> None:
    identity = from_dict(models.Identity, exchange("identity_full", 2).document)

    assert identity.external_id == "ext/full-8e81d9-69@example.com ä"
    assert identity.schema_id == "customer"
    assert identity.state is models.IdentityState.ACTIVE
    assert identity.traits["name"]["last"] == "Müller-Łoś 🎉👩🏽\u200d🚀"
    assert identity.metadata_public == {"a": [1, 2.5, None, True, {"b": "ü"}]}
    assert identity.metadata_admin == {"note": 'line\nbreak\ttab "q" \\ / \u2028'}
    assert identity.organization_id is None
    assert identity.created_at is not None
    assert identity.created_at.tzinfo is UTC
    assert identity.credentials is not None
    password = identity.credentials["password"]
    assert password.type is models.CredentialType.PASSWORD
    assert password.identifiers == ["full-8e81d9-69@example.com"]
    assert password.config["hashed_password"].startswith("$2a$")
    assert password.version == 1
    [address] = identity.verifiable_addresses or []
    assert (address.via, address.verified, address.status) == (models.AddressChannel.EMAIL, True, "completed")
    assert address.verified_at is not None
    [recovery] = identity.recovery_addresses or []
    assert recovery.value == address.value


def test_a_session_is_typed_throughout() -> None:
    [session, *_] = from_dict(list[models.Session], exchange("my_sessions", 0).document)

    assert session.id == "fcc95cd1-acb8-4487-951c-fc912b5dd7ae"
    assert session.active is True
    assert session.issued_at == datetime(2026, 11, 21, 5, 24, 43, 211437, UTC)
    assert session.expires_at == session.issued_at + timedelta(days=1)
    assert session.authenticator_assurance_level is models.AuthenticatorAssuranceLevel.AAL1
    [method] = session.authentication_methods or []
    assert method.method is models.CredentialType.PASSWORD
    assert method.aal is models.AuthenticatorAssuranceLevel.AAL1
    assert session.identity is not None
    assert session.identity.schema_url == ""
    assert session.identity.verifiable_addresses is None
    [device] = session.devices or []
    assert device.ip_address == "127.0.0.1:58008"
    assert device.location == ""


def test_a_message_is_typed_throughout() -> None:
    message = from_dict(models.Message, exchange("courier", 10).document)

    assert message.type is models.CourierMessageType.EMAIL
    assert message.status is models.CourierMessageStatus.SENT
    assert message.template_type is models.MessageTemplate.RECOVERY_CODE_VALID
    assert message.subject == "Use code 808310 to recover access to your account"
    assert message.send_count == 1
    [dispatch] = message.dispatches or []
    assert dispatch.status is models.MessageDispatchStatus.SUCCESS
    assert dispatch.message_id == message.id
    assert dispatch.error is None


def test_the_answers_of_a_batch_tell_success_from_failure() -> None:
    response = from_dict(models.BatchPatchIdentitiesResponse, exchange("identity_batch", 1).document)

    made, failed, _ = response.identities or []
    assert made is not None
    assert made.action is models.IdentityPatchAction.CREATE
    assert made.identity
    assert failed is not None
    assert failed.action is models.IdentityPatchAction.ERROR
    assert failed.identity is None
    assert failed.error["code"] == 409


def test_a_page_of_relationships_is_typed_throughout() -> None:
    [page] = [
        from_dict(models.Relationships, each.document)
        for each in (exchange("keto_list_paging", index) for index in range(12))
        if each.status == 200 and each.document.get("next_page_token") == ""
    ][:1]

    tuples = page.relation_tuples
    assert tuples
    assert all((each.subject_id is None) is not (each.subject_set is None) for each in tuples)


def test_a_subject_set_may_have_an_empty_relation() -> None:
    relationship = from_dict(models.Relationship, exchange("var_subject_empty_relation_strict", 0).document)

    assert relationship.subject_set == models.SubjectSet(namespace="User", object="alice", relation="")
    assert to_dict(relationship)["subject_set"] == {"namespace": "User", "object": "alice", "relation": ""}


def test_a_tree_of_subjects_has_trees_as_its_children() -> None:
    [tree, *_] = [
        answer for _, answer in answers() if isinstance(answer, models.ExpandedPermissionTree) and answer.children
    ]

    assert tree.type is models.PermissionTreeType.UNION
    [child, *_] = tree.children or []
    assert child.type in models.PermissionTreeType.__members__.values()
    assert child.tuple is not None
    assert child.tuple.object == ""


def test_a_tree_may_be_an_error_in_disguise() -> None:
    tree = from_dict(models.ExpandedPermissionTree, exchange("var_subject_empty_relation_strict", 47).document)

    assert tree.type is None
    assert tree.extra == {"code": 404, "status": "Not Found", "message": "no relation tuple found"}


def test_places_in_a_permission_model() -> None:
    result = from_dict(models.CheckOplSyntaxResult, exchange("keto_opl", 5).document)

    [error] = result.errors or []
    assert error.message == 'namespace "Nope" was not declared'
    assert error.start == models.SourcePosition(line=3, column=12)
    assert to_dict(error)["start"] == {"Line": 3, "column": 12}


# Null, absent, zero


def test_null_lists_are_empty_and_absent_ones_are_none() -> None:
    client = from_dict(models.OAuth2Client, {"redirect_uris": None, "contacts": [], "skip_logout_consent": None})

    assert client.redirect_uris == []
    assert client.contacts == []
    assert client.grant_types is None
    assert client.skip_logout_consent is None
    assert from_dict(models.JsonWebKeySet, {"keys": None}).keys == []
    assert from_dict(models.Session, {"id": "s", "devices": None, "identity": None}).devices == []


def test_null_items_stay() -> None:
    assert from_dict(models.BatchPatchIdentitiesResponse, {"identities": [None]}).identities == [None]


def test_go_zero_times_are_none() -> None:
    error = from_dict(models.FlowError, exchange("flow_errors", 0).document)

    assert exchange("flow_errors", 0).document["created_at"] == "0001-01-01T00:00:00Z"
    assert error.created_at is None
    assert error.updated_at is None
    assert error.error["code"] == 500


def test_what_a_request_leaves_out_sets_to_null_or_sets() -> None:
    body = models.OAuth2Client(client_name="shop", owner=None, metadata=NULL, contacts=[], skip_consent=False)

    assert to_dict(body) == {"client_name": "shop", "metadata": None, "contacts": [], "skip_consent": False}


@pytest.mark.parametrize(
    ("patch", "wire"),
    [
        (models.JsonPatch(op="remove", path="/a"), {"op": "remove", "path": "/a"}),
        (models.JsonPatch(op="add", path="/a", value=UNSET), {"op": "add", "path": "/a"}),
        (models.JsonPatch(op="add", path="/a", value=None), {"op": "add", "path": "/a", "value": None}),
        (models.JsonPatch(op="add", path="/a", value=NULL), {"op": "add", "path": "/a", "value": None}),
        (models.JsonPatch(op="add", path="/a", value=[]), {"op": "add", "path": "/a", "value": []}),
        (models.JsonPatch(op="add", path="/a", value={"b": None}), {"op": "add", "path": "/a", "value": {"b": None}}),
        (models.JsonPatch(op="move", path="/a", from_="/b"), {"op": "move", "path": "/a", "from": "/b"}),
    ],
)
def test_a_patch_tells_null_from_nothing(patch: models.JsonPatch, wire: dict[str, Any]) -> None:
    assert to_dict(patch) == wire
    assert json.loads(to_json([patch])) == [wire]


def test_a_patch_read_from_json_still_tells_null_from_nothing() -> None:
    for wire in ({"op": "remove", "path": "/a"}, {"op": "add", "path": "/a", "value": None}):
        assert to_dict(from_dict(models.JsonPatch, wire)) == wire


def test_markers_are_singletons_that_are_false() -> None:
    for marker in (NULL, UNSET):
        assert not marker
        assert copy.deepcopy(marker) is marker
        assert pickle.loads(pickle.dumps(marker)) is marker
    assert [repr(NULL), repr(UNSET)] == ["NULL", "UNSET"]


# Reading, changing, writing


def test_unknown_fields_survive_and_do_not_show() -> None:
    document = {"id": "s", "devices": [{"id": "d", "trust": {"level": PLANTED}}], "colour": None, "active": True}
    session = from_dict(models.Session, document)

    assert session.extra == {"colour": None}
    assert (session.devices or [])[0].extra == {"trust": {"level": PLANTED}}
    assert to_dict(session) == document
    assert PLANTED not in repr(session)


def test_without_unknown_fields_there_is_no_extra() -> None:
    assert from_dict(models.Session, {"id": "s"}).extra is None
    assert models.Session(id="s").extra is None


def test_an_identity_is_written_back_as_it_was() -> None:
    identity = from_dict(models.Identity, {**exchange("identity_full", 2).document, "shoe_size": 43})
    identity.traits["tier"] = "free"

    body = identity.as_update()

    assert isinstance(body, models.UpdateIdentityBody)
    assert to_dict(body) == {
        "schema_id": "customer",
        "state": "active",
        "traits": {**exchange("identity_full", 2).document["traits"], "tier": "free"},
        "external_id": identity.external_id,
        "metadata_public": identity.metadata_public,
        "metadata_admin": identity.metadata_admin,
        "shoe_size": 43,
    }


def test_an_identity_without_a_state_keeps_the_one_it_has() -> None:
    identity = models.Identity(id="i", schema_id="default", schema_url="", traits={})

    assert to_dict(identity.as_update()) == {"schema_id": "default", "state": None, "traits": {}}


def test_traits_as_a_class_of_ones_own() -> None:
    @attrs.define
    class Customer:
        email: str
        tier: str = "free"

    identity = from_dict(models.Identity, exchange("identity_full", 0).document)

    assert identity.traits_as(Customer) == Customer(email="full-8e81d9-69@example.com", tier="pro")
    identity.traits = {"mail": "x"}
    with pytest.raises(errors.DecodeError, match="Customer"):
        identity.traits_as(Customer)


# Enums


def test_an_unknown_value_of_an_enum_is_kept() -> None:
    session = from_dict(models.Session, {"id": "s", "authenticator_assurance_level": "aal9"})
    level = session.authenticator_assurance_level

    assert isinstance(level, models.AuthenticatorAssuranceLevel)
    assert level == "aal9"
    assert hash(level) == hash("aal9")
    assert (level.name, level.value, str(level)) == ("aal9", "aal9", "aal9")
    assert level not in list(models.AuthenticatorAssuranceLevel)
    assert to_dict(session)["authenticator_assurance_level"] == "aal9"
    assert pickle.loads(pickle.dumps(session)) == copy.deepcopy(session) == session


@pytest.mark.parametrize("value", [None, 1, [], b"email"])
def test_an_enum_holds_text_only(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        models.AddressChannel(value)


def test_enums_of_request_bodies_may_be_given_as_text() -> None:
    body = models.UpdateIdentityBody(schema_id="default", state="inactive", traits={})

    assert to_dict(body) == to_dict(attrs.evolve(body, state=models.IdentityState.INACTIVE))


def test_older_clients_name_the_credential_type_otherwise() -> None:
    assert models.IdentityCredentialsType is models.CredentialType


# Secrets


def test_the_secrets_are_those_of_the_list() -> None:
    hidden = {
        f"{cls.__name__}.{field.name}"
        for cls in classes(*MODULES)
        for field in attrs.fields(cls)
        if not field.repr and field.name != "extra"
    }

    assert hidden == SECRETS


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_secret_does_not_show(secret: str) -> None:
    name, _, field = secret.partition(".")
    model = from_dict(getattr(models, name), {field: PLANTED})

    assert getattr(model, field) == PLANTED
    assert PLANTED not in f"{model!r} {model} {[model]}"


def test_the_repr_of_real_answers_tells_no_secret() -> None:
    identity = from_dict(models.Identity, exchange("identity_full", 3).document)
    message = from_dict(models.Message, exchange("courier", 10).document)

    assert "abcd1234" in json.dumps(to_dict(identity))
    assert "abcd1234" not in repr(identity)
    assert "808310" in json.dumps(to_dict(message))
    assert "808310" not in repr(message)
    assert "recipient='cou-8e81d9-142@example.com'" in repr(message)


# Models as objects


def test_models_pickle_and_copy() -> None:
    for each in (
        from_dict(models.Identity, {**exchange("identity_full", 2).document, "unknown": [1]}),
        from_dict(list[models.Session], exchange("my_sessions", 0).document),
        models.JsonPatch(op="remove", path="/a"),
        models.OAuth2Client(metadata=NULL),
    ):
        assert pickle.loads(pickle.dumps(each)) == each
        assert copy.copy(each) == each
        assert copy.deepcopy(each) == each


def test_a_deep_copy_shares_nothing() -> None:
    identity = from_dict(models.Identity, exchange("identity_full", 2).document)
    twin = copy.deepcopy(identity)
    twin.traits["email"] = "other"

    assert identity.traits["email"] != "other"
    assert identity != twin


def test_a_misspelled_field_is_refused() -> None:
    with pytest.raises(TypeError, match="trait"):
        models.CreateIdentityBody(schema_id="default", trait={})  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        models.Session(id="s").identiy = None  # type: ignore[attr-defined]


def test_pydantic_takes_and_gives_the_wire_form() -> None:
    class Answer(pydantic.BaseModel):
        position: models.SourcePosition

    answer = Answer.model_validate({"position": {"Line": 1}})

    assert answer.position == models.SourcePosition(line=1)
    assert answer.model_dump(mode="json") == {"position": {"Line": 1}}
    with pytest.raises(errors.DecodeError):
        Answer.model_validate({"position": []})


# Modules


@pytest.mark.parametrize("module", _MODULES)
def test_the_table_of_modules_is_right(module: str) -> None:
    found = import_module(f"ory_async.models.{module}")

    assert _MODULES[module].split() == found.__all__ == sorted(found.__all__)
    public = {
        name
        for name, value in vars(found).items()
        if inspect.isclass(value) and value.__module__ == found.__name__ and not name.startswith("_")
    }
    assert public <= set(found.__all__)
    assert all(getattr(models, name) is getattr(found, name) for name in found.__all__)


def test_all_models_are_named() -> None:
    names = [name for names in _MODULES.values() for name in names.split()]

    assert len(names) == len(set(names))
    assert set(names) <= set(dir(models))
    with pytest.raises(AttributeError, match="Identiy"):
        models.Identiy  # noqa: B018


def test_all_classes_are_described() -> None:
    for module in _MODULES:
        found = import_module(f"ory_async.models.{module}")
        for each in (found, *(getattr(found, name) for name in found.__all__)):
            if inspect.ismodule(each) or inspect.isclass(each):
                assert vars(each)["__doc__"]
                assert "TODO" not in vars(each)["__doc__"]


LOADED = """\
import asyncio, sys, ory_async

def loaded():
    return {name.removeprefix("ory_async.models.") for name in sys.modules if name.startswith("ory_async.models.")}
"""

CALL = """\
async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
    await writer.drain()
    writer.close()  # Python 3.12 waits for it when the server is closed

async def main(service, method, *arguments):
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server, ory_async.Ory(f"http://{host}:{port}") as ory:
        assert loaded() == {"base"}, loaded()
        await getattr(getattr(ory, service), method)(*arguments)
    server.close()

asyncio.run(main(*sys.argv[1:]))
print(*sorted(loaded()))
"""


def test_a_model_is_imported_with_its_module_alone() -> None:
    program = """\
ory_async.Ory("https://ory.example.com")
assert loaded() == {"base"}, loaded()
assert "cattrs" not in sys.modules  # only for classes of the user's own
ory_async.models.Session
assert loaded() == {"base", "session"}, loaded()
"""
    subprocess.run([sys.executable, "-c", LOADED + program], check=True, timeout=60)


@pytest.mark.parametrize(
    ("call", "modules"),
    [
        ("identity get_identity i", "base identity"),
        ("frontend to_session", "base identity session"),
        ("frontend create_browser_login_flow", "base identity login oauth2 session ui"),
        ("courier get_courier_message m", "base courier"),
        ("permission check_permission", "base permission"),
        ("oauth2 get_oauth2_client c", "base jwk oauth2"),
        ("oidc discover_oidc_configuration", "base oidc"),
        ("wellknown discover_json_web_keys", "base jwk"),
        ("api_keys admin_get_issued_api_key k", "api_keys base"),
        ("v0alpha2 admin_get_identity i", "base identity"),
    ],
)
def test_a_call_imports_the_models_of_its_answer_alone(call: str, modules: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED + CALL, *call.split()], check=True, timeout=60, capture_output=True, text=True
    )
    assert done.stdout.split() == modules.split()
