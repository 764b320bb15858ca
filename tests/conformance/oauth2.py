"""What the OAuth2 scenarios have in common: applications, and people with browsers who log in and consent."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import Key, KeySet

from ory_async import BasicAuth, Ory, Redirect, models, to_dict

from .support import Browser

CALLBACK = "https://app.example/callback"
GOODBYE = "https://app.example/goodbye"
SCOPE = "openid offline_access photos"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NewClient(Protocol):
    """Makes clients with these fields, for every grant if they do not say otherwise."""

    async def __call__(self, **fields: Any) -> models.OAuth2Client: ...


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def page_of(url: str) -> str:
    """The last part of a URL's path: of a page of the login application that is ``login``, ``consent`` or so."""
    return urlsplit(url).path.rpartition("/")[2]


def basic(client: models.OAuth2Client) -> BasicAuth:
    assert client.client_id
    assert client.client_secret
    return BasicAuth(client.client_id, client.client_secret)


def id_of(client: models.OAuth2Client) -> str:
    assert client.client_id
    return client.client_id


def signed(key: Key, **claims: Any) -> str:
    """A JWT that is good for a minute and has an id of its own."""
    now = int(time.time())
    header = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
    return jwt.encode(header, {"iat": now, "exp": now + 60, "jti": secrets.token_hex(8), **claims}, key)


async def verified(ory: Ory, token: str) -> jwt.Token:
    """A JWT of the server, its signature checked with the keys that the server publishes."""
    published = await ory.wellknown.discover_json_web_keys()
    token_of = jwt.decode(token, KeySet.import_key_set(to_dict(published)), algorithms=["RS256"])
    assert token_of.header["kid"] in {key.kid for key in published.keys or ()}
    return token_of


@dataclass
class Application:
    """What an application remembers from sending the browser away until the code comes back."""

    client: models.OAuth2Client
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_hex(8))
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def request(self, **changes: Any) -> dict[str, Any]:
        """The query of an authorization request, with PKCE."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": SCOPE,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }

    async def redeem(self, ory: Ory, way_back: str) -> models.OAuth2TokenExchange:
        """Trade the code that is in the URL which the browser came back with."""
        callback, _, _ = way_back.partition("?")
        answer = query_of(way_back)
        assert answer["state"] == self.state
        return await ory.oauth2.oauth2_token_exchange(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=callback,
            code_verifier=self.verifier,
            auth=basic(self.client),
        )


class Visitor(Browser):
    """Somebody in front of a browser, and the login application that says who that is.

    Its methods take the URL where the browser is and give the one where it is sent next.
    """

    def __init__(self, ory: Ory) -> None:
        super().__init__()
        self._ory = ory

    async def open(self, **query: Any) -> str:
        """Open the authorization endpoint."""
        return await self._sent(self._ory.oauth2.oauth2_authorize, query)

    async def open_device(self) -> str:
        """Open the page where the codes of devices are typed in."""
        return await self._sent(self._ory.oauth2.perform_oauth2_device_verification_flow, {})

    async def log_out(self, **query: Any) -> str:
        """Open the endpoint where logging out begins."""
        return await self._sent(self._ory.oidc.revoke_oidc_session, query)

    async def follow(self, url: str) -> str:
        """Open one of the endpoints of the server, as a redirect says."""
        endpoints: dict[str, Callable[..., Awaitable[Redirect | str]]] = {
            "/oauth2/auth": self._ory.oauth2.oauth2_authorize,
            "/oauth2/device/verify": self._ory.oauth2.perform_oauth2_device_verification_flow,
            "/oauth2/sessions/logout": self._ory.oidc.revoke_oidc_session,
        }
        return await self._sent(endpoints[urlsplit(url).path], query_of(url))

    async def _sent(self, endpoint: Callable[..., Awaitable[Redirect | str]], query: Mapping[str, Any]) -> str:
        redirect = await self(endpoint, cookie=self.cookie, **query)
        assert isinstance(redirect, Redirect)
        return redirect.location

    async def log_in(self, url: str, subject: str, **fields: Any) -> str:
        accepted = await self._ory.oauth2.accept_oauth2_login_request(
            models.AcceptOAuth2LoginRequest(subject=subject, **fields), login_challenge=challenge(url, "login")
        )
        return await self.follow(accepted.redirect_to)

    async def consent(self, url: str, grant_scope: Sequence[str] | None = None, **fields: Any) -> str:
        """Grant scopes, by default all that are asked for."""
        accepted = await self._ory.oauth2.accept_oauth2_consent_request(
            models.AcceptOAuth2ConsentRequest(grant_scope=list(grant_scope or SCOPE.split()), **fields),
            consent_challenge=challenge(url, "consent"),
        )
        return await self.follow(accepted.redirect_to)

    async def authorize(self, application: Application, subject: str, **changes: Any) -> str:
        """Go all the way, logging in and consenting to everything."""
        page = await self.open(**application.request(**changes))
        return await self.consent(await self.log_in(page, subject))


def challenge(url: str, page: str) -> str:
    """The challenge which a page of the login application was opened with."""
    assert page_of(url) == page, url
    return query_of(url)[f"{page}_challenge"]


async def tokens_of(ory: Ory, client: models.OAuth2Client, subject: str, **changes: Any) -> models.OAuth2TokenExchange:
    """The tokens of somebody who has just logged in to an application in a browser of their own."""
    application = Application(client)
    return await application.redeem(ory, await Visitor(ory).authorize(application, subject, **changes))


async def is_active(ory: Ory, token: str | None) -> bool:
    assert token
    return (await ory.oauth2.introspect_oauth2_token(token=token)).active
