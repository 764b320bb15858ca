"""Reads the JWTs, credentials and URLs in recordings of Hydra."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ory_async.local.hydra.keys import InvalidToken, decode

TOKEN = re.compile(r"ory_(?:at|rt)_[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+")


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, none of another text."""
    try:
        return decode(token)[1]
    except InvalidToken:
        return {}


def basic_of(header: str) -> str:
    """The credentials of an Authorization header, empty when it has none that can be read."""
    scheme, _, credentials = header.partition(" ")
    try:
        return base64.b64decode(credentials).decode() if scheme == "Basic" else ""
    except ValueError:
        return ""


def parameters_of(url: str) -> dict[str, str]:
    """The parameters of a URL, in its query or in its fragment."""
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True))
