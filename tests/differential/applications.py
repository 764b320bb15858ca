"""Hydra: the tokens of applications, and the people in browsers who log in, consent, and log out."""

from __future__ import annotations

import base64
import functools
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, multiple, rule

from .clients import CALLBACK, DEVICE_CODE, JWT_BEARER, SCOPE, SOMETIMES, Client
from .issuers import IssuerMachine
from .machine import Played
from .side import Answer, Side

PEOPLE = st.sampled_from(["ann", "bob"])
BROWSERS = st.sampled_from(["browser 1", "browser 2"])
SCOPES = st.sampled_from([None, SCOPE, "openid", "photos", "photos openid", "nonsense", ""])
TOKEN_KINDS = st.sampled_from(["access_token", "access_token", "refresh_token", "id_token"])
REQUESTS: list[dict[str, str]] = [
    {"scope": "openid"},
    {"scope": "nonsense"},
    {"prompt": "none"},
    {"prompt": "login"},
    {"prompt": "consent"},
    {"max_age": "0"},
    {"response_type": "nonsense"},
    {"response_type": "id_token"},
    {"response_type": "code id_token"},
    {"redirect_uri": "https://evil.example/"},
    {"state": "short"},
    {"audience": "album"},
    {"code_challenge": "a" * 43, "code_challenge_method": "plain"},
    {"code_challenge_method": "nonsense"},
    {"login_hint": "ann@example.com", "ui_locales": "de en", "acr_values": "gold", "display": "page"},
    {"response_mode": "form_post"},
    {"response_mode": "fragment"},
    {"id_token_hint": "nonsense"},
]
VERIFIER = "a-verifier-that-has-got-to-have-43-characters"
PROOF = {
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
SUITABLE_REQUESTS: list[dict[str, str]] = [
    {},
    PROOF,
    {"code_challenge": VERIFIER},
    {"audience": "album"},
    {"scope": "openid"},
    {"scope": "photos offline_access"},
    {"prompt": "login"},
    {"max_age": "3600", "acr_values": "gold"},
    {"response_type": "code id_token"},
]
WRONG_FORMS = [{"redirect_uri": "x"}, {"code_verifier": "a" * 43}]
LOGINS = st.sampled_from(
    [
        {},
        {"remember": True, "remember_for": 3600},
        {"remember": True, "acr": "gold", "amr": ["pwd"], "context": {"a": 1}},
        {"force_subject_identifier": "forced"},
    ]
)
CONSENTS = st.sampled_from(
    [
        {"grant_scope": SCOPE.split()},
        {"grant_scope": SCOPE.split(), "remember": True, "remember_for": 3600},
        {"grant_scope": ["openid"], "session": {"id_token": {"nickname": "A"}, "access_token": {"team": 7}}},
        {"grant_scope": ["photos", "offline_access"], "grant_access_token_audience": ["album"]},
        {},
    ]
)
REFUSALS = st.sampled_from(
    [{}, {"error": "access_denied", "error_description": "No.", "error_hint": "Ask.", "status_code": 403}]
)


@dataclass(frozen=True)
class Held:
    """Something by its name which a client holds: a code, tokens, or what a browser came to a page with."""

    name: str
    client: Client
    browser: str = ""


def query_of(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def _at(kind: str, answer: Answer) -> Any:
    return answer.at(kind)


def page_of(played: Played) -> str:
    return urlsplit(played.local.header("location")).path.rpartition("/")[2]


class ApplicationMachine(IssuerMachine):
    clients = IssuerMachine.clients
    logins = Bundle("logins")
    consents = Bundle("consents")
    logouts = Bundle("logouts")
    codes = Bundle("codes")
    tokens = Bundle("tokens")
    devices = Bundle("devices")

    def subject(self, person: str) -> str:
        return f"{person}-{self.mark}"

    # Tokens

    def _tokens(self, client: Client, played: Played, browser: str = "") -> Any:
        """Take note of the tokens of an answer."""
        if not played.ok:
            return multiple()
        held = Held(self.new_name("tokens"), client, browser)
        for kind in ("access_token", "refresh_token", "id_token"):
            played.name(f"{kind} of {held.name}", functools.partial(_at, kind))
        return held

    @rule(target=tokens, client=clients, scope=SCOPES, audience=st.sampled_from([None, "album"]), wrong=SOMETIMES)
    def client_credentials(self, client: Client, scope: str | None, audience: str | None, wrong: bool) -> Any:
        form = {"grant_type": "client_credentials", "scope": scope, "audience": audience}
        return self._tokens(client, self.protocol("client_credentials", client, "/oauth2/token", form, wrong))

    @rule(target=tokens, held=tokens, other=st.none() | clients, scope=SCOPES)
    def refresh(self, held: Held, other: Client | None, scope: str | None) -> Any:
        client = other or held.client

        def form(side: Side) -> dict[str, str | None]:
            token = side[f"refresh_token of {held.name}"]
            return {"grant_type": "refresh_token", "refresh_token": token, "scope": scope}

        return self._tokens(client, self.protocol("refresh", client, "/oauth2/token", form))

    @rule(
        client=clients,
        form=st.sampled_from(
            [
                {},
                {"grant_type": "nonsense"},
                {"grant_type": "authorization_code"},
                {"grant_type": "refresh_token"},
                {"grant_type": DEVICE_CODE},
                {"grant_type": JWT_BEARER},
                {"grant_type": "password", "username": "ann", "password": "x"},
            ]
        ),
    )
    def ask_for_nonsense(self, client: Client, form: dict[str, str]) -> None:
        self.protocol(f"token {form}", client, "/oauth2/token", form)

    @rule(held=tokens, kind=TOKEN_KINDS, scope=st.sampled_from([None, "photos", "nonsense"]))
    def introspect(self, held: Held, kind: str, scope: str | None) -> None:
        self.play(
            "introspect",
            lambda side: side.send(
                "hydra_admin",
                "POST",
                "/admin/oauth2/introspect",
                form={"token": side[f"{kind} of {held.name}"], "scope": scope},
            ),
        )

    @rule(held=tokens, kind=TOKEN_KINDS, method=st.sampled_from(["GET", "POST"]))
    def user_info(self, held: Held, kind: str, method: str) -> None:
        def send(side: Side) -> Answer:
            headers = {"Authorization": f"Bearer {side[f'{kind} of {held.name}']}"}
            return side.send("hydra_public", method, "/userinfo", headers=headers)

        self.play("user_info", send)

    @rule(held=tokens, kind=TOKEN_KINDS, other=st.none() | clients, wrong=SOMETIMES)
    def revoke(self, held: Held, kind: str, other: Client | None, wrong: bool) -> None:
        self.protocol(
            "revoke",
            other or held.client,
            "/oauth2/revoke",
            lambda side: {"token": side[f"{kind} of {held.name}"]},
            wrong,
        )

    @rule(client=clients)
    def delete_tokens(self, client: Client) -> None:
        self.play(
            "delete_tokens",
            lambda side: side.send("hydra_admin", "DELETE", f"/admin/oauth2/tokens?client_id={side[client.name]}"),
        )

    # The way of a browser through login and consent

    def arrived(self, played: Played, page: str, client: Client, browser: str) -> Held | None:
        """What a browser that is sent to this page carries: the challenge, or the code of an application."""
        if page_of(played) != page:
            return None
        key = "code" if page == "callback" else f"{page}_challenge"
        held = Held(self.new_name(page), client, browser)
        return held if played.name(held.name, lambda answer: query_of(answer.header("location")).get(key)) else None

    def authorize(self, client: Client, browser: str, change: dict[str, str]) -> Held | None:
        query = {"response_type": "code", "redirect_uri": CALLBACK, "scope": SCOPE, "state": "a-state-of-mine"}
        query |= {"nonce": "a-nonce-of-mine", **change}

        def send(side: Side) -> Answer:
            whole = {"client_id": side[client.name], **query}
            return side.send(
                "hydra_public", "GET", "/oauth2/auth", query=whole, browser=browser, headers={"Accept": "*/*"}
            )

        return self.arrived(self.play("authorize", send), "login", client, browser)

    def on_page(self, operation: str, method: str, page: str, held: Held, body: Any = None, path: str = "") -> Played:
        return self.play(
            f"{operation} {page}",
            lambda side: side.send(
                "hydra_admin",
                method,
                f"/admin/oauth2/auth/requests/{page}{path}",
                query={f"{page}_challenge": side[held.name]},
                body=body,
            ),
        )

    def accept(self, page: str, held: Held, body: Any = None, then: str = "") -> Held | None:
        """Accept what a page is asked and follow; gives what the browser carries to the page that comes then."""
        return self._follow(page, held, self.on_page("accept", "PUT", page, held, body, "/accept"), then)

    def _follow(self, page: str, held: Held, played: Played, then: str) -> Held | None:
        if not played.ok or not played.local.at("redirect_to"):
            return None
        target = {self.local.name: played.local.at("redirect_to"), self.real.name: played.real.at("redirect_to")}
        followed = self.play(
            f"follow after {page}",
            lambda side: side.follow("hydra_public", target[side.name], browser=held.browser),
        )
        return self.arrived(followed, then, held.client, held.browser)

    @rule(target=logins, client=clients, browser=BROWSERS, change=st.just({}) | st.sampled_from(REQUESTS))
    def begin(self, client: Client, browser: str, change: dict[str, str]) -> Any:
        return self.authorize(client, browser, change) or multiple()

    @rule(held=logins)
    def look_at_a_login(self, held: Held) -> None:
        self.on_page("get", "GET", "login", held)

    @rule(target=consents, held=logins, person=PEOPLE | st.just(""), fields=LOGINS)
    def log_in(self, held: Held, person: str, fields: dict[str, Any]) -> Any:
        subject = self.subject(person) if person else ""
        return self.accept("login", held, {"subject": subject, **fields}, "consent") or multiple()

    @rule(held=consents)
    def look_at_a_consent(self, held: Held) -> None:
        self.on_page("get", "GET", "consent", held)

    @rule(target=codes, held=consents, fields=CONSENTS)
    def consent(self, held: Held, fields: dict[str, Any]) -> Any:
        return self.accept("consent", held, fields, "callback") or multiple()

    @rule(held=logins, fields=REFUSALS)
    def refuse_a_login(self, held: Held, fields: dict[str, Any]) -> None:
        self._follow("login", held, self.on_page("reject", "PUT", "login", held, fields, "/reject"), "")

    @rule(held=consents, fields=REFUSALS)
    def refuse_consent(self, held: Held, fields: dict[str, Any]) -> None:
        self._follow("consent", held, self.on_page("reject", "PUT", "consent", held, fields, "/reject"), "")

    @rule(
        target=codes,
        client=clients,
        browser=BROWSERS,
        person=PEOPLE,
        change=st.just({}) | st.sampled_from(REQUESTS),
        login=LOGINS,
        consent=CONSENTS,
    )
    def all_the_way(
        self,
        client: Client,
        browser: str,
        person: str,
        change: dict[str, str],
        login: dict[str, Any],
        consent: dict[str, Any],
    ) -> Any:
        held = self.authorize(client, browser, change)
        return (held and self._agree(held, person, login, consent)) or multiple()

    def _agree(self, held: Held, person: str, login: dict[str, Any], consent: dict[str, Any]) -> Held | None:
        """Log in and consent, as far as it goes; gives the code of the application."""
        consenting = self.accept("login", held, {"subject": self.subject(person), **login}, "consent")
        if consenting is None:
            return None
        self.on_page("get", "GET", "consent", consenting)
        return self.accept("consent", consenting, consent, "callback")

    @rule(target=tokens, held=codes, other=st.none() | clients, change=st.just({}) | st.sampled_from(WRONG_FORMS))
    def redeem(self, held: Held, other: Client | None, change: dict[str, str]) -> Any:
        return self._redeem(other or held.client, held, change)

    def _redeem(self, client: Client, held: Held, change: dict[str, str]) -> Any:
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **change}
        played = self.protocol("redeem", client, "/oauth2/token", lambda side: {**form, "code": side[held.name]})
        return self._tokens(client, played, held.browser)

    @rule(
        target=tokens,
        client=clients,
        browser=BROWSERS,
        person=PEOPLE,
        change=st.sampled_from(SUITABLE_REQUESTS),
        login=LOGINS,
        consent=CONSENTS,
        verifier=st.sampled_from([VERIFIER, VERIFIER, "b" * 43, ""]),
    )
    def sign_in(
        self,
        client: Client,
        browser: str,
        person: str,
        change: dict[str, str],
        login: dict[str, Any],
        consent: dict[str, Any],
        verifier: str,
    ) -> Any:
        """From the request of an application to its tokens, with proof (PKCE) where the request asks for it."""
        held = self.authorize(client, browser, change)
        held = self._agree(held, person, login, consent) if held else None
        if held is None:
            return multiple()
        return self._redeem(client, held, {"code_verifier": verifier} if "code_challenge" in change else {})

    # Devices

    @rule(target=devices, client=clients, scope=SCOPES, named=st.sampled_from([True, True, False]), wrong=SOMETIMES)
    def begin_on_a_device(self, client: Client, scope: str | None, named: bool, wrong: bool) -> Any:
        return self._begin_on_a_device(client, scope, named, wrong) or multiple()

    def _begin_on_a_device(self, client: Client, scope: str | None, named: bool, wrong: bool) -> Held | None:
        """Ask for a code; Hydra wants the id in the form even of a client that proves itself in the header."""

        def form(side: Side) -> dict[str, str | None]:
            return {"scope": scope, "client_id": side[client.name] if named else None}

        played = self.protocol("device", client, "/oauth2/device/auth", form, wrong)
        name = played.new("device", "device_code")
        if not name:
            return None
        played.name(f"user code of {name}", lambda answer: answer.at("user_code"))
        return Held(name, client)

    @rule(target=logins, device=devices, browser=BROWSERS, wrong=SOMETIMES)
    def confirm_a_device(self, device: Held, browser: str, wrong: bool) -> Any:
        return self._confirm_a_device(device, browser, wrong) or multiple()

    def _confirm_a_device(self, device: Held, browser: str, wrong: bool) -> Held | None:
        opened = self.play(
            "device page",
            lambda side: side.send("hydra_public", "GET", "/oauth2/device/verify", browser=browser),
        )
        held = self.arrived(opened, "device", device.client, browser)
        if held is None:
            return None

        def send(side: Side) -> Answer:
            return side.send(
                "hydra_admin",
                "PUT",
                "/admin/oauth2/auth/requests/device/accept",
                query={"device_challenge": side[held.name]},
                body={"user_code": "nonsense" if wrong else side[f"user code of {device.name}"]},
            )

        return self._follow("device", held, self.play("accept device", send), "login")

    @rule(
        target=tokens,
        client=clients,
        scope=st.sampled_from([SCOPE, "openid", "photos"]),
        browser=BROWSERS,
        person=PEOPLE,
        login=LOGINS,
        consent=CONSENTS,
    )
    def sign_in_on_a_device(
        self, client: Client, scope: str, browser: str, person: str, login: dict[str, Any], consent: dict[str, Any]
    ) -> Any:
        device = self._begin_on_a_device(client, scope, named=True, wrong=False)
        held = self._confirm_a_device(device, browser, wrong=False) if device else None
        if device is None or held is None:
            return multiple()
        self._agree(held, person, login, consent)
        return self.poll(device)

    @rule(target=tokens, device=devices)
    def ask_for_tokens_of_a_device(self, device: Held) -> Any:
        return self.poll(device)

    def poll(self, device: Held) -> Any:
        played = self.protocol(
            "poll",
            device.client,
            "/oauth2/token",
            lambda side: {"grant_type": DEVICE_CODE, "device_code": side[device.name]},
        )
        return self._tokens(device.client, played)

    # Sessions

    @rule(person=PEOPLE)
    def list_consents(self, person: str) -> None:
        query = {"subject": self.subject(person)}
        self.play(
            "list_consent_sessions",
            lambda side: side.send("hydra_admin", "GET", "/admin/oauth2/auth/sessions/consent", query=query),
            unordered=[""],
        )

    @rule(
        person=PEOPLE,
        client=st.none() | clients,
        everything=st.sampled_from([None, "true", "false"]),
        kind=st.sampled_from(["consent", "login"]),
    )
    def revoke_sessions(self, person: str, client: Client | None, everything: str | None, kind: str) -> None:
        def send(side: Side) -> Answer:
            query: dict[str, str | None] = {"subject": self.subject(person)}
            if kind == "consent":
                query |= {"client": side[client.name] if client else None, "all": everything}
            return side.send("hydra_admin", "DELETE", f"/admin/oauth2/auth/sessions/{kind}", query=query)

        self.play(f"revoke {kind} sessions", send)

    @rule(
        target=logouts,
        browser=BROWSERS,
        client=clients,
        held=st.none() | tokens,
        extra=st.just({}) | st.sampled_from([{"state": "x"}, {"post_logout_redirect_uri": CALLBACK}]),
    )
    def log_out(self, browser: str, client: Client, held: Held | None, extra: dict[str, str]) -> Any:
        def send(side: Side) -> Answer:
            hint = {"id_token_hint": side[f"id_token of {held.name}"]} if held else {}
            return side.send(
                "hydra_public",
                "GET",
                "/oauth2/sessions/logout",
                query={**hint, **extra},
                browser=browser,
                headers={"Accept": "*/*"},
            )

        browser = held.browser if held and held.browser else browser
        return self.arrived(self.play("logout", send), "logout", client, browser) or multiple()

    @rule(held=logouts, way=st.sampled_from(["get", "accept", "accept", "reject"]))
    def answer_a_logout(self, held: Held, way: str) -> None:
        if way == "accept":
            self.accept("logout", held)
        else:
            self.on_page(way, "GET" if way == "get" else "PUT", "logout", held, None, "" if way == "get" else "/reject")
