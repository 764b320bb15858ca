"""JSON Web Keys, blocking."""

from __future__ import annotations

from ory_async.services.jwk import AsyncJwkService

from ..blocking import BlockingService, blocking


class JwkService(BlockingService):
    __doc__ = AsyncJwkService.__doc__

    create_json_web_key_set = blocking(AsyncJwkService.create_json_web_key_set)
    delete_json_web_key = blocking(AsyncJwkService.delete_json_web_key)
    delete_json_web_key_set = blocking(AsyncJwkService.delete_json_web_key_set)
    get_json_web_key = blocking(AsyncJwkService.get_json_web_key)
    get_json_web_key_set = blocking(AsyncJwkService.get_json_web_key_set)
    set_json_web_key = blocking(AsyncJwkService.set_json_web_key)
    set_json_web_key_set = blocking(AsyncJwkService.set_json_web_key_set)
