"""Plays what was asked of real Keto servers through the local one and compares the answers.

The recordings name the settings of their server but neither its permission model nor the tuples written beforehand.
Both are put together here from what the recorded answers tell.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ory_async.local.keto import Keto, KetoOptions

pytestmark = pytest.mark.asyncio

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings" / "keto"
COMPARED_HEADERS = ("Content-Type", "Location", "Allow", "Ory-Error-Id", "X-Content-Type-Options")

LOW_LIMITS = KetoOptions(max_depth=3, max_width=3, max_batch=2, max_expand=4)
STRICT_LOW_LIMITS = replace(LOW_LIMITS, strict=True, expand_rewrites=True)

# The model of the servers with other settings (var_*).
OPL = """
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | Group)[] } }
class Team implements Namespace {
  related: { members: (User | SubjectSet<Team, "members">)[] }
  permits = { enter: (ctx: Context): boolean => this.related.members.includes(ctx.subject) }
}
class Room implements Namespace {
  related: { viewers: User[]; parents: Room[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx))
  }
}
class Folder implements Namespace {
  related: { viewers: User[]; parents: Folder[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx))
  }
}
class File implements Namespace {
  related: { viewers: User[]; owners: User[]; parents: Folder[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.owners.includes(ctx.subject) ||
      this.related.parents.traverse((p) => p.permits.view(ctx)),
    edit: (ctx: Context): boolean => this.related.owners.includes(ctx.subject)
  }
}
class Doc implements Namespace {
  related: { owners: User[]; editors: SubjectSet<Group, "members">[]; banned: User[]; anyone: (User | Group)[] }
  permits = {
    edit: (ctx: Context): boolean =>
      (this.related.owners.includes(ctx.subject) || this.related.editors.includes(ctx.subject)) &&
      !this.related.banned.includes(ctx.subject),
    read: (ctx: Context): boolean => this.permits.edit(ctx) || this.related.anyone.includes(ctx.subject)
  }
}
"""

FILES = """
    Group:devs#members@alice  Group:devs#members@Group:leads#members  Group:leads#members@carol
    Folder:root#viewers@Group:devs#members  Folder:docs#parents@Folder:root  File:readme#parents@Folder:docs
    File:readme#owners@dave  File:readme#viewers@erin  File:secret#owners@carol
"""
DOCS = """
    Group:devs#members@User:alice  Group:devs#members@bob  Group:devs#members@Group:leads
    Group:leads#members@User:carol
    Doc:d#owners@User:olga  Doc:d#owners@Group:leads#members  Doc:d#editors@Group:devs#members
    Doc:d#banned@User:alice  Doc:d#anyone@Group:devs#members  Doc:e#anyone@Group:devs
    Doc:d#edit@User:mallory  Doc:d#edit@mallory
"""
CHAINS = " ".join(
    [
        *(f"Team:g{n}#members@Team:g{n + 1}#members Room:r{n}#parents@Room:r{n + 1}" for n in range(8)),
        "Team:g8#members@User:deep Room:r8#viewers@User:deep",
    ]
)
WIDE = " ".join(
    [
        *(
            f"Team:wide#members@Team:w{n}#members Team:w{n}#members@User:u{n} Team:users#members@User:u{n}"
            for n in range(6)
        ),
        *(f"Team:three#members@Team:w{n}#members" for n in range(3)),
    ]
)
FOLDERS = """
    Folder:root#viewers@User:alice  Folder:sub#parents@Folder:root  Folder:odd#parents@Folder:root#viewers
    Folder:odd2#parents@root  File:x#parents@Folder:sub
"""


@dataclass
class Scenario:
    tuples: str = ""
    opl: str | None = None
    options: KetoOptions | None = None
    skipped: dict[int, str] = field(default_factory=dict)


PLANE = "one application serves all planes"
ROUTER = "unknown paths and metadata are answered by the local Ory as a whole"
SCENARIOS = {
    "keto_batch_check": Scenario(FILES),
    "keto_check_max_depth": Scenario(FILES),
    "keto_check_post_mirror": Scenario(FILES),
    "keto_check_post_openapi": Scenario(FILES),
    "keto_create": Scenario(),
    "keto_cycles": Scenario(
        "Group:a#members@alice Group:a#members@Group:b#members Group:b#members@Group:a#members "
        "Group:self#members@Group:self#members"
    ),
    "keto_lifecycle": Scenario(),
    "keto_list_filters": Scenario(
        "Folder:root#viewers@Group:devs#members Group:devs#members@bob Group:ops#members@alice "
        "File:readme#parents@Folder:root File:readme#owners@alice Group:devs#members@alice "
        "Group:all#members@Group:devs#members File:readme#viewers@alice",
        skipped={23: PLANE},
    ),
    "keto_list_paging": Scenario(" ".join(f"Group:paging#members@user-0{n}" for n in range(7))),
    "keto_meta": Scenario(skipped={**dict.fromkeys([*range(9), 11], ROUTER), 10: PLANE}),
    "keto_opl": Scenario(skipped=dict.fromkeys([13, 14], PLANE)),
    "keto_routing": Scenario(
        skipped={**dict.fromkeys([0, 1, 2, 3, 8, 10, 11, 14, 15, 16], ROUTER), **dict.fromkeys([5, 9], PLANE)}
    ),
    "var_batch_limit_strict_low_limits": Scenario(DOCS, OPL, STRICT_LOW_LIMITS),
    "var_depth_limit_low_limits": Scenario(CHAINS, OPL, LOW_LIMITS),
    "var_depth_limit_strict": Scenario(CHAINS, OPL, KetoOptions(strict=True)),
    "var_expand_strict_low_limits": Scenario(
        DOCS
        + FOLDERS
        + "File:z#owners@User:olga File:z#parents@Folder:sub "
        + " ".join(f"Group:many#members@User:m{n}" for n in range(9)),
        OPL,
        STRICT_LOW_LIMITS,
    ),
    "var_model_semantics_strict": Scenario(DOCS + FOLDERS, OPL, KetoOptions(strict=True)),
    "var_page_size_low_limits": Scenario(" ".join(f"Group:p#members@User:u{n}" for n in range(7)), OPL, LOW_LIMITS),
    "var_subject_empty_relation_strict": Scenario(opl=OPL, options=KetoOptions(strict=True)),
    "var_tuple_empty_relation_normal": Scenario(opl=OPL),
    "var_tuple_empty_relation_strict": Scenario(opl=OPL, options=KetoOptions(strict=True)),
    "var_width_limit_low_limits": Scenario(WIDE, OPL, LOW_LIMITS),
    "var_width_limit_strict_low_limits": Scenario(WIDE, OPL, STRICT_LOW_LIMITS),
}


@asynccontextmanager
async def serving(keto: Keto) -> AsyncGenerator[aiohttp.ClientSession]:
    application = web.Application()
    application.add_routes(keto.routes())
    async with TestServer(application) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


def inserts(tuples: str) -> Iterator[dict[str, Any]]:
    """Read tuples written as in Keto's documentation; a subject with a colon is a subject set."""
    for text in tuples.split():
        target, _, subject = text.partition("@")
        written: dict[str, Any] = parts(target)
        if ":" in subject:
            written["subject_set"] = parts(subject)
        else:
            written["subject_id"] = subject
        yield {"action": "insert", "relation_tuple": written}


def parts(text: str) -> dict[str, Any]:
    namespace, _, rest = text.partition(":")
    name, _, relation = rest.partition("#")
    return {"namespace": namespace, "object": name, "relation": relation}


def exchanges(scenario: str) -> list[dict[str, Any]]:
    recording = json.loads((RECORDINGS / f"{scenario}.json").read_text("utf-8"))
    found: list[dict[str, Any]] = recording["exchanges"]
    return found


async def ask(session: aiohttp.ClientSession, request: dict[str, Any], tokens: dict[str, str]) -> Any:
    pairs: list[list[str]] = request["query"]
    query = [(name, tokens.get(value, value) if name == "page_token" else value) for name, value in pairs]
    body = json.dumps(request["body"]) if request.get("body_kind") == "json" else request.get("body")
    async with session.request(
        request["method"],
        request["path_template"],
        params=query,
        data=body.encode() if body is not None else None,
        headers=dict(request["headers"]),
        allow_redirects=False,
    ) as response:
        return response.status, response.headers.copy(), await response.text()


def in_any_order(value: Any) -> Any:
    """Sort the lists whose order a real server takes from random ids."""
    if isinstance(value, dict):
        unordered = ("relation_tuples", "children", "namespaces")
        content = {name: in_any_order(item) for name, item in value.items()}
        return {n: sorted(item, key=json.dumps) if n in unordered else item for n, item in content.items()}
    return [in_any_order(item) for item in value] if isinstance(value, list) else value


def without_page(body: Any) -> Any:
    """Keep of a page that is not the only one what does not depend on that order."""
    return {"tuples": len(body["relation_tuples"]), "more": bool(body["next_page_token"])}


def assert_same_body(recorded: str, given: str, *, paged: bool) -> None:
    if not recorded.startswith("{"):
        assert given == recorded
        return
    wanted, got = json.loads(recorded), json.loads(given)
    assert given.endswith("\n")
    assert list(got) == list(wanted)
    if "next_page_token" in wanted and (paged or wanted["next_page_token"]):
        wanted, got = without_page(wanted), without_page(got)
    assert in_any_order(got) == in_any_order(wanted)


async def test_every_recording_has_its_scenario() -> None:
    assert {path.stem for path in RECORDINGS.glob("*.json")} == set(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_answers_as_recorded(name: str) -> None:
    scenario = SCENARIOS[name]
    tokens: dict[str, str] = {}
    async with serving(Keto(opl=scenario.opl, options=scenario.options)) as session:
        async with session.patch("/admin/relation-tuples", json=list(inserts(scenario.tuples))) as prepared:
            assert prepared.status == 204, await prepared.text()
        for number, exchange in enumerate(exchanges(name)):
            if number in scenario.skipped:
                continue
            status, headers, body = await ask(session, exchange["request"], tokens)
            recorded = exchange["response"]
            recorded_headers = dict(recorded["headers"])
            place = f"{name}#{number}: {body}"
            assert status == recorded["status"], place
            for header in COMPARED_HEADERS:
                assert headers.get(header) == recorded_headers.get(header), f"{place} {header}"
            paged = any(key == "page_token" and value for key, value in exchange["request"]["query"])
            assert_same_body(recorded["body_text"], body, paged=paged)
            if '"next_page_token"' in body:
                tokens[json.loads(recorded["body_text"])["next_page_token"]] = json.loads(body)["next_page_token"]
