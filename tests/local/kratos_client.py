from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from ory_async.local import LocalOry

PASSWORD = "corr3ct-h0rse-battery"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.body["error"]
        return error

    @property
    def message_ids(self) -> list[int]:
        return [message["id"] for message in self.body["ui"].get("messages", [])]

    def node(self, name: str, type: str | None = None) -> dict[str, Any]:
        nodes = self.body["ui"]["nodes"]
        [node, *_] = [
            node
            for node in nodes
            if node["attributes"].get("name", node["attributes"].get("id")) == name
            and type in (None, node["attributes"].get("type"))
        ]
        return dict(node)


class Client:
    """A plain HTTP client of the local Ory; one with cookies is a browser that reads JSON."""

    def __init__(self, local: LocalOry, session: aiohttp.ClientSession, *, is_browser: bool) -> None:
        self.local = local
        self.session = session
        self.is_browser = is_browser

    async def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> Answer:
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        if token := options.pop("token", None):
            headers["X-Session-Token"] = token
        if json is not None:
            options["json"] = json
        url = path if path.startswith("http") else self.local.url + path
        async with self.session.request(method, url, headers=headers, allow_redirects=False, **options) as response:
            is_json = response.content_type == "application/json" and await response.read()
            body = await response.json() if is_json else await response.text()
            return Answer(response.status, response.headers.copy(), body)

    async def create_identity(self, email: str, **fields: Any) -> dict[str, Any]:
        credentials = {"password": {"config": {"password": PASSWORD}}}
        body = {"traits": {"email": email}, "credentials": credentials, **fields}
        answer = await self("POST", "/admin/identities", body)
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def start(self, kind: str, **options: Any) -> Answer:
        """Create a flow and return the answer with it."""
        answer = await self("GET", f"/self-service/{kind}/{'browser' if self.is_browser else 'api'}", **options)
        assert answer.status == 200, answer.body
        return answer

    async def submit(self, flow: Answer | str, kind: str, **fields: Any) -> Answer:
        """Submit a flow; a browser sends its anti-CSRF token along."""
        if isinstance(flow, str):
            flow = await self("GET", f"/self-service/{kind}/flows?id={flow}", token=fields.get("token"))
        if self.is_browser:
            fields = {"csrf_token": flow.node("csrf_token")["attributes"]["value"], **fields}
        token = fields.pop("token", None)
        return await self("POST", f"/self-service/{kind}?flow={flow.body['id']}", fields, token=token)

    async def log_in(self, email: str, password: str = PASSWORD, **options: Any) -> Answer:
        flow = await self.start("login", **options)
        return await self.submit(flow, "login", method="password", identifier=email, password=password, **options)

    async def latest_message(self, recipient: str) -> dict[str, Any]:
        answer = await self("GET", "/admin/courier/messages", params={"recipient": recipient})
        return dict(answer.body[0])

    async def latest_code(self, recipient: str) -> str:
        message = await self.latest_message(recipient)
        found = re.search(r"\b\d{6}\b", message["body"])
        assert found
        return found[0]
