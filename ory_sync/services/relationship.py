"""Relation tuples, blocking."""

from __future__ import annotations

from ory_async.services.relationship import AsyncRelationshipService

from ..blocking import BlockingService, blocking


class RelationshipService(BlockingService):
    __doc__ = AsyncRelationshipService.__doc__

    check_opl_syntax = blocking(AsyncRelationshipService.check_opl_syntax)
    create_relationship = blocking(AsyncRelationshipService.create_relationship)
    delete_relationships = blocking(AsyncRelationshipService.delete_relationships)
    get_relationships = blocking(AsyncRelationshipService.get_relationships)
    grant = blocking(AsyncRelationshipService.grant)
    list_relationship_namespaces = blocking(AsyncRelationshipService.list_relationship_namespaces)
    objects_of = blocking(AsyncRelationshipService.objects_of)
    patch_relationships = blocking(AsyncRelationshipService.patch_relationships)
    revoke = blocking(AsyncRelationshipService.revoke)
    subjects_of = blocking(AsyncRelationshipService.subjects_of)
