"""What a recording of Hydra shows of a code, a token, or a browser's session that it does not show being given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .clients import audience_in, client_of
from .wire import claims_of

_PROTOCOL = ("iss", "sub", "aud", "exp", "iat", "nbf", "rat", "auth_time", "at_hash", "c_hash", "jti", "sid", "nonce")
_OF_LOGIN = ("acr", "amr")


@dataclass
class Traces:
    """Whose it is, and what was granted with it."""

    client_id: str = ""
    subject: str = ""
    scope: str = "openid offline_access"
    audience: list[str] = field(default_factory=list)
    nonce: str = ""
    login: dict[str, Any] = field(default_factory=dict)
    id_claims: dict[str, Any] = field(default_factory=dict)
    access_claims: dict[str, Any] = field(default_factory=dict)

    def note_exchange(self, request: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        """Take what an exchange shows in which it was used."""
        path, text = request["path_template"], response["body_text"]
        answer = json.loads(text) if text.startswith("{") else claims_of(text)
        if "does not match the ID" not in text:
            self.client_id = self.client_id or client_of(request)
        if "subject" in answer:
            self.subject = self.subject or answer["subject"]
        if path == "/credentials":
            self.scope = "openid offline_access userinfo_credential_draft_00"
        if response["status"] != 200:
            return
        self.audience = self.audience or audience_in(text)
        if path == "/userinfo":
            self.note_id_claims(answer)
        elif path == "/credentials":
            of_subject = claims_of(answer["credential_draft_00"])["vc"]["credentialSubject"]
            self.id_claims |= {name: value for name, value in of_subject.items() if name not in (*_PROTOCOL, "id")}
        elif "access_token" in answer:
            self.scope = answer["scope"]
            self.note_id_claims(claims_of(answer.get("id_token", "")))
            self.access_claims |= claims_of(answer["access_token"]).get("ext", {})
        elif answer.get("active"):
            self.client_id, self.scope, self.subject = answer["client_id"], answer["scope"], answer["sub"]
            self.access_claims |= answer.get("ext", {})
            if (shown := answer.get("obfuscated_subject", "")) and len(shown) != 64:
                self.login["force_subject_identifier"] = shown

    def note_id_claims(self, claims: Mapping[str, Any]) -> None:
        """Take what an id token or userinfo tells."""
        audience = claims.get("aud") or []
        self.client_id = self.client_id or (audience[0] if isinstance(audience, list) and audience else "")
        if len(subject := claims.get("sub", "")) != 64:  # not a pairwise one
            self.subject = self.subject or subject
        self.nonce = self.nonce or claims.get("nonce", "")
        self.login |= {name: claims[name] for name in _OF_LOGIN if claims.get(name)}
        own = {name: value for name, value in claims.items() if name not in (*_PROTOCOL, *_OF_LOGIN)}
        self.id_claims |= own


def traces_of(value: str, exchanges: Iterable[Mapping[str, Any]]) -> Traces:
    """Put together what these exchanges show of a value, or of what was given for it."""
    found, values = Traces(), {value}
    claims = claims_of(value)
    if "client_id" in claims:
        found.client_id, found.subject, found.access_claims = claims["client_id"], claims["sub"], claims.get("ext", {})
    else:
        found.note_id_claims(claims)
    for exchange in exchanges:
        request, response = exchange["request"], exchange["response"]
        asked = json.dumps([request["headers"], request["query"], request["body"]])
        if any(each in asked for each in values):
            found.note_exchange(request, response)
            if request["path_template"] == "/oauth2/token" and response["status"] == 200:
                values.add(json.loads(response["body_text"])["access_token"])
    return found
