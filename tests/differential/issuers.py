"""Hydra: issuers whose JWTs are grants, and clients that sign in with JWTs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, multiple, rule

from .clients import JWT_BEARER, SOMETIMES, Client, ClientMachine
from .side import Answer, Side
from .signing import ASSERTION_TYPE, CLAIMS, KEY, OTHER_KEY, PUBLIC_KEY, assertion

ISSUERS = "/admin/trust/grants/jwt-bearer/issuers"


@dataclass(frozen=True)
class Issuer:
    """A trusted issuer by its name, and what it may say."""

    name: str
    subject: str


class IssuerMachine(ClientMachine):
    clients = ClientMachine.clients
    issuers = Bundle("issuers")

    @property
    def issuer(self) -> str:
        return f"https://{self.mark}.example"

    def teardown(self) -> None:
        for issuer in self.real.send("hydra_admin", "GET", ISSUERS, query={"issuer": self.issuer}).json or ():
            self.real.send("hydra_admin", "DELETE", f"{ISSUERS}/{issuer['id']}")
        super().teardown()

    @rule(
        target=issuers,
        subject=st.sampled_from(["ann", "ann", "bob", ""]),
        change=st.just({})
        | st.sampled_from(
            [
                {"scope": None},
                {"scope": ["photos"]},
                {"expires_at": "nonsense"},
                {"expires_at": None},
                {"expires_at": "2020-01-01T00:00:00Z"},
                {"jwk": {}},
                {"jwk": {**PUBLIC_KEY, "kid": ""}},
                {"issuer": ""},
                {"allow_any_subject": True},
            ]
        ),
    )
    def trust(self, subject: str, change: dict[str, Any]) -> Any:
        body: dict[str, Any] = {
            "issuer": self.issuer,
            "subject": subject,
            "scope": ["openid", "photos"],
            "jwk": PUBLIC_KEY,
        }
        body |= {"allow_any_subject": not subject, "expires_at": "2100-01-01T00:00:00Z", **change}
        played = self.play("trust issuer", lambda side: side.send("hydra_admin", "POST", ISSUERS, body=body))
        name = played.new("issuer", "id")
        return Issuer(name, subject or "anybody") if name else multiple()

    @rule(size=st.sampled_from([None, "500", "x"]))
    def list_issuers(self, size: str | None) -> None:
        query = {"issuer": self.issuer, "page_size": size}
        self.play(
            "list issuers",
            lambda side: side.send("hydra_admin", "GET", ISSUERS, query=query),
            unordered=[""],
        )

    @rule(issuer=issuers, method=st.sampled_from(["GET", "GET", "DELETE"]))
    def on_issuer(self, issuer: Issuer, method: str) -> None:
        self.play(f"{method} issuer", lambda side: side.send("hydra_admin", method, f"{ISSUERS}/{side[issuer.name]}"))

    @rule(
        client=clients,
        issuer=issuers,
        scope=st.sampled_from([None, "photos", "openid photos", "nonsense"]),
        change=st.just({}) | st.sampled_from(CLAIMS),
        wrong=SOMETIMES,
    )
    def grant_by_assertion(
        self, client: Client, issuer: Issuer, scope: str | None, change: dict[str, Any], wrong: bool
    ) -> None:
        claims = {"iss": self.issuer, "sub": issuer.subject, "jti": self.new_jti(), **change}
        key = OTHER_KEY if wrong else KEY

        def form(side: Side) -> dict[str, str | None]:
            return {"grant_type": JWT_BEARER, "scope": scope, "assertion": assertion(side, key, claims)}

        for _ in range(2):  # an assertion is good once
            self.protocol("jwt_bearer", client, "/oauth2/token", form)

    @rule(
        client=clients,
        change=st.just({}) | st.sampled_from(CLAIMS),
        wrong=SOMETIMES,
        path=st.sampled_from(["/oauth2/token", "/oauth2/token", "/oauth2/revoke"]),
    )
    def authenticate_by_assertion(self, client: Client, change: dict[str, Any], wrong: bool, path: str) -> None:
        jti = self.new_jti()

        def send(side: Side) -> Answer:
            id = side[client.name]
            signed = assertion(side, OTHER_KEY if wrong else KEY, {"iss": id, "sub": id, "jti": jti, **change})
            form = {"grant_type": "client_credentials", "scope": "photos", "token": "nonsense"}
            form |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}
            return side.send("hydra_public", "POST", path, form=form)

        for _ in range(2):
            self.play("authenticate by assertion", send)
