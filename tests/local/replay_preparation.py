"""Makes what a recording takes for granted: the accounts and sessions that its answers show but did not make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from .kratos_client import PASSWORD
from .replay import NOWHERE, UUID, Replay, is_json

HEADERS = {"Accept": "application/json", "User-Agent": "recorder/1.0 (Linux; x86_64)"}
SOMEBODY = "somebody@example.com"
_NO_PASSWORD = "an account without a password"


def identities_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the identities that an answer shows."""
    return (found for found in things_in(value, "traits") if "schema_id" in found)


def things_in(value: Any, sign: str) -> Iterator[dict[str, Any]]:
    """Yield the objects with an id and a certain member, at any depth."""
    if isinstance(value, dict) and sign in value and "id" in value:
        yield value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        yield from things_in(item, sign)


class Preparation:
    """Makes the accounts and sessions that a recording takes for granted."""

    def __init__(self, replay: Replay, exchanges: list[dict[str, Any]], *, age: float = 0, totp: str = "") -> None:
        self.replay = replay
        self.exchanges = exchanges
        self.age = age
        self.totp = totp

    async def make(self) -> None:
        """Make everything, in the order in which it was made."""
        await self.make_identity({"id": "", "traits": {"email": SOMEBODY}})
        for identity in self.taken_for_granted():
            await self.make_identity(identity)
        await self.make_sessions()
        self.replay.local.clock.advance(self.age)

    def taken_for_granted(self) -> list[dict[str, Any]]:
        """Return the identities that the recording shows without having made them."""
        found: dict[str, dict[str, Any]] = {}
        made: set[str] = set()
        for exchange in self.exchanges:
            request, text = exchange["request"], exchange["response"]["body_text"]
            shown = list(identities_in(json.loads(text))) if is_json(text) else []
            is_made = exchange["response"]["status"] < 300 and (
                request["path_template"] in ("/admin/identities", "/self-service/registration")
                and request["method"] in ("POST", "PATCH")
            )
            for identity in shown:
                if is_made and identity["id"] not in found:
                    made.add(identity["id"])
                elif identity["id"] not in made:
                    found.setdefault(identity["id"], identity)
            if is_made and request["method"] == "PATCH":
                made.update(re.findall(UUID, text))
        return [*found.values(), *self.mentioned(found)]

    def mentioned(self, found: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield accounts that a login or an administrator names, but no answer shows."""
        shown = {address for identity in found.values() for address in re.findall(r"[\w.+-]+@[\w.-]+", str(identity))}
        for exchange in self.exchanges:
            body: Any = exchange["request"]["body"]
            if isinstance(body, str):
                body = dict[str, Any](parse_qsl(body))
            fields = ("identifier", "recovery_address", "email")
            names = [body[field] for field in fields if field in body] if isinstance(body, dict) else []
            if "4000007" in exchange["response"]["body_text"]:
                names.append(body.get("traits", {}).get("email", ""))
            elif isinstance(body, dict) and isinstance(body.get("traits"), dict):
                shown.add(body["traits"].get("email"))
            for name in names:
                if "@" in name and name not in shown and not name.startswith(("nobody", "unknown")):
                    shown.add(name)
                    yield {"id": "", "schema_id": "default", "traits": {"email": name}}

    async def make_identity(self, identity: Mapping[str, Any]) -> None:
        kept = ("schema_id", "traits", "state", "metadata_public", "metadata_admin", "external_id", "organization_id")
        body = {name: identity[name] for name in kept if identity.get(name) is not None}
        notes = [
            exchange.get("note")
            for exchange in self.exchanges
            if str(identity["traits"].get("email")) in str(exchange["request"])
        ]
        body["credentials"] = {} if _NO_PASSWORD in notes else {"password": {"config": {"password": PASSWORD}}}
        if self.totp:
            body["credentials"]["totp"] = {
                "config": {"totp_url": f"otpauth://totp/Local:a?secret={self.totp}&issuer=Local"}
            }
            self.replay.totp_secrets.append(self.totp)
        verified = [{"value": SOMEBODY, "verified": True}]
        body["verifiable_addresses"] = identity.get("verifiable_addresses") or verified
        answer = await self.asked("POST", "/admin/identities", body)
        if "id" in answer and identity["id"]:
            self.replay.known[identity["id"]] = answer["id"]
            self.replay.learn(
                {name: identity.get(name) for name in ("verifiable_addresses", "recovery_addresses")}, answer
            )

    async def make_sessions(self) -> None:
        """Sign in the owners of tokens, cookies and sessions that the recording uses without having made them."""
        answered = ""
        for exchange in self.exchanges:
            request, response = exchange["request"], exchange["response"]
            headers = dict(request["headers"])
            sent = f"{headers.get('X-Session-Token')} {headers.get('Authorization')} {json.dumps(request['body'])}"
            is_refused = response["status"] == 401  # unless it was a good one elsewhere in the scenario
            for token in re.findall(r"ory_st_\w{32}", sent):
                if not is_refused and token not in self.replay.known and token not in answered:
                    await self.make_native_session(token)
            for pair in headers.get("Cookie", "").split("; "):
                is_known = pair in self.replay.known or pair in answered
                if "session=" in pair and not is_refused and not is_known:
                    await self.make_browser_session(headers["Cookie"])
            answered += response["body_text"] + str(response["headers"])
        for session in self.sessions_taken_for_granted():
            if session["id"] not in self.replay.known:
                await self.make_native_session(session["id"])
                if not session["active"]:
                    await self.asked("DELETE", f"/admin/sessions/{self.replay.known[session['id']]}")

    def sessions_taken_for_granted(self) -> Iterator[dict[str, Any]]:
        """Yield the sessions that the recording shows without having begun them, oldest first."""
        begun: set[str] = set()
        found: dict[str, dict[str, Any]] = {}
        for exchange in self.exchanges:
            text, path = exchange["response"]["body_text"], exchange["request"]["path_template"]
            shown = list(things_in(json.loads(text), "authenticator_assurance_level")) if is_json(text) else []
            for session in shown:
                if path in ("/self-service/login", "/self-service/registration", "/sessions/token-exchange"):
                    begun.add(session["id"])
                elif "/sessions" in path and session["id"] not in begun:
                    found.setdefault(session["id"], session)
        for exchange in self.exchanges:
            for id in re.findall(UUID, json.dumps(exchange["request"]["body"])):
                is_managed = (
                    exchange["request"]["path_template"] == "/admin/sessions"
                    and "sessions" in exchange["request"]["body"]
                )
                if is_managed and exchange["response"]["status"] < 300 and not id.startswith(NOWHERE):
                    found.setdefault(id, {"id": id, "active": True, "issued_at": ""})
        return iter(sorted(found.values(), key=lambda session: str(session["issued_at"])))

    def owner(self, sign: str) -> str:
        """Return the address of the account that the answers about a token, cookie or session show; else the first."""
        for exchange in self.exchanges:
            text = exchange["response"]["body_text"]
            if is_json(text) and (sign in json.dumps(exchange["request"]) or sign in text):
                for identity in identities_in(json.loads(text)):
                    if email := identity["traits"].get("email"):
                        return str(email)
        shown = self.taken_for_granted()
        return next((identity["traits"]["email"] for identity in shown if "email" in identity["traits"]), SOMEBODY)

    async def make_native_session(self, sign: str) -> None:
        """Begin a session for a token or the id of a session."""
        flow = await self.asked("GET", "/self-service/login/api")
        fields = {"method": "password", "identifier": self.owner(sign), "password": PASSWORD}
        answer = await self.asked("POST", f"/self-service/login?flow={flow['id']}", fields)
        if "session" not in answer:
            return
        self.replay.known[sign] = answer["session_token"] if sign.startswith("ory_st_") else answer["session"]["id"]
        for exchange in self.exchanges:  # the session a token belongs to
            text, request = exchange["response"]["body_text"], exchange["request"]
            is_whoami = request["path_template"] == "/sessions/whoami" and '"active":true' in text
            if is_whoami and sign in json.dumps(request["headers"]):
                self.replay.known.setdefault(json.loads(text)["id"], answer["session"]["id"])

    async def make_browser_session(self, cookies: str) -> None:
        url, headers = self.replay.local.url, HEADERS
        recorded = dict(pair.split("=", 1) for pair in cookies.split("; "))
        async with self.replay.session.get(f"{url}/self-service/login/browser", headers=headers) as response:
            flow = await response.json()
            cookie = response.headers["Set-Cookie"].split(";")[0]
        sign = next(f"{name}={value}" for name, value in recorded.items() if "session" in name)
        [token] = [n["attributes"]["value"] for n in flow["ui"]["nodes"] if n["attributes"].get("name") == "csrf_token"]
        fields = {"method": "password", "identifier": self.owner(sign), "password": PASSWORD, "csrf_token": token}
        async with self.replay.session.post(
            f"{url}/self-service/login?flow={flow['id']}", json=fields, headers={**headers, "Cookie": cookie}
        ) as response:
            given = {value.split("=")[0]: value.split(";")[0] for value in response.headers.getall("Set-Cookie", [])}
        for name, value in recorded.items():
            kind = "csrf" if name.startswith("csrf") else "session"
            other = next((pair for known, pair in given.items() if kind in known), None)
            if other:
                self.replay.known[f"{name}={value}"] = other

    async def asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        options = {} if body is None else {"json": body}
        async with self.replay.session.request(
            method, self.replay.local.url + path, headers=HEADERS, **options
        ) as response:
            answer: dict[str, Any] = await response.json()
            return answer
