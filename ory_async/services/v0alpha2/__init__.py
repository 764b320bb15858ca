"""The names that operations had up to version 0.2 of the official clients, for code that was written for these."""

from __future__ import annotations

from .frontend import FrontendNames
from .identity import IdentityNames
from .jwk import JwkNames
from .oauth2 import OAuth2Names
from .oidc import OidcNames
from .project import ProjectNames

__all__ = ["AsyncV0alpha2Service"]


class AsyncV0alpha2Service(FrontendNames, IdentityNames, OAuth2Names, OidcNames, JwkNames, ProjectNames):
    """Call today's operations by their old names, those of the API ``v0alpha2``.

    Each is today's method: it calls today's endpoint, takes today's parameters, and gives today's model or pager. Also
    taken are the old names of parameters and of bodies; type checkers know those of today only. All is given by
    keyword, except path parameters and the body.
    """
