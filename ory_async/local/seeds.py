"""Seeds: what a local Ory holds from the start, and again after each reset.

    identities:
      - traits: {email: alice@example.com}
        password: correct-horse-battery
        verified: true
    oauth2_clients:
      - {client_id: shop, client_secret: a-secret, grant_types: [client_credentials]}
    relation_tuples:
      - File:readme#owners@User:alice
    jwks:
      my-set: {keys: [...]}

Everything is as in the bodies of the admin APIs, and checked as those are. What is shorter here: `password` for an
identity's credentials, `verified` for all its addresses, and a relation tuple as text, where `User:alice` is the subject
set with the empty relation and `alice` a plain subject id.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import ConfigurationError
from ..permissions import RelationTuple
from ..serialization import to_dict
from .answers import Problem
from .hydra import Hydra
from .keto import Keto
from .kratos import Kratos

Seed: TypeAlias = str | os.PathLike[str] | Mapping[str, Any]
"""The path of a file in JSON or YAML, or what such a file holds."""

_SECTIONS: Mapping[str, type] = {"identities": list, "oauth2_clients": list, "relation_tuples": list, "jwks": dict}


class Seeds:
    """The seeds of one server; raises ConfigurationError, which names file and place, for what cannot be read."""

    def __init__(self, seed: Seed | Sequence[Seed]) -> None:
        several = [seed] if isinstance(seed, str | os.PathLike | Mapping) else seed
        self._documents = [_read(each) for each in several]
        self._restore: Callable[[], None] | None = None

    async def plant(self, *, kratos: Kratos, hydra: Hydra, keto: Keto) -> None:
        """Put everything into the servers, the first time this is called.

        Raises ConfigurationError for what a server refuses.
        """
        if self._restore is not None:
            return
        try:
            self._restore = await self._plant(kratos, hydra, keto)
        except BaseException:
            for product in (kratos, hydra, keto):  # or a second try would find the half of it
                product.reset()
            raise

    async def _plant(self, kratos: Kratos, hydra: Hydra, keto: Keto) -> Callable[[], None]:
        """Put everything into the servers; return how to put it back."""
        for place, _, item in self._items("identities"):
            with _telling(place):
                await kratos.add_identity(_identity_body(item))
        for place, _, item in self._items("oauth2_clients"):
            with _telling(place):
                hydra.add_client(_mapping(item))
        for place, name, item in self._items("jwks"):
            with _telling(place):
                hydra.set_keys(name, _mapping(item))
        tuples = []
        for place, _, item in self._items("relation_tuples"):
            with _telling(place):
                tuples.append(_tuple_body(item))
                keto.add_tuple(tuples[-1])

        identities, clients = copy.deepcopy((kratos.state.identities, hydra.state.clients))
        key_sets = {name: copy.deepcopy(hydra.state.key_sets[name]) for _, name, _ in self._items("jwks")}

        def restore() -> None:
            for identity in copy.deepcopy(identities).values():
                kratos.state.save(identity)
            hydra.state.clients.update(copy.deepcopy(clients))
            hydra.state.key_sets.update(copy.deepcopy(key_sets))
            for each in tuples:
                keto.add_tuple(each)

        return restore

    def restore(self) -> None:
        """Put everything into servers that were emptied, as it was checked and hashed the first time."""
        if self._restore is not None:
            self._restore()

    def _items(self, section: str) -> Iterator[tuple[str, str, Any]]:
        """Yield the items of a section in all documents, each with its place for errors and its name there."""
        for name, document in self._documents:
            content = document.get(section) or ()
            pairs = content.items() if isinstance(content, Mapping) else enumerate(content)
            for key, item in pairs:
                yield f"{name}: {section}[{key}]", str(key), item


def _read(seed: Seed) -> tuple[str, Mapping[str, Any]]:
    """Return a seed and the name by which errors call it."""
    name, document = ("seed", seed) if isinstance(seed, Mapping) else (os.fspath(seed), _load(Path(seed)))
    if not isinstance(document, Mapping):
        raise ConfigurationError(f"{name}: a seed is a mapping of {', '.join(_SECTIONS)}")
    for section, content in document.items():
        if section not in _SECTIONS:
            raise ConfigurationError(f"{name}: unknown section {section!r}; there are {', '.join(_SECTIONS)}")
        if content is not None and not isinstance(content, _SECTIONS[section]):
            kind = "list" if _SECTIONS[section] is list else "mapping"
            raise ConfigurationError(f"{name}: {section} is not a {kind}")
    return name, document


def _load(path: Path) -> Any:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if path.suffix == ".json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigurationError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    return _load_yaml(path, text)


def _load_yaml(path: Path, text: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Leaves dates as text, as JSON has them."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
            start: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        return yaml.load(text, Loader)  # noqa: S506 - it is a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise ConfigurationError(f"{path}{place}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {error}") from None


@contextmanager
def _telling(place: str) -> Generator[None]:
    """Name the place in the seed of what goes wrong."""
    try:
        yield
    except Problem as problem:
        why = " ".join((problem.reason or problem.message).split())
        raise ConfigurationError(f"{place}: {why}") from None
    except ValueError as error:
        raise ConfigurationError(f"{place}: {error}") from None


def _identity_body(item: Any) -> dict[str, Any]:
    """Write an identity as the admin API takes it."""
    body = dict(_mapping(item))
    password, verified = body.pop("password", None), body.pop("verified", False)
    if password is not None:
        if not isinstance(password, str):
            raise ValueError("the password is not text")
        body["credentials"] = {**(body.get("credentials") or {}), "password": {"config": {"password": password}}}
    if not isinstance(verified, bool):
        raise ValueError("verified is true or false; single addresses go into verifiable_addresses")
    if verified:
        addresses = [{"value": text, "verified": True} for text in _texts(body.get("traits"))]
        body["verifiable_addresses"] = [*(body.get("verifiable_addresses") or ()), *addresses]
    return body


def _texts(traits: Any) -> Iterator[str]:
    """Yield all texts in some traits; those that are no address do not matter."""
    if isinstance(traits, str):
        yield traits
    elif isinstance(traits, Mapping | list):
        for value in traits.values() if isinstance(traits, Mapping) else traits:
            yield from _texts(value)


def _tuple_body(item: Any) -> Mapping[str, Any]:
    """Write a relation tuple as the API takes it."""
    if isinstance(item, str):
        written: dict[str, Any] = to_dict(RelationTuple.parse(item).to_model())
        return written
    return _mapping(item)


def _mapping(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise ValueError("this is not a mapping")
    return item
