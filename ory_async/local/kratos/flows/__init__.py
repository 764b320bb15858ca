"""The self-service flows."""

from __future__ import annotations

from aiohttp import web

from .base import Services
from .errors import FlowErrorHandlers
from .login import LoginFlows
from .logout import LogoutHandlers
from .recovery import RecoveryFlows
from .recovery_address import AddressRecoveryFlows
from .registration import RegistrationFlows
from .settings import SettingsFlows
from .social import SocialSignIn
from .verification import VerificationFlows

__all__ = ["Services", "flow_routes"]


def flow_routes(services: Services) -> list[web.AbstractRouteDef]:
    """Return the routes of all flows."""
    social = SocialSignIn(services)
    verification = VerificationFlows(services)
    settings = social.settings = SettingsFlows(services, verification, social)
    login = social.login = LoginFlows(services, verification, social)
    registration = social.registration = RegistrationFlows(services, verification, social)
    chooses = services.registry.options.recovery_chooses_address
    groups = (
        registration,
        login,
        settings,
        (AddressRecoveryFlows if chooses else RecoveryFlows)(services, settings),
        social,
        verification,
        LogoutHandlers(services),
        FlowErrorHandlers(services),
    )
    return [route for group in groups for route in group.routes()]
