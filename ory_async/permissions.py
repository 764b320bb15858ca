"""Permissions in the notation of relation tuples: ``File:readme#view@User:alice``.

The questions themselves are methods of the services, and take objects and subjects in this notation::

    await ory.permission.is_allowed("File:readme", "view", "User:alice")
    await ory.relationship.grant("File:readme", "owners", "User:alice")
    print(await ory.permission.expand("File:readme", "owners"))

An object is ``Namespace:name``. A subject with a colon is a subject set: ``User:alice`` is the object itself, the empty
relation, and ``Group:dev#members`` all that have a relation to it. A subject without one is a plain subject id, which
new projects of the Ory Network refuse.

Do not build the notation of names that come from outside: ``f"User:{name}"`` becomes another subject where the name
holds a ``#``. ``SubjectSet("User", name)``, `RelationTuple` and ``subject_id=`` take names as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypedDict

import attrs

from . import models
from .errors import ClientClosed, DecodeError, InvalidRequest, OryError

if TYPE_CHECKING:
    from .client import Ory

__all__ = ["Coalescer", "RelationTuple", "Subject", "SubjectSet", "Tree", "TupleLike", "Unanswered"]

BATCH = 10
"""How many checks servers take in one request, unless set otherwise."""


class Unanswered(OryError):
    """The server did not answer a question: a limit was reached, or it does not know the namespace. It said not "no"."""

    question: str
    """The tuple in question, or the subject set."""
    reason: str
    """What the server said, such as ``max_depth_exceeded``."""


class ObjectParts(TypedDict):
    """An object as the parameters of the services' methods."""

    namespace: str
    object: str


class SubjectParts(TypedDict, total=False):
    """A subject as the parameters of the services' methods."""

    subject_id: str
    subject_set_namespace: str
    subject_set_object: str
    subject_set_relation: str


class Parts(ObjectParts, SubjectParts):
    """A tuple as the parameters of the services' methods."""

    relation: str


@attrs.frozen
class SubjectSet:
    """All that have a relation to an object, such as the members of a group; or, without a relation, the object itself."""

    namespace: str
    object: str
    relation: str = ""

    def __attrs_post_init__(self) -> None:
        _check_names("SubjectSet", self.namespace, self.object, self.relation)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``Namespace:object`` or ``Namespace:object#relation``, in brackets or not.

        Raises `InvalidRequest` for anything else.
        """
        _check_names("SubjectSet.parse", text)
        place, _, relation = _without_brackets(text).partition("#")
        return cls(*_object(place, text), relation)

    def __str__(self) -> str:
        text = f"{self.namespace}:{self.object}"
        return f"{text}#{self.relation}" if self.relation else text

    def parts(self) -> SubjectParts:
        """The subject set as the parameters of the services' methods; its empty relation has to be sent as well."""
        return SubjectParts(
            subject_set_namespace=self.namespace,
            subject_set_object=self.object,
            subject_set_relation=self.relation,
        )


Subject: TypeAlias = str | SubjectSet
"""A subject in the notation, ``User:alice`` or ``Group:dev#members``, or a `SubjectSet`."""


