"""The HTTP endpoints of a local Keto: its read, write and syntax planes."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from ..answers import BAD_REQUEST, Problem, json_answer, no_content, text_answer
from ..bodies import read_integer
from .engine import Verdict, check, limit_problem
from .expand import expand, tree_json
from .model import Model
from .opl import OplError, Position, parse
from .state import InvalidToken, RelationTuple, SubjectSet, TupleStore
from .wire import (
    BATCH,
    DELTAS,
    QUERY_KEYS,
    RELATION_TUPLE,
    BadJson,
    Kind,
    echo_json,
    location,
    read_json,
    read_query,
    read_tuple,
    require_namespaces,
    require_subject,
    require_tuple,
    tuple_json,
)

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 500

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Handlers:
    """The endpoints over one store and one model."""

    def __init__(self, store: TupleStore, model: Model) -> None:
        self._store = store
        self._model = model

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return all routes; a known path with another method answers 405."""
        paths: dict[str, dict[str, Handler]] = {
            "/relation-tuples": {"GET": self.list_tuples},
            "/relation-tuples/check": {"GET": mirrored(self.check_query), "POST": mirrored(self.check_body)},
            "/relation-tuples/check/openapi": {"GET": plain(self.check_query), "POST": plain(self.check_body)},
            "/relation-tuples/batch/check": {"POST": self.check_batch},
            "/relation-tuples/expand": {"GET": self.expand},
            "/namespaces": {"GET": self.list_namespaces},
            "/admin/relation-tuples": {"PUT": self.create, "PATCH": self.patch, "DELETE": self.delete},
            "/opl/syntax/check": {"POST": check_syntax},
        }
        routes: list[web.AbstractRouteDef] = []
        for path, methods in paths.items():
            for method, handler in methods.items():
                add = web.get if method == "GET" else functools.partial(web.route, method)
                routes.append(add(path, answering(handler)))
            routes.append(web.route("*", path, refusing(list(methods))))
        return routes

    async def list_tuples(self, request: web.Request) -> web.Response:
        query = read_query(request.query)
        try:
            size = read_integer(request.query.get("page_size") or "0", "Atoi")
        except ValueError as error:
            raise Problem(400, str(error)) from None
        size = min(size, _LARGEST_PAGE) if size > 0 else _DEFAULT_PAGE
        try:
            tuples, token = self._store.page(query, size, request.query.get("page_token", ""))
        except InvalidToken:
            raise Problem(400, "invalid pagination token") from None
        require_namespaces(query, self._model)  # Keto looks at the token first
        return json_answer({"relation_tuples": [tuple_json(each) for each in tuples], "next_page_token": token})

    async def list_namespaces(self, request: web.Request) -> web.Response:
        return json_answer({"namespaces": [{"name": name} for name in self._model.namespaces]})

    async def check_query(self, request: web.Request) -> bool:
        depth = max_depth(request)
        wanted = require_tuple(read_query(request.query))
        try:
            require_namespaces(wanted, self._model)
        except Problem:
            return False
        return self._is_allowed(wanted, depth)

    async def check_body(self, request: web.Request) -> bool:
        depth = max_depth(request)
        item = await read_checked(request, RELATION_TUPLE)
        try:
            wanted = read_tuple(item, self._model)
        except Problem as problem:
            if problem.status == 404:  # an unknown namespace, where nobody has access
                return False
            raise
        return self._is_allowed(wanted, depth)

    def _is_allowed(self, wanted: RelationTuple, depth: int) -> bool:
        verdict = check(self._store, self._model, wanted, depth)
        if self._is_unknown(verdict):
            raise limit_problem(verdict)
        return verdict is Verdict.ALLOWED

    def _is_unknown(self, verdict: Verdict) -> bool:
        """Tell whether a limit hid the answer and the mode is to say so."""
        return self._model.strict and verdict in (Verdict.TOO_DEEP, Verdict.TOO_WIDE)

    async def check_batch(self, request: web.Request) -> web.Response:
        depth = max_depth(request)
        items = (await read_checked(request, BATCH)).get("tuples", [])
        limit = self._model.max_batch_check_size
        if len(items) > limit:
            raise Problem(400, f"batch exceeds max size of {limit}")
        drop_connection_on_null(request, items)
        return json_answer({"results": [self._batch_result(item, depth) for item in items]})

    def _batch_result(self, item: dict[str, Any], depth: int) -> dict[str, Any]:
        try:
            verdict = check(self._store, self._model, read_tuple(item, self._model), depth)
        except Problem as problem:
            return {"allowed": False, "error": problem.message}
        if self._is_unknown(verdict):
            return {"allowed": False, "error": verdict.value}
        return {"allowed": verdict is Verdict.ALLOWED}

    async def expand(self, request: web.Request) -> web.Response:
        depth = max_depth(request)
        root = SubjectSet(*(request.query.get(name, "") for name in ("namespace", "object", "relation")))
        self._model.require_namespace(root.namespace)
        tree = expand(self._store, self._model, root, depth)
        if tree is None:  # Keto writes the error without its wrapper, and with status 200
            return json_answer(Problem(404, "no relation tuple found").content())
        return json_answer(tree_json(self._store, tree))

    async def create(self, request: web.Request) -> web.Response:
        item = await read_body(request, RELATION_TUPLE)
        require_subject(item)
        new = read_tuple(item, self._model)
        self._store.add(new)
        return json_answer(echo_json(item), 201, {"Location": location(new)})

    async def patch(self, request: web.Request) -> web.Response:
        deltas = await read_body(request, DELTAS)
        drop_connection_on_null(request, deltas)
        for delta in deltas:
            if "relation_tuple" not in delta:
                raise Problem(400, "relation_tuple is missing")
            require_subject(delta["relation_tuple"])
            if delta.get("action") not in ("insert", "delete"):
                raise Problem(400, f"unknown action {delta.get('action', '')}")
        changes = [(delta["action"], read_tuple(delta["relation_tuple"], self._model)) for delta in deltas]
        for action, new in changes:
            if action == "insert":
                self._store.add(new)
        for action, old in changes:
            if action == "delete":
                self._store.learn(old)  # Keto gives the names ids before it looks for the tuple
                self._store.discard(old)
        return no_content()

    async def delete(self, request: web.Request) -> web.Response:
        problems = [f'query parameter key "{key}" unknown' for key in request.query if key not in QUERY_KEYS][:1]
        if "namespace" not in request.query:
            problems.append("query parameters must specify at least one of the following: namespace")
        if await request.read():
            problems.append("body is not empty")
        if problems:
            raise Problem(400, BAD_REQUEST, reason="; ".join(problems))
        query = read_query(request.query)
        require_namespaces(query, self._model)
        self._store.delete(query)
        return no_content()


