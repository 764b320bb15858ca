"""People: the authorization code grant with PKCE, from the link to log in to the verified ID token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from ..caching import Clock
from ..client import Ory
from ..errors import ConfigurationError, InvalidRequest, OryError
from ..jwt import InvalidToken
from ..models.base import Json
from ..operation import checked_sequence
from .id_tokens import IdTokens
from .proving import ClientAuthentication, ClientProof, PrivateKey
from .servers import Server
from .token_set import TokenSet

_OWN: Final = frozenset(
    {
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "audience",
    }
)


class AuthorizationFailed(OryError):
    """The person came back without a usable code, or a device was refused."""

    error: str
    """A code of the RFCs, such as ``access_denied``; or ``state_mismatch``, ``wrong_issuer``, ``missing_code`` for a
    way back that belongs to no login begun here."""
    error_description: str | None


@attrs.frozen
class Transaction:
    """A login that has begun. Keep it where only this browser's next request finds it, such as in a sealed cookie."""

    state: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)
    code_verifier: str = attrs.field(repr=False)
    redirect_uri: str

    def to_dict(self) -> dict[str, Json]:
        """Everything as plain JSON, the secrets included; ``Transaction(**data)`` makes it again."""
        return attrs.asdict(self)


class AuthorizationCode:
    """Logs people in by the authorization code grant (RFC 6749, section 4.1) with PKCE, state and nonce.

        login = AuthorizationCode(ory, client_id="shop", client_secret="...", redirect_uri="https://shop/callback")
        url, transaction = await login.begin()       # send the browser to `url`, keep `transaction`
        tokens = await login.finish(transaction, request.url)
        tokens.subject, tokens.claims["email"]

    A public client has neither `client_secret` nor `private_key`; see `ClientCredentials` for these. Without the scope
    ``openid`` there is no ID token, with ``offline_access`` a refresh token. `audience` is whom access tokens are meant
    for. `leeway` is by how many seconds clocks may differ, `clock` gives the seconds since 1970. Needs the extra
    ``jwt``. Raises `ConfigurationError` for settings that make no sense.
    """

    def __init__(
        self,
        ory: Ory,
        *,
        client_id: str,
        client_secret: str | None = None,
        authentication: ClientAuthentication = "basic",
        private_key: PrivateKey | None = None,
        redirect_uri: str,
        scopes: Sequence[str] = ("openid",),
        audience: Sequence[str] = (),
        leeway: float = 30.0,
        clock: Clock = time.time,
    ) -> None:
        if not isinstance(redirect_uri, str) or not urlsplit(redirect_uri).scheme:
            raise ConfigurationError("redirect_uri must be a whole URL, as it is registered with the client")
        self.ory = ory
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self._server = Server(ory)
        self._client = ClientProof(self._server, client_id, client_secret, authentication, private_key, clock)
        self._scope = " ".join(checked_sequence("scopes", scopes) or ())
        self._audience = " ".join(checked_sequence("audience", audience) or ())
        self._wants_id_token = "openid" in scopes
        self._id_tokens = IdTokens(self._server, client_id, leeway, clock)
        self._clock = clock

    async def begin(self, /, **more: str) -> tuple[str, Transaction]:
        """Begin a login: the URL to send the browser to, and what `finish` needs when it comes back.

        `more` are further parameters of the request, such as ``prompt="login"``, ``login_hint="a@b.c"`` or
        ``max_age="300"`` (OpenID Connect Core 1.0, section 3.1.2.1).

        Raises `InvalidRequest` for a parameter that is set here, and the errors of any call: where the login page is
        has to be asked once.
        """
        if own := _OWN & more.keys():
            raise InvalidRequest(f"begin sets these itself: {', '.join(sorted(own))}")
        transaction = Transaction(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            code_verifier=secrets.token_urlsafe(48),
            redirect_uri=self.redirect_uri,
        )
        challenge = hashlib.sha256(transaction.code_verifier.encode()).digest()
        query = {
            "client_id": self._client.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self._scope,
            "state": transaction.state,
            "nonce": transaction.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
            "audience": self._audience,
            **more,
        }
        endpoint = (await self._server.metadata()).authorization_endpoint
        return f"{endpoint}?{urlencode({name: value for name, value in query.items() if value})}", transaction

    async def finish(self, transaction: Transaction, callback: str | Mapping[str, str]) -> TokenSet:
        """Finish a login: check the way back, trade the code for tokens, verify the ID token.

        `callback` is the URL that the browser came back to, or its parameters.

        Raises `AuthorizationFailed` when the person or the server refused, or the way back belongs to another login;
        `OAuth2Error` when the code is not good; `InvalidToken` when the ID token is not; and the errors of any call.

        https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
        """
        code = await self._code(transaction, _parameters(callback))
        answer = await self.ory.oauth2.oauth2_token_exchange(
            grant_type="authorization_code",
            code=code,
            redirect_uri=transaction.redirect_uri,
            code_verifier=transaction.code_verifier,
            **await self._client.proof(),
        )
        tokens = TokenSet.of(answer, self._clock())
        if tokens.id_token is None:
            if self._wants_id_token:
                raise InvalidToken("there is no ID token, though openid was asked for", reason="missing_claim")
            return tokens
        verified = await self._id_tokens.verify(
            tokens.id_token, nonce=transaction.nonce, access_token=tokens.access_token
        )
        return attrs.evolve(tokens, claims=verified.payload)

    async def refresh(self, tokens: TokenSet) -> TokenSet:
        """Trade the refresh token for new tokens; the old refresh token must not be used again.

        What the answer leaves out stays as it was. Raises `InvalidRequest` when there is no refresh token,
        `OAuth2Error` (``invalid_grant``) when it has ended: the person has to log in again.

        https://www.rfc-editor.org/rfc/rfc6749#section-6
        """
        if tokens.refresh_token is None:
            raise InvalidRequest("there is no refresh token; ask for the scope offline_access")
        answer = await self.ory.oauth2.oauth2_token_exchange(
            grant_type="refresh_token", refresh_token=tokens.refresh_token, **await self._client.proof()
        )
        new = TokenSet.of(answer, self._clock(), claims=tokens.claims)
        new = attrs.evolve(
            new,
            refresh_token=new.refresh_token or tokens.refresh_token,
            scopes=tokens.scopes if new.scopes is None else new.scopes,
            id_token=new.id_token or tokens.id_token,
        )
        if answer.id_token is None:
            return new
        verified = await self._id_tokens.verify(answer.id_token, access_token=new.access_token)
        if tokens.subject is not None and verified.subject != tokens.subject:
            raise InvalidToken("the new ID token is about somebody else", reason="wrong_claim")
        return attrs.evolve(new, claims=verified.payload)

    async def revoke(self, tokens: TokenSet) -> None:
        """Make the tokens worthless (RFC 7009): the refresh token, and with it the access tokens that came from it."""
        token = tokens.refresh_token or tokens.access_token
        await self.ory.oauth2.revoke_oauth2_token(token=token, **await self._client.proof())

    async def logout_url(
        self, tokens: TokenSet, *, post_logout_redirect_uri: str | None = None, state: str = ""
    ) -> str:
        """Where to send the browser to end the person's session at the server, too.

        `post_logout_redirect_uri` is where it comes back to, as it is registered with the client; `state` comes along.

        https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
        """
        endpoint = (await self._server.metadata()).end_session_endpoint
        if endpoint is None:
            raise InvalidRequest("the server has no endpoint for logging out")
        query = {
            "id_token_hint": tokens.id_token,
            "client_id": self._client.client_id,
            "post_logout_redirect_uri": post_logout_redirect_uri,
            "state": state,
        }
        return f"{endpoint}?{urlencode({name: value for name, value in query.items() if value})}"

    async def _code(self, transaction: Transaction, parameters: Mapping[str, str]) -> str:
        """The code that came back, where the way back is that of this login."""
        state = parameters.get("state", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(state, transaction.state.encode()):
            raise _failed("state_mismatch", "the way back belongs to another login")
        issuer = parameters.get("iss")  # RFC 9207
        if issuer is not None and issuer != (await self._server.metadata()).issuer:
            raise _failed("wrong_issuer", "the way back is from another server")
        if "error" in parameters:
            raise _failed(parameters["error"], parameters.get("error_description"))
        if not parameters.get("code"):
            raise _failed("missing_code", "there is neither a code nor an error in the way back")
        return parameters["code"]


def _parameters(callback: str | Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(callback, str):
        return callback
    try:
        return dict(parse_qsl(urlsplit(callback).query, keep_blank_values=True))
    except ValueError:
        raise InvalidRequest("callback must be the URL that the browser came back to, or its parameters") from None


def _failed(error: str, description: str | None) -> AuthorizationFailed:
    line = f"the authorization failed: {error}" + (f": {description}" if description else "")
    return AuthorizationFailed(" ".join(line.split())[:500], error=error, error_description=description)