@attrs.frozen
class RelationTuple:
    """A subject has a relation to an object; either `subject_id` or `subject_set` is given.

    `str` writes it as ``File:readme#view@User:alice``, which `parse` reads again, unless a name holds a sign of the
    notation itself, such as a subject id with a colon. Tuples can be compared, and be members of sets.
    """

    namespace: str
    object: str
    relation: str
    subject_id: str | None = attrs.field(default=None, kw_only=True)
    subject_set: SubjectSet | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _check_names("RelationTuple", self.namespace, self.object, self.relation)
        if (self.subject_id is None) == (self.subject_set is None):
            raise InvalidRequest("RelationTuple: give either subject_id or subject_set")
        if self.subject_id is not None:
            _check_names("RelationTuple", self.subject_id)
        elif not isinstance(self.subject_set, SubjectSet):
            raise InvalidRequest(f"RelationTuple: subject_set must be a SubjectSet, not {_kind(self.subject_set)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``Namespace:object#relation@subject``; brackets around the subject are optional.

        The subject is a subject set where it holds a colon, and a subject id where it does not. Raises `InvalidRequest`
        for anything else, and where the object or the subject is empty.
        """
        _check_names("RelationTuple.parse", text)
        place, hash, rest = text.partition("#")
        relation, at, subject = rest.partition("@")
        if not hash or not at:
            raise InvalidRequest(f"{text!r:.120} is no relation tuple such as File:readme#view@User:alice")
        return cls.of(place, relation, subject)

    @classmethod
    def of(cls, object: str, relation: str, subject: Subject | None = None, *, subject_id: str | None = None) -> Self:
        """The tuple of an object, a relation and a subject, each in the notation.

        `subject_id` stands in the place of `subject`, and is taken as it is.
        """
        _check_names("relation", relation)
        meant = _subject(subject, subject_id)
        if isinstance(meant, SubjectSet):
            return cls(*_object(object, object), relation, subject_set=meant)
        return cls(*_object(object, object), relation, subject_id=meant)

    @classmethod
    def from_model(cls, relationship: models.Relationship) -> Self:
        """The tuple that a server told; raises `DecodeError` for what is none."""
        told, subject_set = relationship.subject_set, None
        try:
            if told is not None:
                subject_set = SubjectSet(told.namespace or "", told.object or "", told.relation or "")
            return cls(
                relationship.namespace or "",
                relationship.object or "",
                relationship.relation or "",
                subject_id=relationship.subject_id,
                subject_set=subject_set,
            )
        except InvalidRequest as error:
            raise DecodeError(f"a relationship of the answer makes no sense: {error}") from None

    def to_model(self) -> models.Relationship:
        """The tuple as a body, or an item of one."""
        own, subject_set = self.subject_set, None
        if own is not None:
            subject_set = models.SubjectSet(namespace=own.namespace, object=own.object, relation=own.relation)
        return models.Relationship(
            namespace=self.namespace,
            object=self.object,
            relation=self.relation,
            subject_id=self.subject_id,
            subject_set=subject_set,
        )

    @property
    def subject(self) -> str | SubjectSet:
        """The subject: a string is a subject id."""
        return self.subject_set or self.subject_id or ""

    def __str__(self) -> str:
        subject = str(self.subject)
        in_brackets = subject.startswith("(") or (self.subject_set is not None and self.subject_set.relation)
        return f"{self.namespace}:{self.object}#{self.relation}@{f'({subject})' if in_brackets else subject}"

    def parts(self) -> Parts:
        """The tuple as the parameters of the services' methods."""
        subject = (
            SubjectParts(subject_id=self.subject_id or "") if self.subject_set is None else self.subject_set.parts()
        )
        return Parts(namespace=self.namespace, object=self.object, relation=self.relation, **subject)


TupleLike: TypeAlias = RelationTuple | str | tuple[str, str, Subject]
"""A tuple, its notation, or its object, relation and subject, each in the notation."""


def _subject(subject: Subject | None, subject_id: str | None) -> str | SubjectSet:
    """What is meant by the two ways to give a subject; a string is a subject id."""
    if (subject is None) == (subject_id is None):
        raise InvalidRequest("give a subject, or subject_id=, and not both")
    if subject_id is not None:
        return subject_id
    if isinstance(subject, SubjectSet):
        return subject
    if not isinstance(subject, str):
        raise InvalidRequest(f"a subject must be a string or a permissions.SubjectSet, not {_kind(subject)}")
    if ":" in subject:
        return SubjectSet.parse(subject)
    bare = _without_brackets(subject)
    if not bare:
        raise InvalidRequest("the subject is empty")
    return bare


def subject_parts(subject: Subject | None, subject_id: str | None) -> SubjectParts:
    """A subject as the parameters of the services' methods."""
    meant = _subject(subject, subject_id)
    return meant.parts() if isinstance(meant, SubjectSet) else SubjectParts(subject_id=meant)


def object_parts(object: str) -> ObjectParts:
    """An object in the notation as the parameters of the services' methods."""
    namespace, name = _object(object, object)
    return ObjectParts(namespace=namespace, object=name)


def as_tuple(given: TupleLike) -> RelationTuple:
    """The tuple that is given in one of its forms."""
    match given:
        case RelationTuple():
            return given
        case str():
            return RelationTuple.parse(given)
        case (object, relation, subject):
            return RelationTuple.of(object, relation, subject)
        case _:
            raise InvalidRequest(f"a tuple is given as a RelationTuple, a string or three parts, not {_kind(given)}")


def _without_brackets(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _object(place: str, text: str) -> tuple[str, str]:
    """The namespace and the name of ``Namespace:name``."""
    _check_names("an object", place)
    namespace, colon, name = place.partition(":")
    if not (namespace and colon and name) or "#" in name:
        raise InvalidRequest(f"{text!r:.120}: an object is written Namespace:name, without a # in it")
    return namespace, name


def _check_names(what: str, *names: object) -> None:
    for name in names:
        if not isinstance(name, str):
            raise InvalidRequest(f"{what}: a name must be a string, not {_kind(name)}")


def _kind(value: object) -> str:
    return type(value).__name__


def batch_of(tuples: Iterable[RelationTuple]) -> models.BatchCheckPermissionBody:
    """Several checks in one body."""
    return models.BatchCheckPermissionBody(tuples=[each.to_model() for each in tuples])


def answers_to(asked: Sequence[RelationTuple], result: models.BatchCheckPermissionResult) -> list[bool | Unanswered]:
    """The answers to several checks, in their order; an answer that is none is an error."""
    told = result.results or []
    if len(told) != len(asked):
        return [_unanswered(each, f"{len(told)} answers came to {len(asked)} questions") for each in asked]
    return [
        answer_to(each, None) if answer is None else answer_to(each, answer.allowed, answer.error)
        for each, answer in zip(asked, told, strict=True)
    ]


def answer_to(asked: RelationTuple, allowed: object, error: str | None = None) -> bool | Unanswered:
    """The answer to one check."""
    if error is None and isinstance(allowed, bool):
        return allowed
    return _unanswered(asked, error or "the answer is neither yes nor no")


def _unanswered(asked: RelationTuple | SubjectSet, reason: str) -> Unanswered:
    return Unanswered(f"{asked}: no answer: {reason}", question=str(asked), reason=reason)


def sure(answer: bool | Unanswered) -> bool:
    """The answer; raises it where it is an error."""
    if isinstance(answer, Unanswered):
        raise answer
    return answer


@attrs.frozen
class Tree:
    """Who has a relation to an object, as subject sets within subject sets; `str` draws it.

    What lies beyond the server's limits of depth and size is cut off without a sign: a leaf may be a subject set that
    has members. Most servers do not expand the permits of the model, and show them as leaves.
    """

    operator: str
    """``leaf``, or how the children make up the node: ``union``, ``intersection``, ``exclusion`` and others."""
    subject: str | SubjectSet | None
    """The subject id or the subject set; None where an operator stands for a nameless group."""
    children: Sequence[Tree] = ()

    @classmethod
    def of(cls, asked: SubjectSet, told: models.ExpandedPermissionTree) -> Self:
        """The tree that a server told.

        Raises `Unanswered` where a strict one says that there is none, `DecodeError` for one that is nested too deeply.
        """
        if told.type is None:
            reason = (told.extra or {}).get("message")
            raise _unanswered(asked, reason if isinstance(reason, str) else "the answer is no tree")
        try:
            tree = cls._of(told)
        except RecursionError:
            raise DecodeError(f"{asked}: the tree is nested too deeply") from None
        return attrs.evolve(tree, subject=asked)  # servers leave out the name of an object that they never saw

    @classmethod
    def _of(cls, told: models.ExpandedPermissionTree) -> Self:
        node = told.tuple
        subject: str | SubjectSet | None = None
        if node is not None and (node.subject_id is not None or node.subject_set is not None):
            subject = RelationTuple.from_model(node).subject
        children = (cls._of(child) for child in told.children or () if child is not None)
        return cls(str(told.type), subject, tuple(children))

    def subjects(self) -> list[str | SubjectSet]:
        """The subjects at the leaves, each once, in the order of the tree.

        They are candidates only where the tree has other operators than ``union``: those are not computed.
        """
        found: dict[str | SubjectSet, None] = {}
        rest: list[Tree] = [self]
        while rest:
            node = rest.pop()
            rest.extend(reversed(node.children))
            if not node.children and node.subject is not None and node is not self:
                found[node.subject] = None
        return list(found)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        rest: list[tuple[Tree, str, str, str]] = [(self, "", "", "")]
        while rest:
            node, indent, branch, below = rest.pop()
            yield indent + branch + _label(node)
            if node.children:
                *middle, last = node.children
                rest.append((last, indent + below, "└── ", "    "))
                rest.extend((child, indent + below, "├── ", "│   ") for child in reversed(middle))


def _label(node: Tree) -> str:
    """One line for a node, without its children; names that would disturb a terminal are escaped."""
    name = "" if node.subject is None else str(node.subject)
    name = name if name.isprintable() else ascii(name)
    operator = f"[{node.operator}]" if node.children or node.subject is None else ""
    return " ".join(part for part in (name, operator) if part)


class Coalescer:
    """Joins checks that are made at the same time into batches, so that many small questions become few requests.

        async with Coalescer(ory) as permissions:
            await permissions.is_allowed("File:readme", "view", "User:alice")

    Checks that begin in the same turn of the event loop, or within `delay` seconds, go together, at most `max_batch` in
    one request. The same question asked twice goes once, unless it is on its way already: no answer is older than its
    question. A waiter that is cancelled takes no other with it. Nothing is remembered.

    A batch answers an unknown namespace with an error where a single check says no.
    """

    def __init__(self, ory: Ory, *, max_batch: int = BATCH, delay: float = 0.0, max_depth: int | None = None) -> None:
        if max_batch < 1 or delay < 0:
            raise InvalidRequest("max_batch must be at least 1, and delay 0 or more")
        self._permission = ory.permission
        self._max_batch = max_batch
        self._delay = delay
        self._max_depth = max_depth
        self._waiting: dict[RelationTuple, asyncio.Future[bool]] = {}
        self._timer: asyncio.Handle | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self._closed = False

    async def is_allowed(
        self, object: str, relation: str, subject: Subject | None = None, *, subject_id: str | None = None
    ) -> bool:
        """Whether the subject has the relation to the object; like `is_allowed` of the permission service.

        Raises `Unanswered` when the server has no answer to this question, `ClientClosed` after `close`, and the error
        of the request where the whole batch failed.
        """
        asked = RelationTuple.of(object, relation, subject, subject_id=subject_id)
        if self._closed:
            raise ClientClosed("the coalescer was closed")
        answer = self._waiting.get(asked)
        if answer is None:
            loop = asyncio.get_running_loop()
            answer = self._waiting[asked] = loop.create_future()
            if len(self._waiting) >= self._max_batch:
                self._send()
            elif self._timer is None:
                self._timer = loop.call_later(self._delay, self._send) if self._delay else loop.call_soon(self._send)
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Wait for the answers to what was asked, and take no more questions."""
        self._closed = True
        self._send()
        while self._asking:
            await asyncio.wait(self._asking)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _send(self) -> None:
        """Ask what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            batch, self._waiting = self._waiting, {}
            task = asyncio.get_running_loop().create_task(self._ask(batch))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, batch: dict[RelationTuple, asyncio.Future[bool]]) -> None:
        asked = list(batch)
        try:
            result = await self._permission.batch_check_permission(batch_of(asked), max_depth=self._max_depth)
            for each, answer in zip(asked, answers_to(asked, result), strict=True):
                if isinstance(answer, Unanswered):
                    batch[each].set_exception(answer)
                else:
                    batch[each].set_result(answer)
        except Exception as error:
            for waiting in batch.values():
                waiting.set_exception(error)
        finally:
            for waiting in batch.values():
                waiting.cancel()  # nothing to those that have their answer
