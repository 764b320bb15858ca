"""Relation tuples as they come and go: in JSON bodies and in queries, with the messages of Keto and of Go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any, NoReturn, TypeAlias
from urllib.parse import urlencode

from ..answers import BAD_REQUEST, Problem
from .model import Model
from .state import Query, RelationTuple, Subject, SubjectSet

_SET_KEYS = ("subject_set.namespace", "subject_set.object", "subject_set.relation")
QUERY_KEYS = ("namespace", "object", "relation", "subject_id", *_SET_KEYS, "subject")


@dataclass(frozen=True, slots=True)
class _Text:
    name: str = "string"


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    items: _Struct


@dataclass(frozen=True, slots=True)
class _Struct:
    name: str
    fields: Mapping[str, Kind]


Kind: TypeAlias = _Text | _List | _Struct

_NAMED = {"namespace": _Text(), "object": _Text(), "relation": _Text()}
_SUBJECT_SET = _Struct("ketoapi.SubjectSet", _NAMED)
RELATION_TUPLE = _Struct("ketoapi.RelationTuple", {**_NAMED, "subject_id": _Text(), "subject_set": _SUBJECT_SET})
BATCH = _Struct("check.batchCheckPermissionBody", {"tuples": _List("[]*ketoapi.RelationTuple", RELATION_TUPLE)})
_DELTA = _Struct("ketoapi.PatchDelta", {"action": _Text("ketoapi.PatchAction"), "relation_tuple": RELATION_TUPLE})
DELTAS = _List("[]*ketoapi.PatchDelta", _DELTA)


class BadJson(Exception):
    """A body that Go's decoder refuses, with its message."""


def read_json(body: bytes, kind: Kind) -> Any:
    """Decode the first JSON value of a body, which must fit `kind`; whatever follows it is ignored, as Go does."""
    text = body.decode("utf-8", "replace").lstrip(" \t\r\n")
    if not text:
        raise BadJson("EOF")
    try:
        value, _ = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode(text)
    except JSONDecodeError as error:
        raise BadJson(_go_message(error)) from None
    return fitting(value, kind)


def fitting(value: Any, kind: Kind) -> Any:
    """Return a value that fits `kind`, with Go's zero values in place of what is absent or null. Raises BadJson."""
    return _fit(value, kind, "value")


def _refuse_constant(name: str) -> NoReturn:
    raise BadJson(f"invalid character '{name.lstrip('-')[0]}' looking for beginning of value")


