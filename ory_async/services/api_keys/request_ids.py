"""Request ids, by which a server knows a wish that it has fulfilled already (AIP-155)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from uuid import uuid4

from ... import models


def with_request_id(body: object) -> object:
    """The body itself where it has a request id, otherwise a copy of it with a new one."""
    if isinstance(body, models.IssueApiKeyRequest | models.ImportApiKeyRequest):
        if not body.request_id:
            body = copy(body)
            body.request_id = str(uuid4())
    elif isinstance(body, Mapping) and not body.get("request_id"):
        body = {**body, "request_id": str(uuid4())}
    return body
