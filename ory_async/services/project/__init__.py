"""Projects of the Ory Network: their configuration, keys, members and organizations, by way of the console's API."""

from __future__ import annotations

from .keys import KeyOperations
from .members import MemberOperations
from .onboarding import OnboardingOperations
from .organizations import OrganizationOperations
from .projects import ProjectOperations
from .retired import RetiredOperations

__all__ = ["AsyncProjectService"]


class AsyncProjectService(
    ProjectOperations,
    KeyOperations,
    MemberOperations,
    OrganizationOperations,
    OnboardingOperations,
    RetiredOperations,
):
    """Make, configure and delete projects of the Ory Network, and manage who and what has access to them.

    These operations are the console's: they take a workspace API key (``workspace_api_key``), and go to the console's
    own URL, not to that of a project. A project is named by its id, a UUID, and not by its slug.
    """

    tag = "project"
    product = "console"
    credential = "workspace_api_key"
