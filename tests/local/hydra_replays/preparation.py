"""Makes what a recording of Hydra takes for granted: flows that browsers had begun, and what came of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from .assertions import Signer
from .clients import SECRET, fields_of
from .scenarios import Scenario
from .traces import Traces, traces_of
from .wire import TOKEN, claims_of, parameters_of

if TYPE_CHECKING:
    from .asking import HydraReplay

SOMEBODY = "alice"
VERIFIER = "a-verifier-that-no-request-of-the-recording-sends"
_SESSION = "ory_hydra_session_dev"
_KINDS = {"ory_at": "access_token", "ory_rt": "refresh_token"}
_STATE = "state-0123456789abcdef"


class Preparation:
    """Makes things from what the recording shows of them, with the browser of the replay."""

    def __init__(
        self, replay: HydraReplay, exchanges: list[dict[str, Any]], *, scenario: Scenario, signer: Signer
    ) -> None:
        self.replay = replay
        self.exchanges = exchanges
        self.early = scenario.early
        self.signer = signer
        self.answers = [str([each["response"]["headers"], each["response"]["body_text"]]) for each in exchanges]
        remembered = (each["response"]["body_text"] for each in exchanges)
        self.remembers_consent = any('"consent_request_id"' in text and '"skip":true' in text for text in remembered)

    async def begin(self) -> None:
        """Make the tokens and sessions that the recording does not show being given."""
        for index, exchange in enumerate(self.exchanges):
            cookie = session_in(exchange["request"])
            if self._is_taken_for_granted(cookie, index):
                await self._session(cookie, index)
            for token in tokens_in(exchange["request"]):
                if self._is_taken_for_granted(token, index):
                    await self._token(token, index, cookie)
            if index in self.early:
                await self.make(index)

    async def make(self, index: int) -> None:
        """Make what an exchange names: what the browser carries, and what clients sign."""
        request, query = self.exchanges[index]["request"], dict(self.exchanges[index]["request"]["query"])
        self._sign(request, self.exchanges[index]["response"])
        for page in ("login", "consent"):
            if self._is_new(challenge := query.get(f"{page}_challenge", "")):
                self._stands_for(challenge, await self._challenge(page, challenge, index), f"{page}_challenge")
            if self._is_new(verifier := query.get(f"{page}_verifier", "")):
                self._stands_for(verifier, await self._verifier(page, query), f"{page}_verifier")
        if self._is_new(code := fields_of(request).get("code", "")):
            self._stands_for(code, await self._code(code, index), "code")

    def _is_taken_for_granted(self, value: str, index: int) -> bool:
        """Whether no answer so far gave it."""
        return self._is_new(value) and not any(value in answer for answer in self.answers[:index])

    def _is_new(self, value: str) -> bool:
        return len(value) > 20 and value not in self.replay.known

    def _stands_for(self, recorded: str, given: Mapping[str, str], name: str) -> None:
        """Note what was made in place of the recorded one, if it could be made."""
        if name in given:
            self.replay.stands_for(recorded, given[name])

    # What a browser carries

    async def _challenge(self, page: str, challenge: str, index: int) -> dict[str, str]:
        """Begin the request for login or consent that a page asks about, or go where it was begun."""
        if page == "consent" and "login_verifier" in self.replay.pending:
            return await self._browse(self.replay.pending)
        shown = self._shown(challenge, index)
        if not shown.get("skip"):
            self._forget_session()
        at = await self._browse(shown.get("request_url") or self._usual_request())
        if page == "login":
            return at
        login = {name: shown[name] for name in ("subject", "acr", "amr", "context") if shown.get(name)}
        return await self._browse(await self._accept("login", at, {"subject": SOMEBODY, **login}))

    def _shown(self, challenge: str, index: int) -> dict[str, Any]:
        """Return what is shown of a request for login or consent, from here on; at least where it began."""
        found: dict[str, Any] = {}
        for exchange in self.exchanges[index:]:
            text = exchange["response"]["body_text"]
            if challenge in dict(exchange["request"]["query"]).values() and text.startswith("{"):
                found = {**json.loads(text), **found}
        began = re.sub(r"&\w+_verifier=[^&]*", "", found.get("redirect_to", ""))
        found["request_url"] = found.get("request_url") or began
        return {name: value for name, value in found.items() if value}

    def _usual_request(self) -> str:
        """Return a request of an application that is in the recording."""
        for exchange in self.exchanges:
            asked = {name: value for name, value in exchange["request"]["query"] if not name.endswith("_verifier")}
            if exchange["request"]["path_template"] == "/oauth2/auth" and "prompt" not in asked:
                return f"/oauth2/auth?{urlencode(asked)}"
        return "/oauth2/auth"

    async def _verifier(self, page: str, query: Mapping[str, str]) -> dict[str, str]:
        """Go through login, and consent if asked to, up to where the browser carries the verifier."""
        asked = {name: value for name, value in query.items() if not name.endswith("_verifier")}
        self._forget_session()
        url = await self._accept("login", await self._browse(f"/oauth2/auth?{urlencode(asked)}"), {"subject": SOMEBODY})
        if page == "consent":
            granted = {"grant_scope": asked.get("scope", "").split()}
            url = await self._accept("consent", await self._browse(url), granted)
        return parameters_of(url)

    async def _code(self, code: str, index: int) -> dict[str, str]:
        if "consent_verifier" in self.replay.pending:
            return await self._browse(self.replay.pending)
        exchange = self.exchanges[index]
        self._forget_session()
        verifier = fields_of(exchange["request"]).get("code_verifier", "")
        if "PKCE" in exchange["response"]["body_text"]:
            verifier = VERIFIER
        uri = fields_of(exchange["request"]).get("redirect_uri", "")
        return await self._sign_in(traces_of(code, self.exchanges[index:]), verifier=verifier, redirect_uri=uri)

    def _forget_session(self) -> None:
        self.replay.jar.pop(_SESSION, None)

    # Tokens, and browsers that remember somebody

    async def _session(self, cookie: str, index: int) -> None:
        """Log somebody in who is remembered, the one whom the request hints at if it does."""
        hints = (
            each for each in tokens_in(self.exchanges[index]["request"]) if self._is_taken_for_granted(each, index)
        )
        hint = next(hints, "")
        traces = traces_of(hint or cookie, self.exchanges[index:])
        if not traces.subject:
            asked = (dict(each["request"]["query"]).get("subject") for each in self.exchanges)
            shown = (each["response"]["body_text"] for each in self.exchanges[index:])
            found = (json.loads(text).get("subject") for text in shown if text.startswith("{"))
            traces.subject = next((subject for subject in (*found, *asked) if subject), "")
        self._forget_session()
        given = await self._redeem(traces, await self._sign_in(traces, remember=True, verifier=VERIFIER))
        self.replay.known[cookie] = f"{_SESSION}={self.replay.jar.get(_SESSION, '')}"
        if hint:
            self._stands_for(hint, given, "id_token")

    async def _token(self, token: str, index: int, cookie: str) -> None:
        """Make a token with whatever else its grant gave, in the session of the browser that has one."""
        request, response = self.exchanges[index]["request"], self.exchanges[index]["response"]
        if request["path_template"].startswith("/oauth2/register/"):
            client = self.replay.local.hydra.state.clients.get(request["path_params"]["id"])
            if client and response["status"] != 401:
                self.replay.stands_for(token, client.registration_token)
            return
        if '"active":false' in response["body_text"]:
            self.replay.stands_for(token, token)  # nothing tells what it was, if it was one
            return
        traces, claims = traces_of(token, self.exchanges[index:]), claims_of(token)
        self._forget_session()
        if cookie in self.replay.known:
            self.replay.jar[_SESSION] = self.replay.known[cookie].partition("=")[2]
        given = await self._redeem(traces, await self._sign_in(traces, remember=bool(cookie), verifier=VERIFIER))
        kind = "access_token" if "client_id" in claims else "id_token"
        if not claims or claims.get("iss") == self.replay.local.issuer:
            self._stands_for(token, given, _KINDS.get(token[:6], kind))

    async def _redeem(self, traces: Traces, at: Mapping[str, str]) -> dict[str, str]:
        client = self.replay.local.hydra.state.clients.get(traces.client_id)
        if client is None or "code" not in at:
            return {}
        form = {"grant_type": "authorization_code", "code": at["code"], "redirect_uri": client.redirect_uris[0]}
        form["code_verifier"] = VERIFIER
        headers = {}
        if client.auth_method == "client_secret_basic":
            headers["Authorization"] = f"Basic {base64.b64encode(f'{client.id}:{SECRET}'.encode()).decode()}"
        else:
            form |= {"client_id": client.id, **({} if client.is_public else {"client_secret": SECRET})}
        url = f"{self.replay.local.urls['hydra_public']}/oauth2/token"
        _, _, text = await self.replay.send("POST", url, data=form, headers=headers)
        given: dict[str, str] = json.loads(text)
        return given

    async def _sign_in(
        self, traces: Traces, *, remember: bool = False, verifier: str = "", redirect_uri: str = ""
    ) -> dict[str, str]:
        """Go all the way of a browser; return what the application is told."""
        traces.client_id = traces.client_id or next(iter(self.replay.local.hydra.state.clients), "")
        client = self.replay.local.hydra.state.clients.get(traces.client_id)
        if client is None:
            return {}
        query = {"client_id": client.id, "response_type": "code", "state": _STATE, "scope": traces.scope}
        query["redirect_uri"] = redirect_uri or client.redirect_uris[0]
        query |= {"audience": " ".join(traces.audience), "nonce": traces.nonce}
        if verifier:
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
            query |= {"code_challenge": digest.rstrip(b"=").decode(), "code_challenge_method": "S256"}
        login = {"subject": traces.subject or SOMEBODY, "remember": remember, **traces.login}
        consent = {
            "grant_scope": traces.scope.split(),
            "grant_access_token_audience": traces.audience,
            "remember": remember and self.remembers_consent,
            "session": {"id_token": traces.id_claims, "access_token": traces.access_claims},
        }
        asked = {name: value for name, value in query.items() if value}
        url = await self._accept("login", await self._browse(f"/oauth2/auth?{urlencode(asked)}"), login)
        return await self._browse(await self._accept("consent", await self._browse(url), consent))

    # The steps of a browser and of the pages

    async def _browse(self, url: str) -> dict[str, str]:
        """Open a URL with the cookies of the browser; return the parameters of where it is sent."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.replay.jar.items())
        url = self.replay.local.urls["hydra_public"] + urlsplit(url)._replace(scheme="", netloc="").geturl()
        _, headers, _ = await self.replay.send("GET", url, headers={"Cookie": cookies})
        return parameters_of(dict(headers).get("Location", ""))

    async def _accept(self, page: str, at: Mapping[str, str], body: dict[str, Any]) -> str:
        url = f"{self.replay.local.urls['hydra_admin']}/admin/oauth2/auth/requests/{page}/accept"
        challenge = quote(at.get(f"{page}_challenge", ""), safe="")
        _, _, text = await self.replay.send("PUT", f"{url}?{page}_challenge={challenge}", json=body)
        return str(json.loads(text).get("redirect_to", ""))

    # What clients sign

    def _sign(self, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Sign the assertion or proof of a request again, if it is one."""
        assertion, body = fields_of(request).get("client_assertion", ""), request["body"]
        proof = (body.get("proof") or {}).get("jwt", "") if isinstance(body, dict) else ""
        if claims_of(assertion) and self._is_new(assertion):
            self.replay.stands_for(assertion, self.signer.assertion(assertion, answer))
        if claims_of(proof) and self._is_new(proof):
            self.replay.stands_for(proof, self.signer.proof(proof, self.replay.known))


def session_in(request: Mapping[str, Any]) -> str:
    """The cookie of a request by which a browser is remembered, empty when it has none."""
    cookies = "; ".join(value for name, value in request["headers"] if name == "Cookie").split("; ")
    return next((cookie for cookie in cookies if cookie.startswith(_SESSION)), "")


def tokens_in(request: Mapping[str, Any]) -> list[str]:
    """The tokens that a request names, but for what its client signed."""
    fields = {name: value for name, value in fields_of(request).items() if "assertion" not in name}
    query = [value for name, value in request["query"] if name != "request"]
    return list(dict.fromkeys(TOKEN.findall(json.dumps([request["headers"], query, fields]))))
