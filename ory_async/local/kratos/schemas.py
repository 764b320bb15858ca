"""Identity schemas: JSON Schema with Ory's keyword `ory.sh/kratos`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from .. import base64url

_EXTENSION = "ory.sh/kratos"

_NAME = {
    "type": "object",
    "properties": {
        "first": {"title": "First Name", "type": "string"},
        "last": {"title": "Last Name", "type": "string"},
    },
}

DEFAULT_SCHEMA: Mapping[str, Any] = {
    "$id": "https://schemas.ory.sh/presets/kratos/quickstart/email-password/identity.schema.json",
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Person",
    "type": "object",
    "properties": {
        "traits": {
            "type": "object",
            "properties": {
                "email": {
                    "type": "string",
                    "format": "email",
                    "title": "E-Mail",
                    "minLength": 3,
                    _EXTENSION: {
                        "credentials": {
                            "password": {"identifier": True},
                            "code": {"identifier": True, "via": "email"},
                            "webauthn": {"identifier": True},
                            "passkey": {"display_name": True},
                            "totp": {"account_name": True},
                        },
                        "verification": {"via": "email"},
                        "recovery": {"via": "email"},
                    },
                },
                "name": _NAME,
            },
            "required": ["email"],
            "additionalProperties": False,
        }
    },
}

_format_checker = FormatChecker(formats=())


@_format_checker.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value) is not None


@dataclass(frozen=True)
class Violation:
    """One way in which traits break their schema."""

    instance: tuple[str | int, ...]
    schema: tuple[str | int, ...]
    keyword: str
    text: str
    context: Mapping[str, Any] = field(default_factory=dict)


class SchemaViolation(Exception):
    """Traits do not match their schema."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__(violations)
        self.violations = violations

    def reason(self) -> str:
        """Say it as Kratos does, one line a violation below a head line where there are several."""
        lines = [f"{_location(v.instance, v.schema)} {v.text}" for v in self.violations]
        if len(lines) == 1:
            return lines[0]
        instance = _common(v.instance for v in self.violations)
        head = _location(instance, _common(v.schema for v in self.violations))
        return "\n  ".join([f"{head} validation failed", *lines])


@dataclass
class Extension:
    """What the schema's keyword `ory.sh/kratos` found in some traits."""

    identifiers: dict[str, list[str]] = field(default_factory=dict)
    verification: list[tuple[str, str]] = field(default_factory=list)
    recovery: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    totp_account: str = ""
    passkey_name: str = ""


@dataclass(frozen=True)
class TraitField:
    """A scalar trait, as a form asks for it."""

    path: str
    schema: Mapping[str, Any]
    required: bool

    @property
    def is_identifier(self) -> bool:
        credentials = self.schema.get(_EXTENSION, {}).get("credentials", {})
        return bool(credentials.get("password", {}).get("identifier"))

    @property
    def names_passkey(self) -> bool:
        credentials = self.schema.get(_EXTENSION, {}).get("credentials", {})
        return bool(credentials.get("passkey", {}).get("display_name"))


class IdentitySchema:
    """One identity schema, ready to check traits."""

    def __init__(self, id: str, document: Mapping[str, Any]) -> None:
        self.id = id
        self.document = document
        self._validator = Draft7Validator(dict(document), format_checker=_format_checker)

    @property
    def encoded_id(self) -> str:
        """The id as it stands in `schema_url`."""
        return base64url.encoded(self.id.encode())

    def check(self, traits: Any) -> Extension:
        """Return what the traits mean to Kratos. Raises SchemaViolation."""
        # what the keyword of Ory finds wrong comes after what JSON Schema does
        violations = sorted(self._violations(traits), key=lambda found: found.schema[-1] != found.keyword)
        if violations:
            raise SchemaViolation(violations)
        extension = Extension()
        self._collect(self._traits_schema(), traits, extension)
        return extension

    def fields(self) -> list[TraitField]:
        """Return the scalar traits in the order of the schema."""
        return list(_scalar_fields(self._traits_schema(), "traits", required=True))

    def with_empty_objects(self, traits: Any) -> Any:
        """Return the traits with an empty object for each missing one, as Kratos' form decoder leaves them."""
        if not isinstance(traits, dict):
            return traits
        properties = self._traits_schema().get("properties", {})
        missing = [name for name in properties if properties[name].get("type") == "object" and name not in traits]
        return traits | {name: {} for name in missing}

    def _traits_schema(self) -> Mapping[str, Any]:
        schema = self.document.get("properties", {}).get("traits", {})
        return schema if isinstance(schema, Mapping) else {}

    def _violations(self, traits: Any) -> Iterator[Violation]:
        for error in self._validator.iter_errors({"traits": traits}):
            yield from _violations_of(error)

    def _collect(self, schema: Mapping[str, Any], value: Any, found: Extension) -> None:
        if isinstance(value, str) and value:
            _apply_extension(schema.get(_EXTENSION, {}), value, found)
        elif isinstance(value, dict):
            for name, sub_schema in schema.get("properties", {}).items():
                if name in value:
                    self._collect(sub_schema, value[name], found)
        elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
            for item in value:
                self._collect(schema["items"], item, found)


