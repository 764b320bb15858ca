"""The clients that a recording of Hydra finds: as its answers show them, or as they were used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.local.replay import is_json

from .assertions import Signer
from .scenarios import Scenario
from .wire import TOKEN, basic_of, claims_of

SECRET = "a-secret-of-the-recorder"
ALLOWED = {
    "redirect_uris": ["https://app.example/cb"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": ["openid", "offline_access", "profile", "email"],
}
_PAIRWISE = re.compile(r"[0-9a-f]{64}")


def clients_of(scenario: Scenario, exchanges: list[dict[str, Any]], signer: Signer) -> Iterator[dict[str, Any]]:
    """Yield the clients that a recording names but does not make."""
    created: set[str] = set()
    shown: dict[str, dict[str, Any]] = {}
    used: dict[str, dict[str, list[str]]] = {id: {} for id in scenario.clients}
    fixed: dict[str, dict[str, str]] = {}
    for exchange in exchanges:
        text = exchange["response"]["body_text"]
        for client in clients_in(json.loads(text)) if is_json(text) else ():
            if exchange["response"]["status"] == 201:
                created.add(client["client_id"])
            shown.setdefault(client["client_id"], client)
        for id in ids_in(exchange):
            for name, values in allowed_by(exchange):
                used.setdefault(id, {}).setdefault(name, []).extend(values)
            fixed.setdefault(id, {}).update(traits_in(exchange))
    for id in dict.fromkeys([*used, *shown]):
        if id not in created:
            guessed = {**client_used(used.get(id, {})), **fixed.get(id, {}), **signer.metadata_of(id)}
            own = {"client_secret": SECRET, **scenario.clients.get(id, {})}
            yield {**shown.get(id, guessed), **own, "client_id": id}


def client_used(used: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the metadata of a client that did these things."""
    all = {name: [*ALLOWED.get(name, []), *used.get(name, [])] for name in ALLOWED.keys() | used.keys()}
    all["redirect_uris"] = used.get("redirect_uris") or ALLOWED["redirect_uris"]
    metadata: dict[str, Any] = {name: list(dict.fromkeys(values)) for name, values in all.items()}
    return {**metadata, "scope": " ".join(metadata["scope"])}


def allowed_by(exchange: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what the client of a request may do, by what it was not refused."""
    request, response = exchange["request"], exchange["response"]
    fields = {**dict(request["query"]), **fields_of(request)}
    refusal = str([response["headers"], response["body_text"]])
    types, grant = fields.get("response_type", ""), fields.get("grant_type", "")
    if types and "unsupported_response_type" not in refusal:
        yield "response_types", [types]
        yield "grant_types", ["implicit"] if "token" in types else []
    if "redirect_uri" in fields and "fallbacks/error" not in refusal:
        yield "redirect_uris", [fields["redirect_uri"]]
    if "post_logout_redirect_uri" in fields and "fallbacks/error" not in refusal:
        yield "post_logout_redirect_uris", [fields["post_logout_redirect_uri"]]
    if grant and "unauthorized_client" not in refusal:
        yield "grant_types", [grant]
    if "/device/" in request["path_template"] and response["status"] == 200:
        yield "grant_types", ["urn:ietf:params:oauth:grant-type:device_code"]
    if "/credentials" in request["path_template"]:
        yield "scope", ["userinfo_credential_draft_00"]
    if "invalid_scope" not in refusal:
        yield "scope", fields.get("scope", "").split()
    if "invalid_request" not in refusal:
        yield "audience", fields.get("audience", "").split()
        yield "audience", audience_in(response["body_text"])


def traits_in(exchange: Mapping[str, Any]) -> dict[str, str]:
    """Return what else an exchange tells of its client."""
    request, text = exchange["request"], exchange["response"]["body_text"]
    fields, found = fields_of(request), {}
    proved = any(name == "Authorization" for name, _ in request["headers"]) or "client_assertion" in fields
    if "client_id" in fields and not proved:
        found["token_endpoint_auth_method"] = "client_secret_post" if "client_secret" in fields else "none"
    if any(_PAIRWISE.search(each) for each in (text, *(str(claims_of(token)) for token in TOKEN.findall(text)))):
        found["subject_type"] = "pairwise"
    if request["path_template"] == "/userinfo" and claims_of(text):
        found["userinfo_signed_response_alg"] = "RS256"
    if "client_id" in claims_of(json.loads(text).get("access_token", "") if text.startswith("{") else ""):
        found["access_token_strategy"] = "jwt"
    return found


def audience_in(text: str) -> list[str]:
    """The audience of the access token that an answer gives or describes, without clients."""
    answer = json.loads(text) if text.startswith("{") else {}
    named = claims_of(answer.get("access_token", "")).get("aud") or (answer.get("aud") if "active" in answer else [])
    return [each for each in named or [] if each.count("-") != 4]


def ids_in(exchange: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the clients that a request, or the answer to it, names."""
    request, text = exchange["request"], exchange["response"]["body_text"]
    path, body = request["path_template"], request["body"]
    named = [client_of(request), dict(request["query"]).get("client", "")]
    if path.startswith(("/admin/clients/{id}", "/oauth2/register/{id}")):
        named.append(request["path_params"]["id"])
    answer = json.loads(text) if text.startswith("{") else claims_of(text)
    named += [answer.get("client_id", ""), *(answer.get("aud") or [] if path == "/userinfo" else [])]
    proof = (body.get("proof") or {}).get("jwt", "") if isinstance(body, dict) else ""
    named.append(claims_of(proof).get("iss", ""))
    for _, value in request["query"]:
        named += claims_of(value).get("aud") or []
    yield from (id for id in named if isinstance(id, str) and id.count("-") == 4)


def clients_in(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the clients that an answer shows."""
    if isinstance(body, dict):
        if "client_id" in body and "skip_consent" in body:
            yield body
        body = list(body.values())
    for item in body if isinstance(body, list) else ():
        yield from clients_in(item)


def client_of(request: Mapping[str, Any]) -> str:
    """The id by which a client gave itself to know, empty when it did not."""
    basic = next((basic_of(value) for name, value in request["headers"] if name == "Authorization"), "")
    fields = {**dict(request["query"]), **fields_of(request)}
    signed = claims_of(fields.get("client_assertion", ""))
    return unquote(basic.partition(":")[0]) or fields.get("client_id", "") or str(signed.get("sub", ""))


def fields_of(request: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form, none of another body."""
    return dict(parse_qsl(request["body"])) if request["body_kind"] == "form" else {}
