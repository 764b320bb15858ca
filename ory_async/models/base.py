"""What every model is made of: the base class, open enums, unknown variants, and the markers for "null" and "left out"."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeAlias, TypeVar, dataclass_transform

import attrs

Json: TypeAlias = Any
"""Free-form JSON: traits, metadata, context and the like travel verbatim."""

_T = TypeVar("_T")

WIRE: Final = "wire"


class _Marker(enum.Enum):
    """A value that stands for something that is no value."""

    NULL = "NULL"
    UNSET = "UNSET"

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False


NULL: Final[Any] = _Marker.NULL
"""Assign it to a field to send an explicit JSON ``null``; a plain None is left out of the request."""

UNSET: Final[Any] = _Marker.UNSET
"""The default of the few fields where None is a value of its own, such as `JsonPatch.value`."""


def wire(name: str, *, default: Any = attrs.NOTHING, repr: bool = True) -> Any:
    """A field whose name on the wire is not its name in Python."""
    return attrs.field(default=default, repr=repr, metadata={WIRE: name})


def secret(*, default: Any = attrs.NOTHING) -> Any:
    """A field that never shows in a repr: tokens, passwords, keys."""
    return attrs.field(default=default, repr=False)


@dataclass_transform(kw_only_default=True, field_specifiers=(attrs.field, wire, secret))
def model(cls: type[_T]) -> type[_T]:
    """Make a model of a class: an attrs class with slots, whose fields are given by keyword."""
    return attrs.define(kw_only=True, slots=True)(cls)


@model
class Model:
    """The base of all models.

    Fields that this version of the SDK does not know are kept in `extra` and sent back by a later update, so reading,
    changing and writing loses nothing. `extra` is None when there are none.
    """

    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]

    nulls: ClassVar[frozenset[str]] = frozenset()
    """The fields where None is a value, sent as null; they default to `UNSET`."""

    extra: dict[str, Json] | None = attrs.field(default=None, repr=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: Callable[[Any], Any]) -> Any:
        """Let FastAPI and pydantic return and accept models, in their wire form."""
        from pydantic_core import core_schema

        from ..serialization import from_dict, to_dict

        def validate(value: object) -> object:
            return value if isinstance(value, cls) else from_dict(cls, value)

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(to_dict)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: object, handler: object) -> dict[str, Json]:
        """Describe the model in an OpenAPI document as an open object."""
        return {"title": cls.__name__, "type": "object", "additionalProperties": True}


@model
class UnknownVariant(Model):
    """A variant of a union that this version of the SDK does not know; `raw` is the object as the server sent it.

    Each union has a subclass of its own, whose `discriminator` names the field on the wire that tells its variants apart.
    """

    discriminator: ClassVar[str]

    raw: dict[str, Json]


class OpenEnum(enum.StrEnum):
    """An enum that takes values it does not know, since servers are often newer than clients.

    An unknown value becomes a member of its own that equals its string; it is not listed when the class is iterated.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member
