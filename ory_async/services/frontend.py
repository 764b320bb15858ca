from .base import Service


class AsyncFrontendService(Service):
    tag = "frontend"
    product = "kratos"
