"""Prepare a service before its first call."""

from __future__ import annotations

import inspect
import typing
from typing import Any

from .decoding import compile_all
from .services.base import Service


def preload(service: type[Service]) -> None:
    """Import the models that a service's methods name, and compile their decoders."""
    seen: set[Any] = set()
    for name, method in inspect.getmembers(service, inspect.isfunction):
        if not name.startswith("_"):
            for kind in typing.get_type_hints(method).values():
                compile_all(kind, seen)