class IdentitySchemas:
    """The identity schemas of a server; the first one is the default."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]] | None) -> None:
        documents = documents or {"default": DEFAULT_SCHEMA}
        self.all = [IdentitySchema(id, document) for id, document in documents.items()]
        self.default = self.all[0]

    @property
    def have_phones(self) -> bool:
        """Whether any of them has an address to which text messages go."""
        return any('"sms"' in json.dumps(schema.document) for schema in self.all)

    def get(self, id: str) -> IdentitySchema | None:
        """Return a schema by its id, None when there is no such one."""
        return next((schema for schema in self.all if schema.id == id), None)

    def get_by_path(self, id: str) -> IdentitySchema | None:
        """Return a schema by its id, either plain or encoded as in `schema_url`."""
        return self.get(id) or self.get(_decoded(id))


def normalized(value: str) -> str:
    """Return an identifier as it is stored and looked up."""
    return value.strip().lower()


def _decoded(id: str) -> str:
    try:
        return base64url.decoded(id).decode()
    except ValueError:
        return ""


def _apply_extension(extension: Mapping[str, Any], value: str, found: Extension) -> None:
    identifier = normalized(value)
    credentials = extension.get("credentials", {})
    for credential_type, settings in credentials.items():
        if settings.get("identifier"):
            found.identifiers.setdefault(credential_type, []).append(identifier)
    if "code" in found.identifiers and credentials.get("code", {}).get("identifier"):
        found.codes.append((credentials["code"].get("via", "email"), identifier))
    if credentials.get("totp", {}).get("account_name"):
        found.totp_account = value
    if credentials.get("passkey", {}).get("display_name"):
        found.passkey_name = value
    if via := extension.get("verification", {}).get("via"):
        found.verification.append((via, identifier))
    if via := extension.get("recovery", {}).get("via"):
        found.recovery.append((via, identifier))


def _scalar_fields(schema: Mapping[str, Any], path: str, *, required: bool) -> Iterator[TraitField]:
    if "properties" not in schema:
        yield TraitField(path, schema, required)
        return
    names = schema.get("required", ())
    for name, sub_schema in schema["properties"].items():
        yield from _scalar_fields(sub_schema, f"{path}.{name}", required=required and name in names)


_GO_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


def _violations_of(error: ValidationError) -> Iterator[Violation]:
    instance, schema = tuple(error.absolute_path), tuple(error.absolute_schema_path)
    value: Any = error.instance
    keyword = str(error.validator)
    wanted: Any = error.validator_value

    def violation(text: str, at: tuple[str | int, ...] = schema, **context: Any) -> Violation:
        return Violation(instance, at, keyword, text, context)

    if keyword == "format":
        yield violation(f'"{value}" is not valid "{wanted}"', value=value)
        if wanted == "email":
            yield violation("mail: missing '@' or angle-addr", schema[:-1])
    elif keyword == "required":
        missing = [name for name in wanted if name not in value]
        if error.message.startswith(repr(missing[0])):  # one error for all of them, as Kratos has it
            yield violation(f"missing properties: {_quoted(missing)}", missing=missing)
    elif keyword == "additionalProperties":
        known: Any = error.schema
        unknown = [name for name in value if name not in known.get("properties", {})]
        yield violation(f"additionalProperties {_quoted(unknown)} not allowed")
    elif keyword == "type":
        actual = _GO_TYPES.get(type(value), "null")
        allowed = [wanted] if isinstance(wanted, str) else list(wanted)
        text = f"expected {' or '.join(allowed)}, but got {actual}"
        yield violation(text, allowed_types=allowed, actual_type=actual)
    elif keyword == "enum":
        yield violation(f"value must be one of {_quoted(wanted)}", allowed_values=wanted)
    elif keyword in ("minLength", "maxLength"):
        sign, name = (">=", "min_length") if keyword == "minLength" else ("<=", "max_length")
        context = {"actual_length": len(value), name: wanted}
        yield Violation(instance, schema, keyword, f"length must be {sign} {wanted}, but got {len(value)}", context)
    elif keyword == "pattern":
        yield violation(f'does not match pattern "{wanted}"', pattern=wanted)
    else:
        yield violation(error.message)


def _quoted(values: Iterable[Any]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _location(instance: tuple[str | int, ...], schema: tuple[str | int, ...]) -> str:
    def pointer(parts: tuple[str | int, ...]) -> str:
        return "#" + "".join(f"/{part}" for part in parts)

    return f"I[{pointer(instance)}] S[{pointer(schema)}]"


def _common(paths: Iterable[tuple[str | int, ...]]) -> tuple[str | int, ...]:
    first, *rest = paths
    while any(path[: len(first)] != first for path in rest):
        first = first[:-1]
    return first
