"""The self-service flows."""

from __future__ import annotations

from aiohttp import web

from .base import Services
from .errors import FlowErrorHandlers
from .login import LoginFlows
from .logout import LogoutHandlers
from .recovery import RecoveryFlows
from .registration import RegistrationFlows
from .settings import SettingsFlows
from .verification import VerificationFlows

__all__ = ["Services", "flow_routes"]


def flow_routes(services: Services) -> list[web.AbstractRouteDef]:
    """Return the routes of all flows."""
    verification = VerificationFlows(services)
    settings = SettingsFlows(services, verification)
    groups = (
        RegistrationFlows(services, verification),
        LoginFlows(services),
        settings,
        RecoveryFlows(services, settings),
        verification,
        LogoutHandlers(services),
        FlowErrorHandlers(services),
    )
    return [route for group in groups for route in group.routes()]
