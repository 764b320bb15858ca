"""Dynamic client registration (OpenID Connect Registration 1.0, RFC 7591, RFC 7592)."""

from __future__ import annotations

import hmac

from aiohttp import web

from ..answers import json_answer, no_content
from ..bodies import read_json as read_go_json
from ..ids import new_id
from .client_metadata import client_json, complete_dynamic, decode_client
from .clients import ClientManager, encoded_twice, generate_secret, generate_token
from .http import Handler, bearer_token, plain, read_json
from .problems import bad_request, forbidden, no_resource, unauthorized
from .registry import Registry
from .state import Client

_PATH = "/oauth2/register"
_OWN_SECRET = "It is not allowed to choose your own OAuth2 Client secret."


class RegistrationHandlers:
    """Handlers below /oauth2/register; a client proves itself there by its registration token."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._manager = ClientManager(registry)

    def routes(self) -> list[web.RouteDef]:
        one = f"{_PATH}/{{id}}"
        return [
            web.post(_PATH, self._enabled(self.create)),
            web.get(one, self._enabled(self.get)),
            web.put(one, self._enabled(self.set)),
            web.delete(one, self._enabled(self.delete)),
        ]

    def _enabled(self, handler: Handler) -> Handler:
        async def wrapper(request: web.Request) -> web.StreamResponse:
            if not self._registry.options.dynamic_registration:
                raise no_resource("Dynamic registration is not enabled.")
            return await handler(request)

        return plain(wrapper)

    async def create(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        metadata = decode_client(body)
        if metadata["client_secret"]:
            raise bad_request(_OWN_SECRET)
        client_id = new_id()
        metadata |= {"client_id": client_id, "client_secret": generate_secret()}
        completed = complete_dynamic(metadata, self._registry.options, names_metadata="metadata" in (body or {}))
        answer = self._manager.create(completed, shown_id=client_id)
        return json_answer(answer, 201, {"Location": f"admin/clients/{encoded_twice(client_id)}"})

    async def get(self, request: web.Request) -> web.Response:
        answer = client_json(self._authorized(request))
        del answer["metadata"]
        return json_answer(answer)

    async def set(self, request: web.Request) -> web.Response:
        client = self._authorized(request)
        try:
            body = await read_go_json(request)
        except ValueError:
            raise bad_request("Unable to decode the request body. Is it valid JSON?") from None
        metadata = decode_client(body)
        if metadata["client_secret"]:
            raise forbidden(_OWN_SECRET)
        completed = complete_dynamic(metadata, self._registry.options, names_metadata="metadata" in (body or {}))
        answer = self._manager.replace(completed | {"client_id": client.id}) | self._manager.made_up_creation()
        client.registration_token = generate_token()
        return json_answer(client_json(client, **answer, registration_access_token=client.registration_token))

    async def delete(self, request: web.Request) -> web.Response:
        self._manager.delete(self._authorized(request).id)
        return no_content()

    def _authorized(self, request: web.Request) -> Client:
        """Return the client whose registration token came along. Raises Problem (401), also for an unknown client."""
        client = self._registry.store.clients.get(request.match_info["id"])
        token = client.registration_token if client is not None else ""
        if client is None or not token or not hmac.compare_digest(token.encode(), bearer_token(request).encode()):
            raise unauthorized("The requested OAuth 2.0 client does not exist or you provided incorrect credentials.")
        return client
