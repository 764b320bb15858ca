"""What decoded data hold that no model knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ory_async.models import Model, UnknownVariant


def strays(value: Any) -> Iterator[str]:
    """The unknown fields, as ``Model.field``, and the unknown variants of unions inside a decoded value."""
    if isinstance(value, UnknownVariant):
        yield f"{type(value).__name__} {value.raw.get(value.discriminator)}"
    elif isinstance(value, Model):
        yield from (f"{type(value).__name__}.{name}" for name in value.extra or ())
        for field in attrs.fields(type(value)):
            if field.name != "extra":
                yield from strays(getattr(value, field.name))
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strays(item)
