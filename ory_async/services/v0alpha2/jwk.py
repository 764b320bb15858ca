"""The old names of key sets."""

from __future__ import annotations

from ..jwk import AsyncJwkService as Jwk
from .renaming import OldNames, Renaming

renamed = Renaming(Jwk)


class JwkNames(OldNames):
    """JSON Web Keys."""

    admin_create_json_web_key_set = renamed(Jwk.create_json_web_key_set, admin_create_json_web_key_set_body="body")
    admin_delete_json_web_key = renamed(Jwk.delete_json_web_key)
    admin_delete_json_web_key_set = renamed(Jwk.delete_json_web_key_set)
    admin_get_json_web_key = renamed(Jwk.get_json_web_key)
    admin_get_json_web_key_set = renamed(Jwk.get_json_web_key_set)
    admin_update_json_web_key = renamed(Jwk.set_json_web_key, json_web_key="body")
    admin_update_json_web_key_set = renamed(Jwk.set_json_web_key_set, json_web_key_set="body")