def _go_message(error: JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return "unexpected EOF"
    if error.msg.startswith("Expecting property name"):
        place = "looking for beginning of object key string"
    elif error.msg.startswith("Expecting ':'"):
        place = "after object key"
    elif error.msg.startswith("Expecting ','"):
        place = "after object key:value pair"
    elif error.msg.startswith("Invalid"):
        place = "in string literal"
    else:
        place = "looking for beginning of value"
    return f"invalid character '{error.doc[error.pos]}' {place}"


def _fit(value: Any, kind: Kind, place: str, path: str = "") -> Any:
    if isinstance(kind, _Text):
        if isinstance(value, str):
            return re.sub("[\ud800-\udfff]", "\ufffd", value)
    elif isinstance(kind, _List):
        if isinstance(value, list):
            return [None if item is None else _fit(item, kind.items, place, path) for item in value]
    elif isinstance(value, dict):
        return {name: _field(value[name], kind, name, path) for name in kind.fields if value.get(name) is not None}
    elif value is None:
        return {}
    if value is None:
        return []
    raise BadJson(f"json: cannot unmarshal {_json_type(value)} into Go {place} of type {kind.name}")


def _field(value: Any, struct: _Struct, name: str, path: str) -> Any:
    path = f"{path}.{name}".lstrip(".")
    return _fit(value, struct.fields[name], f"struct field {struct.name.rpartition('.')[2]}.{path}", path)


def _json_type(value: Any) -> str:
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def require_subject(item: Mapping[str, Any]) -> None:
    """Raise a 400 problem for a tuple in JSON that has no subject."""
    if "subject_id" not in item and "subject_set" not in item:
        raise Problem(400, "subject is not allowed to be nil")


def read_tuple(item: Mapping[str, Any], model: Model) -> RelationTuple:
    """Turn a tuple in JSON into ours; raises a 404 problem for an unknown namespace, a 400 one without a subject."""
    namespace = item.get("namespace", "")
    model.require_namespace(namespace)
    require_subject(item)
    subject: Subject
    if "subject_id" in item:  # wins when both are given
        subject = item["subject_id"]
    else:
        subject = SubjectSet(*(item["subject_set"].get(name, "") for name in _NAMED))
        model.require_namespace(subject.namespace)
    return RelationTuple(namespace, item.get("object", ""), item.get("relation", ""), subject)


def read_query(query: Mapping[str, str]) -> Query:
    """Read a filter from query parameters; an empty value is a value, and a subject set must be complete."""
    if "subject" in query:
        raise Problem(400, BAD_REQUEST)
    given = [key for key in _SET_KEYS if key in query]
    subject: Subject | None = query.get("subject_id")
    if subject is not None and given:
        raise Problem(400, "exactly one of subject_set or subject_id has to be provided")
    if given:
        if len(given) < len(_SET_KEYS):
            raise Problem(400, 'incomplete subject, provide "subject_id" or a complete "subject_set.*"')
        subject = SubjectSet(*(query[key] for key in _SET_KEYS))
    return Query(query.get("namespace"), query.get("object"), query.get("relation"), subject)


def require_tuple(query: Query) -> RelationTuple:
    """Take a filter for a tuple; raises a 400 problem when a part is missing."""
    if query.subject is None:
        raise Problem(400, "subject is not allowed to be nil")
    if query.namespace is None or query.object is None or query.relation is None:
        raise Problem(400, 'incomplete tuple, provide "namespace", "object", "relation", and a subject')
    return RelationTuple(query.namespace, query.object, query.relation, query.subject)


def require_namespaces(wanted: Query | RelationTuple, model: Model) -> None:
    """Raise a 404 problem when a filter or tuple names an unknown namespace."""
    if wanted.namespace is not None:
        model.require_namespace(wanted.namespace)
    if isinstance(wanted.subject, SubjectSet):
        model.require_namespace(wanted.subject.namespace)


def subject_json(subject: Subject) -> dict[str, Any]:
    """Write a subject as the one member of a tuple that it is."""
    if isinstance(subject, str):
        return {"subject_id": subject}
    names = {"namespace": subject.namespace, "object": subject.object, "relation": subject.relation}
    return {"subject_set": names}


def tuple_json(written: RelationTuple) -> dict[str, Any]:
    """Write a tuple; the kind of subject that it has not is absent."""
    names = {"namespace": written.namespace, "object": written.object, "relation": written.relation}
    return {**names, **subject_json(written.subject)}


def echo_json(item: Mapping[str, Any]) -> dict[str, Any]:
    """Write a tuple as it was sent, both subjects included."""
    answer: dict[str, Any] = {name: item.get(name, "") for name in _NAMED}
    if "subject_id" in item:
        answer["subject_id"] = item["subject_id"]
    if "subject_set" in item:
        answer["subject_set"] = {name: item["subject_set"].get(name, "") for name in _NAMED}
    return answer


def location(written: RelationTuple) -> str:
    """Return the address that Keto gives a new tuple: a query of the read plane."""
    fields = {"namespace": written.namespace, "object": written.object, "relation": written.relation}
    if isinstance(written.subject, str):
        fields["subject_id"] = written.subject
    else:
        values = (written.subject.namespace, written.subject.object, written.subject.relation)
        fields.update(zip(_SET_KEYS, values, strict=True))
    return f"/relation-tuples?{urlencode(fields)}"
