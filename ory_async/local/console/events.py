"""Event streams of a project. Locally nothing is ever sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiohttp import web

from ... import models
from ..answers import Problem, bad_request, json_answer, no_content, not_found
from ..ids import new_id
from .http import Kind, read_fields
from .registry import Registry
from .state import Project

_ALL = "/projects/{project}/eventstreams"
_ONE = f"{_ALL}/{{stream}}"
_MASK = "xxxxx"
_FIELDS: Mapping[str, Kind] = {
    "type": models.EventStreamType,
    "status": models.EventStreamStatus,
    "topic_arn": "string",
    "role_arn": "string",
    "https_endpoint": "string",
    "https_auth_type": models.EventStreamAuthType,
    "https_auth_header_name": "string",
    "https_auth_secret": "string",
}
_LONGEST_SECRET = 4096
_SNS = ("topic_arn", "role_arn")
_HTTPS = ("https_endpoint", "https_auth_type", "https_auth_header_name", "https_auth_secret")


class EventStreamHandlers:
    """Handlers below /projects/{project}/eventstreams."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(_ALL, self.list_streams),
            web.post(_ALL, self.create),
            web.put(_ONE, self.update),
            web.delete(_ONE, self.delete),
        ]

    async def list_streams(self, request: web.Request) -> web.Response:
        streams = self._registry.project(request).event_streams.values()
        return json_answer({"event_streams": [_view(stream) for stream in streams]})

    async def create(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        given = await read_fields(request, _FIELDS, required=("type",))
        now = self._registry.now()
        stream = {"id": new_id(), **_checked({"status": "active", **given}), "created_at": now, "updated_at": now}
        return self._store(project, stream, 201)

    async def update(self, request: web.Request) -> web.Response:
        project, old = self._stream(request)
        given = await read_fields(request, _FIELDS)
        _require_unmasked(given, old)
        changed = {"id": old["id"], **_checked({**old, **given}), "created_at": old["created_at"]}
        return self._store(project, {**changed, "updated_at": self._registry.now()}, 200)

    async def delete(self, request: web.Request) -> web.Response:
        project, stream = self._stream(request)
        del project.event_streams[stream["id"]]
        return no_content()

    def _stream(self, request: web.Request) -> tuple[Project, dict[str, Any]]:
        project = self._registry.project(request)
        stream = project.event_streams.get(request.match_info["stream"].lower())
        if stream is None:
            raise not_found("There is no such event stream.")
        return project, stream

    def _store(self, project: Project, stream: dict[str, Any], status: int) -> web.Response:
        for other in project.event_streams.values():
            if other["id"] != stream["id"] and _target(other) == _target(stream):
                message = "The resource could not be created due to a conflict"
                raise Problem(409, message, reason="Another event stream of the project goes there.")
        project.event_streams[stream["id"]] = stream
        return json_answer(_view(stream), status)


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a stream, without those that its type does not have. Raises Problem (400)."""
    kept = {name: given[name] for name in ("type", "status")}
    if given["type"] == "sns":
        if not all(given.get(name) for name in _SNS):
            raise bad_request("An event stream of the type sns needs topic_arn and role_arn.")
        return {**kept, **{name: given[name] for name in _SNS}}
    if not _is_https(given.get("https_endpoint", "")):
        raise bad_request("An event stream of the type https needs https_endpoint, an https:// URL.")
    kind = given.get("https_auth_type", "none")
    if kind == "none":
        return {**kept, "https_endpoint": given["https_endpoint"], "https_auth_type": kind}
    if not 0 < len(given.get("https_auth_secret", "").encode("utf-8", "replace")) <= _LONGEST_SECRET:
        raise bad_request(f"The authentication {kind} needs https_auth_secret, up to {_LONGEST_SECRET} bytes.")
    if kind == "api_key" and not given.get("https_auth_header_name"):
        raise bad_request("The authentication api_key needs https_auth_header_name.")
    return {**kept, "https_auth_type": kind, **{name: given[name] for name in _HTTPS if given.get(name)}}


def _require_unmasked(given: Mapping[str, Any], old: Mapping[str, Any]) -> None:
    """Raise Problem (400) for what was read masked, and for another endpoint that would get the old secret."""
    view = _view(old)
    endpoint = given.get("https_endpoint")
    masked = endpoint is not None and endpoint == view.get("https_endpoint") != old.get("https_endpoint")
    if masked or given.get("https_auth_secret") == _MASK:
        raise bad_request("The endpoint or the secret is masked, as it was read; leave it out to keep it.")
    has_moved = endpoint is not None and endpoint != old.get("https_endpoint")
    kind = given.get("https_auth_type", old.get("https_auth_type", "none"))
    if has_moved and kind != "none" and "https_auth_secret" not in given:
        raise bad_request("Another endpoint needs the secret in the same body.")


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        return False


def _target(stream: Mapping[str, Any]) -> tuple[str, str]:
    return stream["type"], stream["topic_arn" if stream["type"] == "sns" else "https_endpoint"]


def _view(stream: Mapping[str, Any]) -> dict[str, Any]:
    """Write a stream with what is secret of it masked."""
    view = dict(stream)
    if "https_endpoint" in view:
        view["https_endpoint"] = _masked(view["https_endpoint"])
    if "https_auth_secret" in view:
        view["https_auth_secret"] = _MASK
    return view


def _masked(url: str) -> str:
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return urlunsplit(
        parts._replace(netloc=f"{_MASK}:{_MASK}@{host}" if at else host, query=_MASK if parts.query else "")
    )
