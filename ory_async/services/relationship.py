from .base import Service


class AsyncRelationshipService(Service):
    tag = "relationship"
    product = "keto"
