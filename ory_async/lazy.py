"""An attribute that is made at its first use.

`functools.cached_property` holds a lock shared by all objects until Python 3.12: a process forked while another thread
is inside would wait for it for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """Call the function at the attribute's first use, and keep what it gives in the object's ``__dict__``."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...
    @overload
    def __get__(self, owner: object, cls: type) -> T: ...
    def __get__(self, owner: object | None, cls: type) -> T | Self:
        if owner is None:
            return self
        made: T = vars(owner).setdefault(self._make.__name__, self._make(owner))
        return made