def plain(check_one: Callable[[web.Request], Awaitable[bool]]) -> Handler:
    """Answer a check with 200 either way."""

    async def handler(request: web.Request) -> web.Response:
        return json_answer({"allowed": await check_one(request)})

    return handler


def mirrored(check_one: Callable[[web.Request], Awaitable[bool]]) -> Handler:
    """Answer a check with 200 or, denied, with 403."""

    async def handler(request: web.Request) -> web.Response:
        allowed = await check_one(request)
        return json_answer({"allowed": allowed}, 200 if allowed else 403)

    return handler


def answering(handler: Handler) -> Handler:
    """Turn the problems that a handler raises into answers."""

    @functools.wraps(handler)
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return problem.answer()

    return answered


def refusing(methods: list[str]) -> Handler:
    """Answer 405 and name the methods that a path has."""
    allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))

    async def handler(request: web.Request) -> web.Response:
        return text_answer("Method Not Allowed\n", 405, {"Allow": allowed})

    return handler


async def check_syntax(request: web.Request) -> web.Response:
    """Check an OPL source: 200 in any case, with `errors` only if there are some."""
    _, errors = parse((await request.read()).decode("utf-8", "replace"))
    return json_answer({"errors": [_error_json(error) for error in errors]} if errors else {})


def _error_json(error: OplError) -> dict[str, Any]:
    return {"message": error.message, "start": _position_json(error.start), "end": _position_json(error.end)}


def _position_json(position: Position) -> dict[str, int]:
    return {"Line": position.line, "column": position.column}


def max_depth(request: web.Request) -> int:
    """Read `max-depth`, 0 when absent; Keto takes it from the query only, also for a POST."""
    try:
        return read_integer(request.query.get("max-depth", "0"), "ParseInt")
    except ValueError as error:
        raise Problem(400, f"unable to parse 'max-depth' query parameter to int: {error}") from None


async def read_body(request: web.Request, kind: Kind) -> Any:
    try:
        return read_json(await request.read(), kind)
    except BadJson as error:
        raise Problem(400, str(error)) from None


async def read_checked(request: web.Request, kind: Kind) -> Any:
    """Read the body of a check, where Keto says more about a bad one."""
    try:
        return read_json(await request.read(), kind)
    except BadJson as error:
        raise Problem(400, f"could not unmarshal json: {error}") from None


def drop_connection_on_null(request: web.Request, items: list[Any]) -> None:
    """Close the connection without an answer when an item is null, which makes Keto crash."""
    if None in items and request.transport is not None:
        request.transport.abort()
        raise ConnectionResetError
