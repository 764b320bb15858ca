"""Permission checks, blocking."""

from __future__ import annotations

from ory_async.services.permission import AsyncPermissionService

from ..blocking import BlockingService, blocking


class PermissionService(BlockingService):
    __doc__ = AsyncPermissionService.__doc__

    are_allowed = blocking(AsyncPermissionService.are_allowed)
    batch_check_permission = blocking(AsyncPermissionService.batch_check_permission)
    check_permission = blocking(AsyncPermissionService.check_permission)
    check_permission_or_error = blocking(AsyncPermissionService.check_permission_or_error)
    expand = blocking(AsyncPermissionService.expand)
    expand_permissions = blocking(AsyncPermissionService.expand_permissions)
    is_allowed = blocking(AsyncPermissionService.is_allowed)
    post_check_permission = blocking(AsyncPermissionService.post_check_permission)
    post_check_permission_or_error = blocking(AsyncPermissionService.post_check_permission_or_error)
