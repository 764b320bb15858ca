"""What the operations of the frontend have in common."""

from __future__ import annotations

from ..base import Service


class FrontendOperations(Service):
    """The base of the frontend's subjects.

    People call these operations for themselves, by their browser's cookies or by a session token. A credential of the
    client must never ride along: Kratos would take an API key for a session token.
    """

    tag = "frontend"
    product = "kratos"
    credential = None
