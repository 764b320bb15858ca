"""The servers that ``deploy`` describes are like the local Ory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from ory_async.config import Environment
from ory_async.local.keto.model import DEFAULT_OPL
from ory_async.local.kratos.schemas import DEFAULT_SCHEMA

DEPLOY = Path(__file__).parents[2] / "deploy"


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


def test_the_same_schema_and_the_same_permission_model() -> None:
    assert json.loads((DEPLOY / "identity.schema.json").read_text("utf-8")) == DEFAULT_SCHEMA
    assert (DEPLOY / "permissions.ts").read_text("utf-8") == DEFAULT_OPL.lstrip()


def test_the_environment_names_the_ports_that_are_open_to_this_machine_only() -> None:
    lines = (DEPLOY / "ory.env").read_text("utf-8").split()
    planes = Environment.read(dict(line.split("=", 1) for line in lines)).planes
    ports = [port for service in read("compose.yaml")["services"].values() for port in service.get("ports", ())]
    assert sorted(planes.values()) == sorted(f"http://{port.rpartition(':')[0]}" for port in ports)
    assert all(url.startswith("http://127.0.0.1:") for url in planes.values())


def test_every_file_that_is_mounted_is_there() -> None:
    compose = read("compose.yaml")
    volumes = [volume for service in compose["services"].values() for volume in service["volumes"]]
    mounted = [volume.split(":")[0] for volume in volumes if volume.startswith("./")]
    assert {file.removeprefix("./") for file in mounted} == {
        file.name for file in DEPLOY.iterdir() if file.name not in ("compose.yaml", "ory.env")
    }
    versions = {service["image"] for service in compose["services"].values() if service["image"].startswith("oryd/")}
    assert {image.rpartition(":")[2] for image in versions} == {"v26.2.0"}
