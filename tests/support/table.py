"""The operations of the API, as tests/data/operations.json lists them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import attrs

DATA = Path(__file__).parent.parent / "data"

_PLANES_HERE = {"network": "kratos_public"}
"""The planes of the table that are one of ours: the project's URL is any plane's, and browsers call this one."""

PROTOCOL: dict[str, tuple[str, str]] = {
    "oauth2.introspect_oauth2_token": ("form", "token_type_hint"),
    "oauth2.oauth2_authorize": (
        "query",
        """client_id response_type redirect_uri scope state response_mode code_challenge code_challenge_method nonce
        display prompt max_age ui_locales id_token_hint login_hint acr_values claims request request_uri audience""",
    ),
    "oauth2.oauth2_device_flow": (
        "form",
        "client_id scope audience client_secret client_assertion client_assertion_type",
    ),
    "oauth2.oauth2_token_exchange": (
        "form",
        "code_verifier device_code assertion scope audience client_secret client_assertion client_assertion_type",
    ),
    "oauth2.perform_oauth2_device_verification_flow": ("query", "user_code"),
    "oauth2.revoke_oauth2_token": ("form", "token_type_hint client_assertion client_assertion_type"),
    "oidc.revoke_oidc_session": (
        "query",
        "id_token_hint post_logout_redirect_uri state client_id logout_hint ui_locales",
    ),
}
"""The parameters that an RFC adds to those of the table, and their place; these methods take further ones as well.

Those of a query are called by browsers, and take their cookies too.
"""


@attrs.frozen
class Parameter:
    python: str
    wire: str
    place: str
    """path, query, header, or form."""
    type: str
    required: bool
    from_rfc: bool = False
    """Whether the table does not have it."""

    @property
    def is_list(self) -> bool:
        return self.type.startswith("list[")

    @property
    def scalar(self) -> str:
        """Its type, or that of its items."""
        return self.type[5:-1] if self.is_list else self.type

    @property
    def choices(self) -> list[str]:
        """The values of an enum; empty for other types."""
        found = re.fullmatch(r"enum\((.*)\)", self.scalar)
        return [choice.strip('"') for choice in found[1].split(", ")] if found else []


@attrs.frozen(eq=False)
class Row:
    service: str
    name: str
    official_name: str
    operation_id: str
    method: str
    path: str
    plane: str
    auth: frozenset[str]
    parameters: tuple[Parameter, ...]
    body: str | None
    """The name of the body's model in the specification; None without body, and for forms."""
    body_required: bool
    content_type: str | None
    responses: dict[str, str | None]
    success: frozenset[str]
    """What a success may be: json, text, empty, redirect."""
    paging: str | None
    rate_limit_bucket: str | None

    @property
    def id(self) -> str:
        return f"{self.service}.{self.name}"

    def __str__(self) -> str:
        return self.id

    @property
    def protocol(self) -> bool:
        """Whether it takes the parameters of an RFC, listed here or not."""
        return self.id in PROTOCOL

    def in_place(self, *places: str) -> list[Parameter]:
        return [parameter for parameter in self.parameters if parameter.place in places]

    @property
    def result(self) -> tuple[str, str | None]:
        """Status and model of the documented success."""
        return next((status, model) for status, model in self.responses.items() if status[0] in "23")


def _row(row: dict[str, Any]) -> Row:
    body = row["body"] or {}
    form = [] if body.get("model") else [{**field, "in": "form"} for field in body.get("fields", ())]
    place, names = PROTOCOL.get(f"{row['service']}.{row['name']}", ("", ""))
    return Row(
        service=row["service"],
        name=row["name"],
        official_name=row["official_name"] or row["name"],
        operation_id=row["operation_id"],
        method=row["method"],
        path=row["path"],
        plane=_PLANES_HERE.get(row["plane"], row["plane"]),
        auth=frozenset(row["auth"]),
        parameters=(
            *(
                Parameter(each["python"], each["name"], each["in"], each["type"], each["required"])
                for each in [*row["params"], *form]
            ),
            *(
                Parameter(name, name, place, "int" if name == "max_age" else "str", required=False, from_rfc=True)
                for name in names.split()
            ),
            *([Parameter("cookie", "Cookie", "header", "str", False, from_rfc=True)] if place == "query" else []),
        ),
        body=body.get("model"),
        body_required=body.get("model") is not None and body["required"],
        content_type=next(iter(body.get("content_types", ())), None),
        responses=row["responses"],
        success=frozenset(row["success"]),
        paging=row["paging"],
        rate_limit_bucket=row["rate_limit_bucket"],
    )


ROWS = [_row(row) for row in json.loads((DATA / "operations.json").read_text())]
