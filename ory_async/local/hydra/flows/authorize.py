"""The authorization endpoint: from the client over login and consent back to the client (RFC 6749 section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from ..grants import AuthorizationCode, Grant, new_token
from ..http import parameters
from ..problems import (
    HydraProblem,
    StoreProblem,
    invalid_client,
    invalid_grant,
    invalid_request,
    unrecognizable,
    unsupported_response_type,
)
from ..registry import Registry
from ..requests import Flow
from ..scopes import words
from ..state import Client
from ..tokens.issuing import MIN_NONCE_LENGTH, Issuer, insufficient_entropy
from ..tokens.pkce import check_challenge
from .authorize_request import AuthorizeRequest
from .browser import browser
from .consent import Consent
from .login import Login
from .oidc import check_prompt, hinted_claims
from .pages import Pages, found
from .request_object import with_request_object


@dataclass
class Authorize:
    """Handles /oauth2/auth."""

    registry: Registry
    pages: Pages
    login: Login
    consent: Consent
    issuer: Issuer

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/oauth2/auth", browser(self._authorize)), web.post("/oauth2/auth", browser(self._authorize))]

    async def _authorize(self, request: web.Request) -> web.Response:
        asked: AuthorizeRequest | None = None
        try:
            form = await parameters(request)
            asked = AuthorizeRequest(form=form, client=self._client(form))
            asked.form = with_request_object(form, asked.client, self.registry.clock.now().timestamp())
            asked.check()
            return await self._step(request, asked)
        except HydraProblem as raised:
            problem = unrecognizable() if isinstance(raised, StoreProblem) else raised
            if asked and asked.redirect_uri:
                return asked.refusal(problem)
            return found(request, self.pages.error(problem))

    def _client(self, form: Mapping[str, str]) -> Client:
        client = self.registry.store.clients.get(form.get("client_id", ""))
        if client is None:
            raise invalid_client("The requested OAuth 2.0 Client does not exist.")
        return client

    async def _step(self, request: web.Request, asked: AuthorizeRequest) -> web.Response:
        if verifier := asked.form.get("login_verifier", "").strip():
            flow = await self.login.verify(request, asked, verifier)
            return self.consent.ask(request, asked, flow)
        if verifier := asked.form.get("consent_verifier", "").strip():
            flow = self.consent.verify(request, request.query.get("client_id", ""), verifier)
            return asked.answer(await self._issue(asked, flow))
        return await self.login.ask(request, asked, await self._new_flow(request, asked))

    async def _new_flow(self, request: web.Request, asked: AuthorizeRequest) -> Flow:
        form, hint = asked.form, asked.form.get("id_token_hint", "")
        context = {
            "acr_values": words(form.get("acr_values", "")),
            "ui_locales": words(form.get("ui_locales", "")),
            "display": form.get("display", ""),
            "id_token_hint_claims": await hinted_claims(self.registry, hint) if hint else None,
            "login_hint": form.get("login_hint", ""),
        }
        query = request.rel_url.raw_query_string
        return Flow(
            request_url=self.registry.url("/oauth2/auth") + (f"?{query}" if query else ""),
            requested_at=self.registry.clock.now(),
            client=asked.client.snapshot(),
            scopes=asked.scopes,
            audience=asked.audience,
            oidc_context={name: value for name, value in context.items() if value},
        )

    async def _issue(self, asked: AuthorizeRequest, flow: Flow) -> dict[str, str]:
        """Return the parameters of the way back: what the response types ask for and the user has granted."""
        grant = self.issuer.grant_of(flow, asked.client, nonce=asked.form.get("nonce", ""))
        await self._check(asked, flow, grant)
        answer = {"state": asked.state}
        types = asked.response_types
        if "code" in types:
            answer["code"] = self._code(asked, grant)
        if types == {"code"} or "token" in types:
            answer["scope"] = " ".join(grant.scopes)
        if "token" in types:
            token = await self.issuer.access_token(asked.client, grant, "implicit")
            expires_in = str(self.issuer.expires_in(token))
            answer.update(access_token=token.value, expires_in=expires_in, token_type="bearer")
        if "id_token" in types and grant.is_openid:
            hashed = {"access_token": answer.get("access_token", ""), "code": answer.get("code", "")}
            answer["id_token"] = await self.issuer.id_token(asked.client, grant, "implicit", **hashed)
        return answer

    def _code(self, asked: AuthorizeRequest, grant: Grant) -> str:
        code, method = new_token("code"), asked.form.get("code_challenge_method", "")
        self.registry.grants.codes[code] = AuthorizationCode(
            grant=grant,
            redirect_uri=asked.form.get("redirect_uri", ""),
            challenge=asked.form.get("code_challenge") or ("" if method else None),
            expires_at=self.registry.clock.now() + self.registry.options.authorization_code_lifespan,
        )
        return code

    async def _check(self, asked: AuthorizeRequest, flow: Flow, grant: Grant) -> None:
        """Check what is left to check once the user has agreed. Raises Problem."""
        types, client, nonce = asked.response_types, asked.client, asked.form.get("nonce", "")
        if not types <= {"code", "token", "id_token"} or (types == {"id_token"} and not grant.is_openid):
            raise unsupported_response_type()
        if types != {"code"} and "code" in types and "authorization_code" not in client.grant_types:
            raise _unusable_grant("authorization_code")
        is_implicit = "token" in types or types == {"id_token"}
        if is_implicit and "implicit" not in client.grant_types:
            raise _unusable_grant("implicit")
        if "id_token" in types and not nonce:
            flow_name = "Hybrid" if "code" in types else "Implicit"
            raise invalid_request(f"Parameter 'nonce' must be set when using the OpenID Connect {flow_name} Flow.")
        if 0 < len(nonce) < MIN_NONCE_LENGTH and types != {"code"}:
            raise insufficient_entropy()
        if "code" in types:
            check_challenge(self.registry.options, client, asked.form)
        if grant.is_openid:
            subject = str(grant.claims["sub"])
            authenticated_at = flow.authenticated_at or flow.requested_at
            await check_prompt(
                self.registry, asked, subject, authenticated_at=authenticated_at, requested_at=flow.requested_at
            )


def _unusable_grant(grant_type: str) -> HydraProblem:
    return invalid_grant(f"The OAuth 2.0 Client is not allowed to use the authorization grant '{grant_type}'.")
