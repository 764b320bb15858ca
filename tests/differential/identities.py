"""Kratos: identities, their sessions, and the flows of people in apps and browsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyotp
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, multiple, rule

from .machine import Machine, Played
from .side import Answer, Side

PEOPLE = st.sampled_from(["ann", "bob", "cid"])
PASSWORDS = st.sampled_from(["corr3ct-h0rse-battery", "an0ther-passphrase", "short", ""])
KINDS = ("login", "registration", "settings", "recovery", "verification")
SOMETIMES = st.sampled_from([False, False, False, True])


@dataclass(frozen=True)
class Flow:
    """A flow by its name, and who goes through it: `session` in an app or `browser`."""

    name: str
    kind: str
    browser: str | None = None
    session: str | None = None


def node(answer: Answer, name: str) -> Any:
    """The attributes of a node of the form, by its name or id."""
    for each in answer.at("ui", "nodes") or ():
        attributes = each["attributes"]
        if name in (attributes.get("name"), attributes.get("id")):
            return attributes
    return {}


def code_of(side: Side, email: str) -> str:
    """The newest code that was sent to an address, or one that is wrong."""
    messages = side.send("kratos_admin", "GET", "/admin/courier/messages", query={"recipient": email}).json
    found = re.search(r"\b\d{6}\b", messages[0]["body"]) if messages else None
    return found[0] if found else "000000"


def id_of(session: str) -> str:
    return f"id of {session}"


class IdentityMachine(Machine):
    identities = Bundle("identities")
    flows = Bundle("flows")
    sessions = Bundle("sessions")
    browsers = Bundle("browsers")
    ANYBODY = st.one_of(identities, sessions.map(lambda session: f"identity of {session}"))

    unordered = ("nodes",)  # of a form, which has to be shown in groups anyway

    def email(self, person: str) -> str:
        return f"{person}.{self.mark}@example.com"

    @initialize(target=browsers)
    def two_browsers(self) -> Any:
        return multiple("browser 1", "browser 2")

    @initialize(target=identities)
    def ann_is_there(self) -> Any:
        return self.create_identity("ann", "corr3ct-h0rse-battery", {})

    @initialize(target=sessions)
    def bob_is_logged_in(self) -> Any:
        return self.all_the_way("bob", "registration", None, "corr3ct-h0rse-battery")

    def teardown(self) -> None:
        for person in ("ann", "bob", "cid"):
            query = {"credentials_identifier": self.email(person)}
            for identity in self.real.send("kratos_admin", "GET", "/admin/identities", query=query).json or ():
                self.real.send("kratos_admin", "DELETE", f"/admin/identities/{identity['id']}")

    # Identities, as administrators see them

    @rule(
        target=identities,
        person=PEOPLE,
        password=st.none() | PASSWORDS,
        extra=st.sampled_from(
            [
                {},
                {},
                {"state": "inactive"},
                {"metadata_public": {"a": [1, None]}, "metadata_admin": "text"},
                {"traits": {"email": "no-address"}},
                {"traits": {}},
                {"schema_id": "nonsense"},
                {"verifiable": True},
            ]
        ),
    )
    def create_identity(self, person: str, password: str | None, extra: dict[str, Any]) -> Any:
        email = self.email(person)
        body: dict[str, Any] = {"schema_id": "default", "traits": {"email": email, "name": {"first": person}}, **extra}
        if body.pop("verifiable", False):
            body["verifiable_addresses"] = [{"value": email, "via": "email", "verified": True, "status": "completed"}]
        if password is not None:
            body["credentials"] = {"password": {"config": {"password": password}}}
        played = self.play(
            "create_identity", lambda side: side.send("kratos_admin", "POST", "/admin/identities", body=body)
        )
        return played.new("identity", "id") or multiple()

    @rule(
        identity=ANYBODY,
        include=st.lists(st.sampled_from(["password", "code", "totp", "lookup_secret"]), max_size=2, unique=True),
    )
    def get_identity(self, identity: str, include: list[str]) -> None:
        query = "&".join(f"include_credential={each}" for each in include)
        self.play(
            "get_identity",
            lambda side: side.send("kratos_admin", "GET", f"/admin/identities/{side[identity]}?{query}"),
        )

    @rule(person=PEOPLE)
    def find_identities(self, person: str) -> None:
        query = {"credentials_identifier": self.email(person)}
        self.play("list_identities", lambda side: side.send("kratos_admin", "GET", "/admin/identities", query=query))

    @rule(
        identity=ANYBODY,
        patch=st.lists(
            st.sampled_from(
                [
                    {"op": "replace", "path": "/state", "value": "inactive"},
                    {"op": "replace", "path": "/state", "value": "active"},
                    {"op": "add", "path": "/traits/name/last", "value": "Lee"},
                    {"op": "remove", "path": "/traits/name"},
                    {"op": "add", "path": "/metadata_public", "value": {"plan": "free"}},
                    {"op": "replace", "path": "/metadata_admin", "value": None},
                    {"op": "replace", "path": "/traits/email", "value": "no-address"},
                    {"op": "replace", "path": "/id", "value": "other"},
                    {"op": "replace", "path": "/credentials", "value": {}},
                    {"op": "replace", "path": "/nonsense/deep", "value": 1},
                    {"op": "test", "path": "/state", "value": "active"},
                    {"op": "copy", "from": "/state", "path": "/metadata_public"},
                ]
            ),
            max_size=2,
        ),
    )
    def patch_identity(self, identity: str, patch: list[dict[str, Any]]) -> None:
        self.play(
            "patch_identity",
            lambda side: side.send("kratos_admin", "PATCH", f"/admin/identities/{side[identity]}", body=patch),
        )

    @rule(
        identity=ANYBODY,
        person=PEOPLE,
        body=st.sampled_from(
            [
                {"state": "active"},
                {"state": "inactive", "metadata_public": {"b": 1}},
                {"state": "nonsense"},
                {"state": "active", "schema_id": "nonsense"},
                {"state": "active", "traits": {"email": 1}},
                {"state": "active", "credentials": {"password": {"config": {"password": "an0ther-passphrase"}}}},
            ]
        ),
    )
    def update_identity(self, identity: str, person: str, body: dict[str, Any]) -> None:
        whole = {"schema_id": "default", "traits": {"email": self.email(person)}, **body}
        self.play(
            "update_identity",
            lambda side: side.send("kratos_admin", "PUT", f"/admin/identities/{side[identity]}", body=whole),
        )

    @rule(
        identity=ANYBODY,
        kind=st.sampled_from(["password", "code", "totp", "lookup_secret", "oidc", "nonsense"]),
    )
    def delete_credentials(self, identity: str, kind: str) -> None:
        self.play(
            "delete_identity_credentials",
            lambda side: side.send("kratos_admin", "DELETE", f"/admin/identities/{side[identity]}/credentials/{kind}"),
        )

    @rule(identity=consumes(identities))
    def delete_identity(self, identity: str) -> None:
        for _ in range(2):
            self.play(
                "delete_identity",
                lambda side: side.send("kratos_admin", "DELETE", f"/admin/identities/{side[identity]}"),
            )

    @rule(identity=ANYBODY, active=st.sampled_from([None, "true", "false"]))
    def sessions_of_an_identity(self, identity: str, active: str | None) -> None:
        self.play(
            "list_identity_sessions",
            lambda side: side.send(
                "kratos_admin", "GET", f"/admin/identities/{side[identity]}/sessions", query={"active": active}
            ),
        )

    @rule(identity=ANYBODY, sometimes=SOMETIMES)
    def delete_sessions_of_an_identity(self, identity: str, sometimes: bool) -> None:
        if sometimes:
            self.play(
                "delete_identity_sessions",
                lambda side: side.send("kratos_admin", "DELETE", f"/admin/identities/{side[identity]}/sessions"),
            )

    @rule(session=sessions, expand=st.sampled_from(["", "?expand=identity", "?expand=devices&expand=identity"]))
    def get_session(self, session: str, expand: str) -> None:
        self.play(
            "get_session",
            lambda side: side.send("kratos_admin", "GET", f"/admin/sessions/{side[id_of(session)]}{expand}"),
        )

    @rule(session=sessions, method=st.sampled_from(["DELETE", "PATCH"]))
    def end_or_extend_session(self, session: str, method: str) -> None:
        path = "/extend" if method == "PATCH" else ""
        self.play(
            f"{method} session",
            lambda side: side.send("kratos_admin", method, f"/admin/sessions/{side[id_of(session)]}{path}"),
        )

    @rule(target=flows, identity=ANYBODY, method=st.sampled_from(["code", "link"]))
    def recovery_by_an_administrator(self, identity: str, method: str) -> Any:
        played = self.play(
            f"create_recovery_{method}",
            lambda side: side.send(
                "kratos_admin", "POST", f"/admin/recovery/{method}", body={"identity_id": side[identity]}
            ),
        )
        if method == "link" or not played.ok:
            return multiple()
        name = self.new_name("flow")
        played.name(name, lambda answer: answer.at("recovery_link").rpartition("flow=")[2])
        played.name(f"code of {name}", lambda answer: answer.at("recovery_code"))
        return Flow(name, "recovery", browser="browser 1")

    # Flows of apps and of browsers

    @rule(
        target=flows,
        kind=st.sampled_from(["login", "login", "registration", "recovery", "verification"]),
        query=st.sampled_from(["", "", "", "?return_to=http://127.0.0.1:4455/x", "?return_to=https://evil.example/"]),
    )
    def begin_in_an_app(self, kind: str, query: str) -> Any:
        return self._begun(kind, f"/self-service/{kind}/api{query}")

    @rule(
        target=flows,
        session=sessions,
        which=st.sampled_from(["settings", "settings", "login?refresh=true", "login?aal=aal2", "login"]),
    )
    def begin_in_an_app_with_a_session(self, session: str, which: str) -> Any:
        kind, question_mark, query = which.partition("?")
        return self._begun(kind, f"/self-service/{kind}/api{question_mark}{query}", session=session)

    @rule(
        target=flows,
        kind=st.sampled_from(KINDS),
        browser=browsers,
        query=st.sampled_from(["", "", "", "?refresh=true", "?aal=aal2", "?return_to=https://evil.example/"]),
    )
    def begin_in_a_browser(self, kind: str, browser: str, query: str) -> Any:
        return self._begun(kind, f"/self-service/{kind}/browser{query}", browser=browser)

    def _begun(self, kind: str, path: str, *, session: str | None = None, browser: str | None = None) -> Any:
        played = self.play(
            f"begin {kind}",
            lambda side: side.send("kratos_public", "GET", path, browser=browser, headers=self._token(side, session)),
        )
        name = played.new("flow", "id")
        return Flow(name, kind, browser, session) if name else multiple()

    def _token(self, side: Side, session: str | None) -> dict[str, str]:
        return {"X-Session-Token": side[session]} if session else {}

    @rule(flow=flows, session=sessions)
    def look_at_a_flow(self, flow: Flow, session: str) -> None:
        self.play(
            f"get {flow.kind} flow",
            lambda side: side.send(
                "kratos_public",
                "GET",
                f"/self-service/{flow.kind}/flows?id={side[flow.name]}",
                browser=flow.browser,
                headers=self._token(side, flow.session or session),
            ),
        )

    def submit(self, flow: Flow, step: str, body: Callable[[Side], dict[str, Any]]) -> Played:
        def send(side: Side) -> Answer:
            sent = body(side)
            token = {}
            if flow.browser:
                path = f"/self-service/{flow.kind}/flows?id={side[flow.name]}"
                form = side.send("kratos_public", "GET", path, browser=flow.browser)
                token = {"csrf_token": node(form, "csrf_token").get("value", "")}
            return side.send(
                "kratos_public",
                "POST",
                f"/self-service/{flow.kind}?flow={side[flow.name]}",
                body={**token, **sent},
                browser=flow.browser,
                headers=self._token(side, flow.session),
            )

        return self.play(f"submit {flow.kind}: {step}", send)

    def _session(self, played: Played) -> Any:
        """The name of a session which an answer tells of: its token, its id, its identity."""
        name = self.new_name("session")
        if not played.name(f"id of {name}", lambda answer: answer.at("session", "id")):
            return multiple()
        played.name(name, lambda answer: answer.at("session_token"))
        played.name(f"identity of {name}", lambda answer: answer.at("session", "identity", "id"))
        return name

    @rule(target=sessions, flow=flows, person=PEOPLE, password=PASSWORDS)
    def submit_a_password(self, flow: Flow, person: str, password: str) -> Any:
        body: dict[str, Any] = {"method": "password", "password": password}
        if flow.kind == "registration":
            body["traits"] = {"email": self.email(person)}
        elif flow.kind == "login":
            body["identifier"] = self.email(person)
        return self._session(self.submit(flow, "password", lambda side: body))

    @rule(
        target=sessions,
        person=PEOPLE,
        kind=st.sampled_from(["login", "registration"]),
        browser=st.none() | browsers,
        password=st.sampled_from(["corr3ct-h0rse-battery", "corr3ct-h0rse-battery", "an0ther-passphrase"]),
    )
    def all_the_way(self, person: str, kind: str, browser: str | None, password: str) -> Any:
        flow = self._begun(kind, f"/self-service/{kind}/{'browser' if browser else 'api'}", browser=browser)
        return self.submit_a_password(flow, person, password) if isinstance(flow, Flow) else multiple()

    @rule(flow=flows, person=PEOPLE)
    def ask_for_a_code(self, flow: Flow, person: str) -> None:
        email = self.email(person)
        field: dict[str, Any] = {
            "login": {"identifier": email},
            "registration": {"traits": {"email": email}},
            "recovery": {"email": email},
            "verification": {"email": email},
            "settings": {},
        }
        self.submit(flow, "ask for a code", lambda side: {"method": "code", **field[flow.kind]})

    @rule(target=sessions, flow=flows, person=PEOPLE, wrong=SOMETIMES)
    def submit_a_code(self, flow: Flow, person: str, wrong: bool) -> Any:
        email = self.email(person)

        def body(side: Side) -> dict[str, Any]:
            code = side.values.get(f"code of {flow.name}") or code_of(side, email)
            # The servers differ in their settings here: a right code signs in, or it does not.
            is_wrong = wrong or (flow.kind == "registration" and flow.browser is not None)
            sent: dict[str, Any] = {"method": "code", "code": "000000" if is_wrong else code}
            if flow.kind == "login":
                sent["identifier"] = email
            elif flow.kind == "registration":
                sent["traits"] = {"email": email}
            return sent

        return self._session(self.submit(flow, "code", body))

    @rule(flow=flows, person=PEOPLE, change=st.sampled_from([{}, {"name": {"last": "Lee"}}, {"name": 7}, {"x": 1}]))
    def submit_a_profile(self, flow: Flow, person: str, change: dict[str, Any]) -> None:
        traits = {"email": self.email(person), **change}
        self.submit(flow, "profile", lambda side: {"method": "profile", "traits": traits})

    @rule(
        flow=flows,
        body=st.sampled_from(
            [
                {},
                {"method": "nonsense"},
                {"method": "password"},
                {"method": "code", "code": "1"},
                {"method": "totp", "totp_code": "000000"},
                {"method": "lookup_secret", "lookup_secret": "nonsense"},
                {"method": "lookup_secret", "lookup_secret_regenerate": True},
                {"method": "lookup_secret", "lookup_secret_confirm": True},
                {"method": "lookup_secret", "lookup_secret_disable": True},
                {"method": "totp", "totp_unlink": True},
                {"method": "link", "email": "nobody@example.com"},
            ]
        ),
    )
    def submit_something(self, flow: Flow, body: dict[str, Any]) -> None:
        self.submit(flow, str(body), lambda side: body)

    @rule(flow=flows, session=sessions)
    def submit_a_totp(self, flow: Flow, session: str) -> None:
        """Set up one-time passwords in the settings, or use them in a login."""

        def body(side: Side) -> dict[str, Any]:
            path = f"/self-service/{flow.kind}/flows?id={side[flow.name]}"
            headers = self._token(side, flow.session)
            form = side.send("kratos_public", "GET", path, browser=flow.browser, headers=headers)
            secret = ((node(form, "totp_secret_key").get("text") or {}).get("context") or {}).get("secret")
            if secret:
                side.values[f"totp secret {self.mark}"] = secret
            kept = side.values.get(f"totp secret {self.mark}")
            return {"method": "totp", "totp_code": pyotp.TOTP(kept).now() if kept else "000000"}

        self.submit(flow, "totp", body)

    # Sessions, as their owners see them

    @rule(session=sessions)
    def whoami(self, session: str) -> None:
        self.play(
            "whoami",
            lambda side: side.send("kratos_public", "GET", "/sessions/whoami", headers=self._token(side, session)),
        )

    @rule(browser=browsers)
    def whoami_in_a_browser(self, browser: str) -> None:
        self.play("whoami", lambda side: side.send("kratos_public", "GET", "/sessions/whoami", browser=browser))

    @rule(session=sessions, method=st.sampled_from(["GET", "DELETE"]))
    def my_sessions(self, session: str, method: str) -> None:
        self.play(
            f"{method} my sessions",
            lambda side: side.send("kratos_public", method, "/sessions", headers=self._token(side, session)),
        )

    @rule(session=sessions, other=sessions)
    def end_one_of_my_sessions(self, session: str, other: str) -> None:
        self.play(
            "disable_my_session",
            lambda side: side.send(
                "kratos_public", "DELETE", f"/sessions/{side[id_of(other)]}", headers=self._token(side, session)
            ),
        )

    @rule(session=sessions, sometimes=SOMETIMES)
    def log_out(self, session: str, sometimes: bool) -> None:
        if sometimes:
            self.play(
                "perform_native_logout",
                lambda side: side.send(
                    "kratos_public", "DELETE", "/self-service/logout/api", body={"session_token": side[session]}
                ),
            )

    @rule(browser=browsers)
    def log_out_in_a_browser(self, browser: str) -> None:
        played = self.play(
            "create_browser_logout_flow",
            lambda side: side.send("kratos_public", "GET", "/self-service/logout/browser", browser=browser),
        )
        if played.name("logout token", lambda answer: answer.at("logout_token")):
            self.play(
                "update_logout_flow",
                lambda side: side.send(
                    "kratos_public", "GET", f"/self-service/logout?token={side['logout token']}", browser=browser
                ),
            )
