from .base import Service


class AsyncPermissionService(Service):
    tag = "permission"
    product = "keto"
