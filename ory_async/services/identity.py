from .base import Service


class AsyncIdentityService(Service):
    tag = "identity"
    product = "kratos"
