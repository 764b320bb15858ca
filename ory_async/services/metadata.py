from .base import Service


class AsyncMetadataService(Service):
    tag = "metadata"
