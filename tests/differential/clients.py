"""Hydra: OAuth2 clients, made by administrators or by themselves, and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, multiple, rule

from .machine import Machine, Played
from .side import Answer, Side
from .signing import ASSERTION_TYPE, KEY, OTHER_KEY, PUBLIC_KEY, assertion

CALLBACK = "https://app.example/callback"
SCOPE = "openid offline_access photos"
GRANTS = ["authorization_code", "refresh_token", "client_credentials", "implicit"]
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
Fields = Mapping[str, str | None]
Form = Fields | Callable[[Side], Fields]
SOMETIMES = st.sampled_from([False, False, False, True])

FULL = {
    "grant_types": [*GRANTS, DEVICE_CODE, JWT_BEARER],
    "response_types": ["code", "id_token", "token"],
    "redirect_uris": [CALLBACK],
    "scope": SCOPE,
}
SIGNING: dict[str, Any] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "ES256",
    "jwks": {"keys": [PUBLIC_KEY]},
}
VARIANTS: list[dict[str, Any]] = [
    {},
    {},
    {"token_endpoint_auth_method": "client_secret_post"},
    {"token_endpoint_auth_method": "none"},
    SIGNING,
    {"access_token_strategy": "jwt"},
    {"subject_type": "pairwise"},
    {"skip_consent": True},
    {"audience": ["album"], "metadata": {"a": [1, None]}, "contacts": ["ann@example.com"]},
    {"client_credentials_grant_access_token_lifespan": "90s", "post_logout_redirect_uris": [CALLBACK]},
    {"redirect_uris": ["https://app.example/#x"]},
    {"grant_types": ["client_credentials"], "response_types": []},
    {"response_types": ["nonsense"], "scope": ""},
    {"client_secret": "short"},
    {"client_secret": "a-secret-of-my-own"},
    {"jwks": {"keys": []}, "jwks_uri": "https://app.example/jwks"},
    {"redirect_uris": "text"},
]
PATCHES: list[dict[str, Any]] = [
    {"op": "replace", "path": "/client_name", "value": "Album"},
    {"op": "add", "path": "/contacts/-", "value": "ann@example.com"},
    {"op": "add", "path": "/metadata/b", "value": {"x": None}},
    {"op": "remove", "path": "/metadata/a"},
    {"op": "replace", "path": "/scope", "value": "openid photos"},
    {"op": "replace", "path": "/redirect_uris", "value": [CALLBACK, "https://app.example/other"]},
    {"op": "replace", "path": "/client_id", "value": "other"},
    {"op": "replace", "path": "/redirect_uris", "value": "text"},
    {"op": "test", "path": "/client_name", "value": ""},
    {"op": "remove", "path": "/nonsense"},
]


@dataclass(frozen=True)
class Client:
    """A client by its name, with a client that proves itself in this way."""

    name: str
    method: str = "client_secret_basic"


class ClientMachine(Machine):
    clients = Bundle("clients")

    @initialize(target=clients, variant=st.sampled_from([{}, {"audience": ["album"]}]))
    def first_client(self, variant: dict[str, Any]) -> Any:
        return self._create({**FULL, **variant})

    def teardown(self) -> None:
        clients = self.real.send("hydra_admin", "GET", "/admin/clients", query={"owner": self.mark}).json
        for client in clients or ():
            self.real.send("hydra_admin", "DELETE", f"/admin/clients/{client['client_id']}")
        self.real.send("hydra_admin", "DELETE", f"/admin/keys/set-{self.mark}")

    def new_jti(self) -> str:
        return f"{self.new_name('jti')} of {self.mark}"

    # Clients

    @rule(target=clients, variant=st.sampled_from(VARIANTS))
    def create_client(self, variant: dict[str, Any]) -> Any:
        return self._create({**FULL, **variant})

    def _create(self, body: dict[str, Any]) -> Any:
        body = {**body, "owner": self.mark}
        played = self.play("create_client", lambda side: side.send("hydra_admin", "POST", "/admin/clients", body=body))
        name = played.new("client", "client_id")
        if not name:
            return multiple()
        self._know_client(name, played)
        return Client(name, body.get("token_endpoint_auth_method", "client_secret_basic"))

    def _know_client(self, name: str, played: Played) -> None:
        played.name(f"secret of {name}", lambda answer: answer.at("client_secret"))
        played.name(f"registration token of {name}", lambda answer: answer.at("registration_access_token"))

    def on_client(self, operation: str, method: str, client: Client, path: str = "", body: Any = None) -> Played:
        played = self.play(
            operation,
            lambda side: side.send("hydra_admin", method, f"/admin/clients/{side[client.name]}{path}", body=body),
        )
        if played.ok:
            self._know_client(client.name, played)
        return played

    def protocol(self, operation: str, client: Client, path: str, form: Form, wrong: bool = False) -> Played:
        """Ask one of the endpoints of the protocol, as the client; `form` is of a side or the same for both."""
        jti = self.new_jti()

        def send(side: Side) -> Answer:
            fields = dict(form(side) if callable(form) else form)
            id, secret = side[client.name], "wrong" if wrong else side[f"secret of {client.name}"]
            if client.method == "client_secret_basic":
                return side.send("hydra_public", "POST", path, form=fields, basic=(id, secret))
            own = {"client_id": id}
            if client.method == "client_secret_post":
                own |= {"client_secret": secret}
            elif client.method == "private_key_jwt":
                signed = assertion(side, OTHER_KEY if wrong else KEY, {"iss": id, "sub": id, "jti": jti})
                own |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}
            return side.send("hydra_public", "POST", path, form={**fields, **own})

        return self.play(operation, send)

    @rule(client=clients)
    def get_client(self, client: Client) -> None:
        self.on_client("get_client", "GET", client)

    @rule(client=clients, variant=st.sampled_from(VARIANTS), whole=SOMETIMES)
    def set_client(self, client: Client, variant: dict[str, Any], whole: bool) -> None:
        method = variant.get("token_endpoint_auth_method", client.method)
        body = {**({} if whole else FULL), **variant, "token_endpoint_auth_method": method, "owner": self.mark}
        if method == client.method:  # for others the machine does not know how it proves itself
            self.on_client("set_client", "PUT", client, body=body)

    @rule(client=clients, patch=st.lists(st.sampled_from(PATCHES), max_size=2))
    def patch_client(self, client: Client, patch: list[dict[str, Any]]) -> None:
        self.on_client("patch_client", "PATCH", client, body=patch)

    @rule(
        client=clients,
        lifespans=st.dictionaries(
            st.sampled_from(
                [
                    "client_credentials_grant_access_token_lifespan",
                    "authorization_code_grant_id_token_lifespan",
                    "refresh_token_grant_refresh_token_lifespan",
                ]
            ),
            st.sampled_from(["90s", "1.5h", "250us", "-1h", "100ms", "", "nonsense", 5, None]),
            max_size=2,
        ),
    )
    def set_lifespans(self, client: Client, lifespans: dict[str, Any]) -> None:
        if "-1h" not in lifespans.values() and "250us" not in lifespans.values():
            self.on_client("set_client_lifespans", "PUT", client, "/lifespans", lifespans)

    @rule(client=clients, method=st.sampled_from(["POST", "DELETE"]))
    def rotate_secret(self, client: Client, method: str) -> None:
        self.on_client(f"{method} rotated secrets", method, client, "/secrets/rotate")

    @rule(client=consumes(clients))
    def delete_client(self, client: Client) -> None:
        for _ in range(2):
            self.on_client("delete_client", "DELETE", client)

    @rule(name=st.sampled_from([None, "", "Album"]), size=st.sampled_from([None, "500", "x"]))
    def list_clients(self, name: str | None, size: str | None) -> None:
        query = {"owner": self.mark, "client_name": name, "page_size": size}
        self.play(
            "list_clients",
            lambda side: side.send("hydra_admin", "GET", "/admin/clients", query=query),
            unordered=[""],
        )

    @rule(
        target=clients,
        body=st.sampled_from(
            [
                {"redirect_uris": [CALLBACK], "scope": SCOPE, "grant_types": GRANTS},
                {"token_endpoint_auth_method": "none"},
                {"metadata": {"a": 1}},
                {"skip_consent": True},
                {"access_token_strategy": "jwt"},
                {"client_secret": "a-secret-of-my-own"},
            ]
        ),
    )
    def register(self, body: dict[str, Any]) -> Any:
        body = {**body, "owner": self.mark}
        played = self.play("register", lambda side: side.send("hydra_public", "POST", "/oauth2/register", body=body))
        name = played.new("client", "client_id")
        if not name:
            return multiple()
        self._know_client(name, played)
        return Client(name, body.get("token_endpoint_auth_method", "client_secret_basic"))

    @rule(
        client=clients,
        method=st.sampled_from(["GET", "GET", "PUT", "DELETE"]),
        body=st.sampled_from([{"client_name": "Album"}, {"client_secret": "a-secret-of-my-own"}, {"metadata": {}}]),
        wrong=SOMETIMES,
    )
    def manage_registration(self, client: Client, method: str, body: dict[str, Any], wrong: bool) -> None:
        def send(side: Side) -> Answer:
            token = "nonsense" if wrong else side[f"registration token of {client.name}"]
            return side.send(
                "hydra_public",
                method,
                f"/oauth2/register/{side[client.name]}",
                body={**body, "owner": self.mark} if method == "PUT" else None,
                headers={"Authorization": f"Bearer {token}"},
            )

        if method != "PUT" or client.method == "client_secret_basic":
            played = self.play(f"{method} registration", send)
            if played.ok:
                self._know_client(client.name, played)

    # Keys, and what is public

    @rule(
        method=st.sampled_from(["GET", "POST", "DELETE"]),
        body=st.sampled_from(
            [
                {"alg": "ES256", "use": "sig", "kid": "one"},
                {"alg": "EdDSA", "use": "sig", "kid": "two"},
                {"alg": "ES512", "use": "enc", "kid": ""},
                {"alg": "HS256", "use": "sig", "kid": "one"},
                {"alg": "ES256"},
                {},
            ]
        ),
        kid=st.sampled_from(["", "", "/one", "/two"]),
    )
    def keys(self, method: str, body: dict[str, str], kid: str) -> None:
        path = f"/admin/keys/set-{self.mark}{'' if method == 'POST' else kid}"
        sent = body if method == "POST" else None
        self.play(f"{method} keys", lambda side: side.send("hydra_admin", method, path, body=sent))

    @rule(path=st.sampled_from(["/.well-known/openid-configuration", "/.well-known/jwks.json", "/userinfo"]))
    def what_is_public(self, path: str) -> None:
        self.play(f"GET {path}", lambda side: side.send("hydra_public", "GET", path), unordered=["keys"])
