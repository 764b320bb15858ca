"""The public names: all of them listed, in order, documented, and the same in both twins."""

from __future__ import annotations

import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ory_async
import ory_sync
from ory_async import errors, models
from ory_async.client import SERVICES

URL = "http://127.0.0.1:4000"
ASYNC, SYNC = ory_async.Ory(URL), ory_sync.Ory(URL)

ASYNC_ONLY = {"AsyncPager"}
SYNC_ONLY = {"BlockingInsideLoop", "Pager"}
ASYNC_DUNDERS = {"__aenter__": "__enter__", "__aexit__": "__exit__"}


def _public(members: dict[str, object]) -> set[str]:
    return {name for name in members if not name.startswith(("_", "@"))}  # pytest's own begin with @


def _methods(service: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, method in inspect.getmembers(service, inspect.isfunction):
        if not name.startswith("_"):
            yield name, method


METHODS = [
    pytest.param(service, name, id=f"{service}.{name}")
    for service in SERVICES
    for name, _ in _methods(type(getattr(ASYNC, service)))
]


@pytest.mark.parametrize("package", [ory_async, ory_sync], ids=lambda package: package.__name__)
def test_all_is_complete_and_sorted(package: types.ModuleType) -> None:
    listed = package.__all__
    assert listed == sorted(listed, key=lambda name: (not name.isupper(), name))
    submodules = {file.stem for file in Path(package.__path__[0]).iterdir()}
    assert _public(vars(package)) - submodules <= set(listed) <= set(dir(package))


def test_both_packages_have_the_same_names() -> None:
    assert set(ory_async.__all__) - ASYNC_ONLY == set(ory_sync.__all__) - SYNC_ONLY
    for name in set(ory_async.__all__) & set(ory_sync.__all__) - {"Ory", "with_response"}:
        assert getattr(ory_sync, name) is getattr(ory_async, name)


def test_every_error_is_an_ory_error_with_a_docstring() -> None:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    assert found
    for kind in found:
        assert issubclass(kind, errors.OryError)
        assert kind.__doc__
        assert kind.__name__ in (errors.__doc__ or ""), "it is missing from the tree"


def test_every_model_can_be_imported_from_models() -> None:
    names = [name for name in dir(models) if name[0].isupper()]
    assert len(names) > 150
    for name in names:
        assert getattr(models, name) is not None
    with pytest.raises(AttributeError):
        _ = models.Identty  # type: ignore[attr-defined]


def test_the_clients_have_the_same_attributes() -> None:
    assert _public(dict.fromkeys(dir(ASYNC))) == _public(dict.fromkeys(dir(SYNC)))
    assert set(SERVICES) <= set(dir(ASYNC))
    for asynchronous, blocking in ASYNC_DUNDERS.items():
        assert hasattr(ASYNC, asynchronous)
        assert hasattr(SYNC, blocking)


@pytest.mark.parametrize("constructor", ["network", "self_hosted", "from_env"])
def test_the_clients_have_the_same_constructors(constructor: str) -> None:
    ours, twin = getattr(ory_async.Ory, constructor), getattr(ory_sync.Ory, constructor)
    assert inspect.signature(ours).parameters == inspect.signature(twin).parameters
    assert ours.__doc__ == twin.__doc__


@pytest.mark.parametrize(("service", "name"), METHODS)
def test_every_operation_is_documented_and_has_its_twin(service: str, name: str) -> None:
    method = getattr(type(getattr(ASYNC, service)), name)
    twin = getattr(type(getattr(SYNC, service)), name, None)
    assert twin is not None, "ory_sync has no line for it"
    assert inspect.signature(twin).parameters == inspect.signature(method).parameters
    documentation = inspect.getdoc(method) or ""
    assert documentation == inspect.getdoc(twin)
    assert documentation.split("\n")[0].endswith(".")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_twins_name_and_docstring(service: str) -> None:
    ours, twin = type(getattr(ASYNC, service)), type(getattr(SYNC, service))
    assert ours.__name__ == f"Async{twin.__name__}"
    assert ours.__doc__ == twin.__doc__
    assert importlib.import_module(f"ory_sync.services.{service}").__doc__
