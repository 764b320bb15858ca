"""The admin API of OAuth 2.0 clients."""

from __future__ import annotations

import json
import secrets
import string
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from ..answers import Problem, json_answer, no_content
from ..clock import timestamp
from ..ids import new_id
from ..jsonpatch import apply_patch
from .client_authentication import hash_secret
from .client_metadata import client_json, complete, decode_client, decode_lifespans
from .http import decoding, page_of, plain, read_json, without_lone_surrogates
from .problems import bad_request, conflict, no_row, unrecognizable
from .registry import Registry
from .state import Client

_PATH = "/admin/clients"
_SECRET_LETTERS = string.ascii_letters + string.digits + "-_.~"
_KEPT_SECRETS = 5
_NIL_AS_EMPTY = ("redirect_uris", "grant_types", "response_types", "contacts")


class ClientHandlers:
    """Handlers below /admin/clients."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._manager = ClientManager(registry)

    def routes(self) -> list[web.RouteDef]:
        one = f"{_PATH}/{{id}}"
        return [
            web.get(_PATH, plain(self.list)),
            web.post(_PATH, plain(self.create)),
            web.get(one, plain(self.get)),
            web.put(one, plain(self.set)),
            web.patch(one, plain(self.patch)),
            web.delete(one, plain(self.delete)),
            web.put(f"{one}/lifespans", plain(self.set_lifespans)),
            web.post(f"{one}/secrets/rotate", plain(self.rotate_secret)),
            web.delete(f"{one}/secrets/rotate", plain(self.delete_rotated_secrets)),
        ]

    async def list(self, request: web.Request) -> web.Response:
        wanted = {name: request.query.get(name) for name in ("client_name", "owner")}
        clients = [
            client
            for _, client in sorted(self._registry.store.clients.items())
            if all(client.metadata[name] == value for name, value in wanted.items() if value)
        ]
        page, headers = page_of(request, clients, key=lambda client: client.id)
        return json_answer([client_json(client) for client in page], headers=headers)

    async def create(self, request: web.Request) -> web.Response:
        answer = self._manager.add(await read_json(request))
        return json_answer(answer, 201, {"Location": f"{_PATH}/{encoded_twice(answer['client_id'])}"})

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(client_json(self._manager.get(request.match_info["id"])))

    async def set(self, request: web.Request) -> web.Response:
        metadata = complete(decode_client(await read_json(request)), self._registry.options)
        metadata["client_id"] = request.match_info["id"]
        return json_answer(self._manager.replace(metadata) | self._manager.made_up_creation())

    async def patch(self, request: web.Request) -> web.Response:
        client = self._manager.get(request.match_info["id"])
        metadata = _patched(client, await request.read())
        is_new_secret = metadata["client_secret"] != client.secret_hash
        metadata["client_secret"] = metadata["client_secret"] if is_new_secret else ""
        return json_answer(self._manager.replace(complete(metadata, self._registry.options)))

    async def delete(self, request: web.Request) -> web.Response:
        self._manager.delete(request.match_info["id"])
        return no_content()

    async def set_lifespans(self, request: web.Request) -> web.Response:
        client = self._manager.get(request.match_info["id"])
        body = await read_json(request)
        with decoding():
            lifespans = decode_lifespans(body)
        return json_answer(self._manager.update(client, {**client.metadata, "client_secret": "", **lifespans}))

    async def rotate_secret(self, request: web.Request) -> web.Response:
        client = self._client_with_secret(request)
        client.rotated_hashes = [client.secret_hash, *client.rotated_hashes][:_KEPT_SECRETS]
        return json_answer(self._manager.update(client, {**client.metadata, "client_secret": generate_secret()}))

    async def delete_rotated_secrets(self, request: web.Request) -> web.Response:
        client = self._client_with_secret(request)
        client.rotated_hashes.clear()
        return json_answer(self._manager.update(client, {**client.metadata, "client_secret": ""}))

    def _client_with_secret(self, request: web.Request) -> Client:
        client = self._manager.get(request.match_info["id"])
        if client.auth_method not in ("client_secret_basic", "client_secret_post"):
            raise bad_request(
                f"The client is configured to use the '{client.auth_method}' authentication method, which does not "
                "support client secret rotation."
            )
        return client


class ClientManager:
    """Clients in the store, and what is answered when they are written. Metadata comes completed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._clients = registry.store.clients

    def get(self, client_id: str) -> Client:
        """Return a client. Raises Problem (404)."""
        client = self._clients.get(client_id)
        if client is None:
            raise no_row()
        return client

    def add(self, body: Any) -> dict[str, Any]:
        """Create a client from the body of a request to the admin API. Raises Problem (400, 409)."""
        metadata = decode_client(body)
        shown_id = metadata["client_id"]
        metadata["client_secret"] = metadata["client_secret"] or generate_secret()
        return self.create(complete(metadata, self._registry.options), shown_id=shown_id)

    def create(self, metadata: dict[str, Any], *, shown_id: str) -> dict[str, Any]:
        """Create a client and return its JSON with secret and registration token. Raises Problem (409).

        `shown_id` is the end of `registration_client_uri`, where Hydra does not put an id that it chose itself.
        """
        now = self._registry.clock.now()
        metadata = {**metadata, "client_id": metadata["client_id"] or new_id()}
        if metadata["client_id"] in self._clients:
            raise conflict()
        secret = metadata.pop("client_secret")
        client = Client(
            metadata=_stored(metadata),
            created_at=rounded(now),
            updated_at=now,
            secret_hash=hash_secret(secret),
            registration_token=generate_token(),
        )
        self._clients[client.id] = client
        path = f"/oauth2/register/{encoded_twice(shown_id)}".rstrip("/")
        return client_json(
            client,
            **metadata,
            client_secret="" if client.is_public else secret,
            registration_access_token=client.registration_token,
            registration_client_uri=self._registry.url(path),
        )

    def replace(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Give the client of this `client_id` other metadata; return its JSON. Raises Problem (404).

        Its registration token ends, as do the secrets before the current one when there is a new one.
        """
        client = self.get(metadata["client_id"])
        client.registration_token = ""
        if metadata["client_secret"]:
            client.rotated_hashes.clear()
        return self.update(client, metadata)

    def made_up_creation(self) -> dict[str, Any]:
        """Return the `created_at` of the answer to a PUT, which is not the client's but the current time."""
        return {"created_at": timestamp(self._registry.clock.now())}

    def update(self, client: Client, metadata: dict[str, Any]) -> dict[str, Any]:
        """Set a client's metadata and, if there is one, its secret; return its JSON."""
        secret = metadata.pop("client_secret")
        if secret:
            client.secret_hash = hash_secret(secret)
        client.metadata = _stored(metadata)
        client.updated_at = self._registry.clock.now()
        return client_json(client, **metadata, client_secret=secret)

    def delete(self, client_id: str) -> None:
        """Remove a client. Raises Problem (404)."""
        del self._clients[self.get(client_id).id]
        self._registry.grants.forget_client(client_id)


def _patched(client: Client, text: bytes) -> dict[str, Any]:
    """Return the metadata after a JSON Patch. Raises Problem (500), which is what Hydra says to every mistake in it."""
    document = client_json(client, client_secret=client.secret_hash)
    try:
        patch = without_lone_surrogates(json.loads(text))
        if not all(operation["path"].startswith("/") for operation in patch):
            raise unrecognizable()
        return decode_client(apply_patch(document, patch))
    except (Problem, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise unrecognizable() from None


def _stored(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata as it is read back: lists that were not given are empty, no longer null."""
    return {**metadata, **{name: metadata[name] or [] for name in _NIL_AS_EMPTY}}


def generate_secret() -> str:
    """Make a client secret as Hydra does."""
    return "".join(secrets.choice(_SECRET_LETTERS) for _ in range(26))


def generate_token() -> str:
    """Make an opaque access token as Hydra does; also what opens the registration of a client."""
    return f"ory_at_{secrets.token_urlsafe(32)}.{secrets.token_urlsafe(32)}"


def rounded(moment: datetime) -> datetime:
    """Round to whole seconds, to the nearest as Go does."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def encoded_twice(text: str) -> str:
    """Percent-encode a path segment twice, as Hydra does in its Location headers."""
    return quote(quote(text, safe="$&+=:@"), safe="$&+=:@")
