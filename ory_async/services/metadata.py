"""Metadata: which version a server runs, and whether it is well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .. import models
from ..config import Plane
from ..operation import GET
from .base import Service

_TELL_VERSION: Final[tuple[Plane, ...]] = ("kratos_admin", "hydra_admin", "keto_write", "keto_read", "keto_opl")
_TELL_HEALTH: Final[tuple[Plane, ...]] = (*_TELL_VERSION, "kratos_public", "hydra_public")


class AsyncMetadataService(Service):
    """Ask a server for its version and its health.

    Each server answers for itself, so say by `plane` which one is meant. Without it, it is the first one that the
    client has a URL for, of ``kratos_admin``, ``hydra_admin``, ``keto_write``, ``keto_read``, ``keto_opl``; for the
    health also of ``kratos_public``, ``hydra_public``. With several nodes behind one URL, one of them answers.
    """

    tag = "metadata"

    async def get_version(self, *, plane: Plane | None = None) -> models.GetVersion200Response:
        """Tell the version of the software; a build that is no release may have any text there.

        Kratos and Hydra tell it on their admin planes only, Keto on all of its own.

        Raises `NotFound` on a public plane.

        https://www.ory.com/docs/reference/api#tag/metadata/operation/getVersion
        """
        return await self._call(
            "get_version",
            GET,
            "/version",
            models.GetVersion200Response,
            plane=plane or self._first_of(_TELL_VERSION),
        )

    async def is_alive(self, *, plane: Plane | None = None) -> models.HealthStatus:
        """Ask whether a server takes requests; the state of its database does not matter here.

        Every server has this operation, though the newest specification of Ory's clients does without it.

        Raises `ServerError` or `TransportError` when it does not.

        https://www.ory.com/docs/reference/api#tag/metadata/operation/isAlive
        """
        return await self._call(
            "is_alive", GET, "/health/alive", models.HealthStatus, plane=plane or self._first_of(_TELL_HEALTH)
        )

    async def is_ready(self, *, plane: Plane | None = None) -> models.IsReady200Response:
        """Ask whether a server can do its work, its database included.

        Every server has this operation, though the newest specification of Ory's clients does without it.

        Raises `ServerError` (503) when it cannot: the ``errors`` of its ``body`` tell what is missing, by name. That is
        the answer, so it is not tried again.

        https://www.ory.com/docs/reference/api#tag/metadata/operation/isReady
        """
        return await self._call(
            "is_ready",
            GET,
            "/health/ready",
            models.IsReady200Response,
            plane=plane or self._first_of(_TELL_HEALTH),
            repeatable=False,
        )

    def _first_of(self, planes: Sequence[Plane]) -> Plane:
        """The first of the planes that has a URL; the very first where none has, for the error to name it."""
        for plane in planes:
            if self._pipeline.settings.planes.get(plane) is not None:
                return plane
        return planes[0]
