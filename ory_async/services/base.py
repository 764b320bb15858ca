"""What every service is made of: it turns a method's arguments into one call of the pipeline."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, TypeVar, Unpack, overload

from ..answering import read
from ..auth import Auth
from ..config import Plane, Product, plane_of
from ..messages import Answer, Redirect
from ..operation import (
    GET,
    AlsoResult,
    Credential,
    Operation,
    Parameters,
    check_plane,
    form_body,
    is_idempotent,
    json_body,
    text_body,
)
from ..pagination import AsyncPager, ByToken, Course, Page, next_token, total_count
from ..pipeline import Pipeline

T = TypeVar("T")


class Call(TypedDict, total=False):
    """What a method says of its operation and of one call of it."""

    # of one call
    path: Mapping[str, str]
    query: Parameters
    headers: Mapping[str, str | None]
    body: object
    form: Mapping[str, str | Sequence[str] | None]  # the fields of a form body, by their wire names
    auth: Auth | None
    plane: Plane
    # of the operation
    credential: Credential | None
    accepts: Any  # the model of its body, a union or a list of models, or str
    body_optional: bool
    repeatable: bool
    bucket: str
    flow: type[Any]
    also: AlsoResult
    protocol: bool
    accept: str


class Service:
    """The base of the services; the client makes one for each tag."""

    tag: ClassVar[str]
    """The name of the service on the client."""
    credential: ClassVar[Credential | None] = "api_key"
    """Which of the client's credentials its operations ask for."""

    product: ClassVar[Product]
    """The server that has its operations."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._operations: dict[tuple[str, Plane | None], Operation] = {}

    @overload
    async def _call(self, name: str, method: str, template: str, result: None, /, **call: Unpack[Call]) -> None: ...
    @overload
    async def _call(
        self,
        name: str,
        method: str,
        template: str,
        result: None,
        /,
        *,
        redirects: Literal[True],
        **call: Unpack[Call],
    ) -> Redirect | None: ...
    @overload
    async def _call(self, name: str, method: str, template: str, result: type[T], /, **call: Unpack[Call]) -> T: ...
    @overload
    async def _call(
        self,
        name: str,
        method: str,
        template: str,
        result: type[T],
        /,
        *,
        redirects: Literal[True],
        **call: Unpack[Call],
    ) -> T | Redirect: ...
    @overload
    async def _call(
        self,
        name: str,
        method: str,
        template: str,
        result: type[T],
        /,
        *,
        optional: Literal[True],
        **call: Unpack[Call],
    ) -> T | None: ...
    @overload
    async def _call(
        self,
        name: str,
        method: str,
        template: str,
        result: type[T],
        /,
        *,
        signed: Literal[True],
        **call: Unpack[Call],
    ) -> T | str: ...
    async def _call(self, name: str, method: str, template: str, result: Any, /, **call: Any) -> Any:
        """Carry out the operation of the method `name`; gives its result."""
        operation, answer = self._send(name, method, template, result, call)
        return read(operation, await answer)

    def _list(
        self, name: str, template: str, item: type[T], /, course: type[Course[Any]] = ByToken, **call: Unpack[Call]
    ) -> AsyncPager[T]:
        """A list whose next page is named by a Link header."""

        def page(items: list[T], answer: Answer) -> Page[T]:
            return Page(items, next_token(answer.headers.get("link")) if items else None, total_count(answer.headers))

        return self._pager(name, template, list[item], page, course, call)  # type: ignore[valid-type]

    def _list_inside(
        self, name: str, template: str, result: type[Any], items: str, /, more: str = "", **call: Unpack[Call]
    ) -> AsyncPager[Any]:
        """A list that comes inside an object, in the field `items`, with the token of the next page beside it.

        `more` names the field that tells whether there is a next page, where there is one.
        """

        def page(value: Any, answer: Answer) -> Page[Any]:
            token = value.next_page_token if not more or getattr(value, more) else None
            return Page(getattr(value, items) or [], token or None)

        return self._pager(name, template, result, page, ByToken, call)

    def _pager(
        self,
        name: str,
        template: str,
        result: Any,
        page: Callable[[Any, Answer], Page[T]],
        course: type[Course[Any]],
        call: Any,
    ) -> AsyncPager[T]:
        async def fetch(query: Parameters) -> Page[T]:
            operation, answering = self._send(name, GET, template, result, {**call, "query": query})
            answer = await answering
            return page(read(operation, answer), answer)

        return AsyncPager(fetch, call.get("query", {}), course)

    def _send(
        self, name: str, method: str, template: str, result: Any, call: dict[str, Any]
    ) -> tuple[Operation, Coroutine[Any, Any, Answer]]:
        """The operation of a method, and the call of it under way."""
        plane = call.pop("plane", None)
        if plane is not None:
            check_plane(f"{self.tag}.{name}", plane)
        path, query, headers = call.pop("path", None), call.pop("query", None), call.pop("headers", None)
        body, form, auth = call.pop("body", None), call.pop("form", None), call.pop("auth", None)
        operation = self._operations.get((name, plane))
        if operation is None:
            operation = self._define(name, method, template, result, plane, call)
        content = None
        if form is not None:
            content = form_body(operation.name, form)
        elif "accepts" in call and not (body is None and "body_optional" in call):
            accepts = call["accepts"]
            content = text_body(operation.name, body) if accepts is str else json_body(operation.name, body, accepts)
        return operation, self._pipeline.send(operation, path, query, headers, content, auth)

    def _define(
        self, name: str, method: str, template: str, result: Any, plane: Plane | None, facts: Mapping[str, Any]
    ) -> Operation:
        """The operation of a method, made at its first call."""
        known: dict[str, Any] = {
            fact: value for fact, value in facts.items() if fact not in ("accepts", "body_optional")
        }
        known.setdefault("repeatable", is_idempotent(method))
        known.setdefault("credential", self.credential)
        operation = self._operations[name, plane] = Operation(
            name=f"{self.tag}.{name}",
            method=method,
            path=template,
            plane=plane or plane_of(self.product, template),
            result=result,
            **known,
        )
        return operation

    if not TYPE_CHECKING:  # a typo must not pass the type checker

        def __getattr__(self, name: str) -> Any:
            """Find the method that older clients spell with other underscores, such as ``o_auth2_...``."""
            if not name.startswith("_"):
                plain = name.replace("_", "")
                for known in dir(type(self)):
                    if known.replace("_", "") == plain and not known.startswith("_"):
                        warnings.warn(f"{name} is spelled {known} here", DeprecationWarning, stacklevel=2)
                        return getattr(self, known)
            raise AttributeError(f"{type(self).__name__} has no operation {name!r}", name=name, obj=self)
