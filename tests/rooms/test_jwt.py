"""JWTs verified here: whose signature counts, what the claims must say, and how often keys are fetched."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

import attrs
import pytest
from blockbuster import blockbuster_ctx
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from ory_async import errors, models
from ory_async.jwt import ALGORITHMS, InvalidToken, JWTVerifier, KeySet
from tests.support.stub_transport import StubTransport, client_of, reply

NOW = 1_800_000_000.0
ISSUER, AUDIENCE = "https://auth.example.com", "https://api.example.com"
CLAIMS = {"iss": ISSUER, "aud": [AUDIENCE], "sub": "alice", "exp": NOW + 60, "iat": NOW - 5, "scp": ["read", "write"]}

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
KEYS: dict[str, Key] = {
    "RS": RSA,
    "PS": RSA,
    "ES256": ECKey.generate_key("P-256", {"kid": "ec-256"}),
    "ES384": ECKey.generate_key("P-384", {"kid": "ec-384"}),
    "ES512": ECKey.generate_key("P-521", {"kid": "ec-512"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}


def key_of(algorithm: str) -> Key:
    return KEYS.get(algorithm) or KEYS[algorithm[:2]]


def public(*keys: Key) -> dict[str, Any]:
    return {"keys": [cast("dict[str, Any]", key.as_dict(private=False)) for key in keys]}


def part(document: object) -> str:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(claims: object, algorithm: str = "RS256", key: Key | None = None, **header: Any) -> str:
    """A token as a server signs it; `header` replaces members of its header, None takes one away."""
    key = key or key_of(algorithm)
    members = {"alg": algorithm, "kid": key.kid, "typ": "JWT", **header}
    text = f"{part({name: value for name, value in members.items() if value is not None})}.{part(claims)}"
    return f"{text}.{part(JWSRegistry.algorithms[algorithm].sign(text.encode(), key))}"


def verifier_of(jwks: Any = None, **settings: Any) -> JWTVerifier[Any]:
    given: dict[str, Any] = {"issuer": ISSUER, "audience": AUDIENCE, "clock": lambda: NOW, **settings}
    return JWTVerifier(jwks or public(*KEYS.values()), **given)


async def reason_of(token: Any, verifier: JWTVerifier[Any] | None = None, **more: Any) -> str:
    with pytest.raises(InvalidToken) as invalid:
        await (verifier or verifier_of()).verify(token, **more)
    assert not token or str(token) not in repr(invalid.value)
    return invalid.value.reason


# signatures


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_every_algorithm(algorithm: str) -> None:
    token = await verifier_of().verify(signed(CLAIMS, algorithm))
    assert (token.subject, token.audience, token.scopes) == ("alice", {AUDIENCE}, {"read", "write"})
    assert token.claims == token.payload == CLAIMS
    another = signed({**CLAIMS, "sub": "mallory"}, algorithm)
    forged = ".".join([*another.split(".")[:2], signed(CLAIMS, algorithm).split(".")[2]])
    assert await reason_of(forged) == "bad_signature"


async def test_tricks_with_algorithms() -> None:
    shared = OctKey.generate_key(256, {"kid": "oct"})
    verifier = verifier_of({"keys": [*public(RSA, KEYS["ES256"])["keys"], shared.as_dict()]})

    def by_secret(secret: bytes, kid: str) -> str:
        text = f"{part({'alg': 'HS256', 'kid': kid})}.{part(CLAIMS)}"
        return f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256'))}"

    for secret, kid in ((RSA.as_pem(private=False), "rsa"), (shared.get_op_key("sign"), "oct")):
        assert await reason_of(by_secret(secret, kid), verifier) == "algorithm_not_allowed"
    unsigned = f"{part({'alg': 'none', 'kid': 'rsa'})}.{part(CLAIMS)}"
    assert await reason_of(f"{unsigned}.", verifier) == "malformed"
    assert await reason_of(f"{unsigned}.{part(b'x')}", verifier) == "algorithm_not_allowed"
    assert await reason_of(signed(CLAIMS, "ES256", kid="rsa"), verifier) == "bad_signature"
    assert await reason_of(signed(CLAIMS, "RS256", kid="oct"), verifier) == "unknown_key"


@pytest.mark.parametrize("algorithms", [["none"], ["HS256"], ["RS256", "HS512"], [], "RS256", ["rs256"]])
def test_unsafe_algorithms_cannot_be_allowed(algorithms: Any) -> None:
    with pytest.raises(errors.ConfigurationError):
        verifier_of(algorithms=algorithms)


async def test_only_allowed_algorithms_count() -> None:
    verifier = verifier_of(algorithms=["ES256"])
    assert (await verifier.verify(signed(CLAIMS, "ES256"))).subject == "alice"
    assert await reason_of(signed(CLAIMS, "RS256"), verifier) == "algorithm_not_allowed"


async def test_a_key_is_used_as_it_says() -> None:
    for members, algorithm in (({"alg": "RS512"}, "RS256"), ({"use": "enc"}, "RS256"), ({"alg": "PS256"}, "RS256")):
        [entry] = public(RSA)["keys"]
        assert await reason_of(signed(CLAIMS, algorithm), verifier_of({"keys": [{**entry, **members}]})) == (
            "bad_signature"
        )


async def test_a_token_without_a_key_id_is_tried_with_every_key() -> None:
    for algorithm in ALGORITHMS:
        assert (await verifier_of().verify(signed(CLAIMS, algorithm, kid=None))).subject == "alice"
    stranger = RSAKey.generate_key(2048)
    assert await reason_of(signed(CLAIMS, "RS256", stranger, kid=None)) == "bad_signature"
    assert await reason_of(signed(CLAIMS, "RS256", stranger, kid="rsa")) == "bad_signature"


async def test_keys_that_are_not_known_here_do_no_harm() -> None:
    odd = [
        {"kty": "AKP", "alg": "ML-DSA-65", "kid": "rsa", "pub": "x"},
        {"kty": "EC", "crv": "P-999", "kid": "odd", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "empty"},
        {"kid": "nothing"},
        {"kty": "RSA", "kid": "bad", "n": "!!", "e": "AQAB"},
        "no key",
        None,
    ]
    verifier = verifier_of({"keys": [*odd, *public(RSA)["keys"]]})
    assert (await verifier.verify(signed(CLAIMS))).subject == "alice"
    assert await reason_of(signed(CLAIMS, kid="odd"), verifier) == "unknown_key"


async def test_nothing_blocks_the_loop() -> None:
    source = Source(*KEYS.values())
    verifier = verifier_of(source)
    with blockbuster_ctx():
        for algorithm in ALGORITHMS:
            await verifier.verify(signed(CLAIMS, algorithm))
    assert source.asked == 1


# what is no token


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c.d",
        "ory_st_token",
        "....",
        "é.é.é",
        "\udcff.a.a",
        f"{part(b'no json')}.{part(CLAIMS)}.AA",
        f"{part([])}.{part(CLAIMS)}.AA",
        f"{part({'alg': 1})}.{part(CLAIMS)}.AA",
        f"{part({'alg': 'RS256', 'kid': ['rsa']})}.{part(CLAIMS)}.AA",
        f"{part({'alg': 'RS256', 'kid': 'rsa', 'crit': ['b64'], 'b64': False})}.{part(CLAIMS)}.AA",
        f"{part(b'[' * 100_000)}.{part(CLAIMS)}.AA",
        "A.AAAAA.AAAAA",
        None,
        b"a.b.c",
    ],
    ids=lambda token: repr(token)[:30],
)
async def test_what_is_no_token_is_said_to_be_none(token: Any) -> None:
    assert await reason_of(token) == "malformed"


@pytest.mark.parametrize(
    "payload",
    [b"[]", b"null", b"no json", b'{"exp": NaN}', b"[" * 100_000, b"\xff"],
    ids=lambda payload: repr(payload)[:20],
)
async def test_claims_that_are_none(payload: bytes) -> None:
    assert await reason_of(signed(payload)) == "malformed"


# claims


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": NOW - 31}, "expired"),
        ({"exp": NOW - 30}, "expired"),
        ({"exp": -1}, "expired"),
        ({"exp": None}, "missing_claim"),
        ({"exp": True}, "malformed"),
        ({"exp": "tomorrow"}, "malformed"),
        ({"exp": 10**400}, "malformed"),
        ({"nbf": NOW + 31}, "not_yet_valid"),
        ({"iat": NOW + 31}, "not_yet_valid"),
        ({"nbf": {}}, "malformed"),
        ({"iss": "https://evil.example.com"}, "wrong_issuer"),
        ({"iss": None}, "wrong_issuer"),
        ({"iss": [ISSUER]}, "wrong_issuer"),
        ({"iss": ISSUER + "/"}, "wrong_issuer"),
        ({"aud": []}, "wrong_audience"),
        ({"aud": None}, "wrong_audience"),
        ({"aud": ["https://other.example.com"]}, "wrong_audience"),
        ({"aud": {AUDIENCE: 1}}, "wrong_audience"),
    ],
    ids=repr,
)
async def test_claims_that_do_not_do(changes: dict[str, Any], reason: str) -> None:
    assert await reason_of(signed({**CLAIMS, **changes})) == reason


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 29},
        {"exp": NOW + 0.5},
        {"nbf": NOW + 29},
        {"iat": NOW + 29},
        {"aud": AUDIENCE},
        {"aud": ["x", AUDIENCE]},
    ],
    ids=repr,
)
async def test_claims_that_do(changes: dict[str, Any]) -> None:
    assert (await verifier_of().verify(signed({**CLAIMS, **changes}))).subject == "alice"


async def test_several_issuers_and_audiences_or_none() -> None:
    several = verifier_of(issuer=["a", ISSUER], audience=["b", AUDIENCE])
    assert (await several.verify(signed(CLAIMS))).subject == "alice"
    unchecked = verifier_of(issuer=None, audience=None)
    assert (await unchecked.verify(signed({"exp": NOW + 1}))).subject is None


async def test_required_claims() -> None:
    verifier = verifier_of(required=["iat", "sid"])
    logout = {name: value for name, value in CLAIMS.items() if name != "exp"} | {"sid": "1"}
    assert (await verifier.verify(signed(logout))).payload["sid"] == "1"
    assert await reason_of(signed(CLAIMS), verifier) == "missing_claim"


@pytest.mark.parametrize("settings", [{"issuer": ""}, {"audience": []}, {"audience": [1]}, {"issuer": [""]}], ids=repr)
def test_settings_are_checked(settings: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        verifier_of(**settings)


@pytest.mark.parametrize("settings", [{"cooldown": 0}, {"lifetime": -1}], ids=repr)
def test_settings_of_the_keys_are_checked(settings: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        KeySet(public(RSA), **settings)


@attrs.define
class MyClaims:
    sub: str
    scp: list[str]


@dataclass
class OtherClaims:
    sub: str
    tenant: str = "none"


class DictClaims(TypedDict):
    sub: str


async def test_claims_as_an_object_of_ones_own_class() -> None:
    keys = KeySet(public(RSA))
    text = signed(CLAIMS)
    given: dict[str, Any] = {"issuer": ISSUER, "audience": AUDIENCE, "clock": lambda: NOW}
    assert (await JWTVerifier(keys, claims=MyClaims, **given).verify(text)).claims == MyClaims(
        "alice", ["read", "write"]
    )
    assert (await JWTVerifier(keys, claims=OtherClaims, **given).verify(text)).claims == OtherClaims("alice")
    assert (await JWTVerifier(keys, claims=DictClaims, **given).verify(text)).claims["sub"] == "alice"
    misfit = signed({name: value for name, value in CLAIMS.items() if name != "scp"})
    assert await reason_of(misfit, JWTVerifier(keys, claims=MyClaims, **given)) == "wrong_claim"


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "a b"}, ["a", "b"]),
        ({"scp": "a b"}, ["a", "b"]),
        ({"scp": ["a"], "scope": "b"}, ["a", "b"]),
        ({"scp": [1, "a"], "scope": ["b"]}, ["a"]),
        ({"scp": None}, []),
    ],
    ids=repr,
)
async def test_scopes_however_they_are_written(claims: dict[str, Any], scopes: list[str]) -> None:
    token = await verifier_of(issuer=None, audience=None).verify(signed({"exp": NOW + 1, **claims}))
    assert sorted(token.scopes) == scopes


async def test_an_id_token_belongs_to_its_login_and_access_token() -> None:
    def half(text: str, name: str) -> str:
        digest = hashlib.new(name, text.encode()).digest()
        return part(digest[: len(digest) // 2])

    for algorithm, name in (("RS256", "sha256"), ("ES384", "sha384"), ("PS512", "sha512"), ("EdDSA", "sha512")):
        token = signed({**CLAIMS, "nonce": "n-1", "at_hash": half("access", name)}, algorithm)
        assert (await verifier_of().verify(token, nonce="n-1", access_token="access")).subject == "alice"
        assert await reason_of(token, access_token="another") == "wrong_claim"
        assert await reason_of(token, nonce="n-2") == "wrong_claim"
    assert await reason_of(signed(CLAIMS), nonce="n-1") == "wrong_claim"
    assert await reason_of(signed({**CLAIMS, "nonce": 7, "at_hash": 7}), access_token="x") == "wrong_claim"
    assert (await verifier_of().verify(signed(CLAIMS), access_token="access")).subject == "alice"


def test_the_error_pickles() -> None:
    error = InvalidToken("the token has expired", reason="expired")
    again = pickle.loads(pickle.dumps(error))
    assert (again, again.reason) == (error, "expired")
    assert isinstance(error, errors.OryError)


# keys


class Source:
    """Gives keys, and counts how often it is asked; a script of errors comes first."""

    def __init__(self, *keys: Key, fails: list[Exception] | None = None) -> None:
        self.keys = list(keys)
        self.fails = fails or []
        self.asked = 0

    async def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails.pop(0)
        return public(*self.keys)


class Now:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_flood_of_unknown_keys_makes_one_request_a_cooldown() -> None:
    source, now = Source(RSA), Now()
    verifier = verifier_of(KeySet(source, cooldown=30, clock=now))
    rest = signed(CLAIMS).partition(".")[2]
    tokens = [f"{part({'alg': 'RS256', 'kid': f'random-{number}'})}.{rest}" for number in range(10_000)]
    for rounds in (1, 2, 3):
        outcomes = await asyncio.gather(*(verifier.verify(token) for token in tokens), return_exceptions=True)
        assert [getattr(outcome, "reason", None) for outcome in outcomes] == ["unknown_key"] * 10_000
        assert source.asked == rounds
        assert (await verifier.verify(signed(CLAIMS))).subject == "alice"
        now.seconds += 29
        assert await reason_of(tokens[0], verifier) == "unknown_key"
        assert source.asked == rounds
        now.seconds += 1


async def test_a_new_key_is_found_after_the_cooldown() -> None:
    new = RSAKey.generate_key(2048, {"kid": "new"})
    source, now = Source(RSA), Now()
    verifier = verifier_of(KeySet(source, cooldown=30, clock=now))
    await verifier.verify(signed(CLAIMS))
    source.keys.append(new)
    assert await reason_of(signed(CLAIMS, key=new), verifier) == "unknown_key"
    now.seconds += 30
    both = [verifier.verify(signed(CLAIMS, key=key)) for key in (new, RSA, new)]
    assert [token.subject for token in await asyncio.gather(*both)] == ["alice"] * 3
    assert source.asked == 2


async def test_a_key_taken_away_is_noticed_after_the_lifetime() -> None:
    source, now = Source(RSA, KEYS["ES256"]), Now()
    verifier = verifier_of(KeySet(source, lifetime=600, clock=now))
    await verifier.verify(signed(CLAIMS))
    source.keys.remove(RSA)
    now.seconds += 599
    await verifier.verify(signed(CLAIMS))
    now.seconds += 1
    assert await reason_of(signed(CLAIMS), verifier) == "unknown_key"
    assert source.asked == 2


async def test_keys_are_used_further_while_they_cannot_be_fetched_anew(caplog: pytest.LogCaptureFixture) -> None:
    source, now = Source(RSA), Now()
    verifier = verifier_of(KeySet(source, lifetime=600, cooldown=30, clock=now))
    await verifier.verify(signed(CLAIMS))
    source.fails = [errors.ConnectError("refused"), errors.ConnectError("refused"), errors.ConnectError("refused")]
    now.seconds += 600
    for _ in range(5):
        assert (await verifier.verify(signed(CLAIMS))).subject == "alice"
    assert source.asked == 2
    assert "could not be fetched anew" in caplog.text
    now.seconds += 30
    with pytest.raises(errors.ConnectError):
        await verifier.verify(signed(CLAIMS, kid="new"))
    assert (await verifier.verify(signed(CLAIMS))).subject == "alice"
    assert source.asked == 3


async def test_without_keys_the_error_shows_and_the_next_call_tries_again() -> None:
    source = Source(RSA, fails=[errors.ConnectError("refused")])
    verifier = verifier_of(source)
    waiting = [verifier.verify(signed(CLAIMS)) for _ in range(10)]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [errors.ConnectError] * 10
    assert source.asked == 1
    assert (await verifier.verify(signed(CLAIMS))).subject == "alice"


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {}}, {"jwks": {}}, []], ids=repr)
async def test_what_is_no_set_of_keys(document: Any) -> None:
    async def source() -> Any:
        return document

    with pytest.raises(errors.DecodeError):
        await verifier_of(source).verify(signed(CLAIMS))
    if isinstance(document, dict) and document:
        with pytest.raises(errors.DecodeError):
            KeySet(document)


async def test_keys_of_the_services() -> None:
    entries = public(RSA)
    ory = client_of(StubTransport(reply(entries)))
    assert (await verifier_of(ory.wellknown.discover_json_web_keys).verify(signed(CLAIMS))).subject == "alice"
    derived = models.GetJWKSResponse(
        jwks=models.GetJWKSResponseJwks(
            keys=[models.GetJWKSResponseJwksKeysInner(kid="rsa", kty="RSA", n=entries["keys"][0]["n"], e="AQAB")]
        )
    )
    assert (await verifier_of(derived).verify(signed(CLAIMS))).subject == "alice"
