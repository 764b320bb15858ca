"""The official client (ory-client 1.22.87), given the same arguments, sends the same requests."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ory_async import OryError
from tests.support.arguments import arguments
from tests.support.bodies import BODIES
from tests.support.recording_server import RecordingServer, Seen
from tests.support.table import ROWS, Row
from tests.support.twins import calling

API_KEY = "ory_pat_x"
COMPARED_HEADERS = ("Accept", "Authorization", "Content-Type", "Cookie", "X-Session-Token")
SERVICES = {"api_keys": "ApiKeysApi", "oauth2": "OAuth2Api"}
"""Where its class is not named as all others are."""

NO_JSON = "it asks for JSON, though the answer is a page, a script, an XML document or a redirect"
NULLS = "it sends null for some fields that were not given, which a server takes for a value"
TOKEN = "it sends its one access token, where ours takes a credential for each call, as `auth`"
NO_FORM = "it has no fields for it, so it sends no form"
DEFAULTS = "it sends the unspecified value of enums that were not given"
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "api_keys.admin_batch_create_imported_api_keys": ("body", DEFAULTS),
    "api_keys.admin_rotate_issued_api_key": ("body", DEFAULTS),
    "api_keys.admin_update_imported_api_key": ("body", DEFAULTS),
    "api_keys.admin_update_issued_api_key": ("body", DEFAULTS),
    "frontend.create_idp_initiated_saml_browser_login_flow": ("Accept", NO_JSON),
    "frontend.get_saml_metadata": ("Accept", NO_JSON),
    "frontend.get_saml_provider_metadata": ("Accept", NO_JSON),
    "frontend.get_webauthn_javascript": ("Accept", NO_JSON),
    "frontend.init_saml_login": ("Accept", NO_JSON),
    "frontend.init_saml_login_request": ("Accept", NO_JSON),
    "frontend.submit_saml_assertion": ("Accept", NO_JSON),
    "identity.create_identity": ("body", NULLS),
    "identity.patch_identity": ("body", NULLS),
    "oauth2.create_oauth2_client": ("body", NULLS),
    "oauth2.oauth2_authorize": ("Accept", NO_JSON),
    "oauth2.oauth2_device_flow": ("Content-Type body", NO_FORM),
    "oauth2.oauth2_token_exchange": ("Authorization", TOKEN),
    "oauth2.patch_oauth2_client": ("body", NULLS),
    "oauth2.perform_oauth2_device_verification_flow": ("Accept", NO_JSON),
    "oauth2.revoke_oauth2_token": ("Authorization", TOKEN),
    "oauth2.set_oauth2_client": ("body", NULLS),
    "oidc.create_oidc_dynamic_client": ("body", NULLS),
    "oidc.delete_oidc_dynamic_client": ("Authorization", TOKEN),
    "oidc.get_oidc_dynamic_client": ("Authorization", TOKEN),
    "oidc.get_oidc_user_info": ("Authorization", TOKEN),
    "oidc.revoke_oidc_session": ("Accept", NO_JSON),
    "oidc.set_oidc_dynamic_client": ("Authorization body", f"{TOKEN}; {NULLS}"),
    "project.create_organization_onboarding_portal_link": ("body", NULLS),
    "project.create_project_api_key": ("body", NULLS),
    "project.patch_project": ("body", NULLS),
    "project.patch_project_with_revision": ("body", NULLS),
}
"""What it sends in another way, and how."""

RETIRED = "gone from its specification, as from the API"
LACKING = {
    "metadata.is_alive": "gone from its specification; every self-hosted server has it",
    "metadata.is_ready": "gone from its specification; every self-hosted server has it",
    "project.get_active_project_in_console": RETIRED,
    "project.get_project_metrics": RETIRED,
    "project.set_active_project_in_console": RETIRED,
}
"""What it does not have."""


class Official:
    """The official client, called by rows of the table."""

    def __init__(self, package: ModuleType, url: str) -> None:
        self._package = package
        configuration = package.Configuration(host=url, access_token=API_KEY, ignore_operation_servers=True)
        self._client = package.ApiClient(configuration)  # which else would call the real console

    def method(self, row: Row) -> Callable[..., Any] | None:
        service = getattr(self._package, SERVICES.get(row.service, f"{row.service.capitalize()}Api"), None)
        return None if service is None else getattr(service(self._client), row.official_name, None)

    def call(self, row: Row, body: Any, values: dict[str, Any]) -> None:
        method = self.method(row)
        assert method is not None
        if body is not None:
            [parameter] = [
                each
                for each in inspect.signature(method).parameters.values()
                if not each.name.startswith("_") and each.name not in values
            ]
            values[parameter.name] = _body_of(parameter.annotation, body)
        with pytest.raises(self._package.ApiException) as refused:
            method(**values)
        assert refused.value.status == 418

    def close(self) -> None:
        self._client.rest_client.pool_manager.clear()


def _body_of(annotation: Any, body: Any) -> Any:
    """The body as the annotated parameter takes it: a model of the official client, a list of them, or text."""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list:
        return [_body_of(inside[0], item) for item in body]
    if origin is not None:  # Optional, Annotated
        return _body_of(inside[0], body)
    return body if annotation is str else annotation.from_dict(body)


@pytest.fixture(scope="module")
def official(recording_server: RecordingServer) -> Iterator[Official]:
    import ory_client  # which takes seconds

    client = Official(ory_client, recording_server.url)
    yield client
    client.close()


def _as_meant(part: Any) -> Any:
    """JSON with points in time instead of their spellings."""
    if isinstance(part, dict):
        return {key: _as_meant(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_as_meant(value) for value in part]
    try:
        return datetime.fromisoformat(part)
    except (TypeError, ValueError):
        return part


def _parts(seen: Seen) -> dict[str, Any]:
    body: Any = seen.body
    if seen.headers.get("Content-Type") == "application/json":
        body = _as_meant(json.loads(body))
    elif seen.headers.get("Content-Type") == "application/x-www-form-urlencoded":
        body = sorted(parse_qsl(body.decode(), keep_blank_values=True))
    return {
        "method": seen.method,
        "path": seen.path,
        "query": sorted(seen.query),
        "body": body,
        **{name: seen.headers.getall(name, []) for name in COMPARED_HEADERS},
    }


def _differences(server: RecordingServer, official: Official, row: Row, body: Any) -> set[str]:
    server.answer(418)
    values = arguments(row, body=False)
    for parameter in row.parameters:
        if parameter.from_rfc:
            del values[parameter.python]
    options = {"auth": API_KEY, "workspace_api_key": API_KEY, "retry": None}
    with calling("async", lambda ory: ory(server.url, **options)) as call, pytest.raises(OryError):
        call(row, **values, **({} if body is None else {"body": body}))
    ours = _parts(server.seen)
    server.answer(418)
    official.call(row, body, values)
    theirs = _parts(server.seen)
    return {part for part in ours if ours[part] != theirs[part]}


@pytest.mark.parametrize("row", [row for row in ROWS if row.id not in LACKING], ids=str)
def test_same_request(recording_server: RecordingServer, official: Official, row: Row) -> None:
    """An exception that is no exception any more fails as well."""
    found: set[str] = set()
    for body in BODIES[row.body] if row.body else [None]:
        found |= _differences(recording_server, official, row, body)
    assert found == (set(EXCEPTIONS[row.id][0].split()) if row.id in EXCEPTIONS else set())


@pytest.mark.parametrize("row", [row for row in ROWS if row.id in LACKING], ids=str)
def test_still_lacking(official: Official, row: Row) -> None:
    assert official.method(row) is None


def test_exceptions_name_operations() -> None:
    assert {*EXCEPTIONS, *LACKING} <= {row.id for row in ROWS}
