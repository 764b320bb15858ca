"""Discovery (OpenID Connect Discovery 1.0, RFC 8414) and the public keys."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..answers import json_answer
from .http import plain
from .registry import Registry

_PROOF_ALGORITHMS = ("PS256", "RS256", "ES256", "PS384", "RS384", "ES384", "PS512", "RS512", "ES512", "EdDSA")


class WellKnownHandlers:
    """Handlers below /.well-known."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/.well-known/openid-configuration", plain(self.configuration)),
            web.get("/.well-known/oauth-authorization-server", plain(self.configuration)),
            web.get("/.well-known/jwks.json", plain(self.keys)),
            web.options("/.well-known/openid-configuration", plain(self.options)),
            web.options("/.well-known/oauth-authorization-server", plain(self.options)),
            web.options("/.well-known/jwks.json", plain(self.options)),
        ]

    async def keys(self, request: web.Request) -> web.Response:
        return json_answer({"keys": await self._registry.keys.public_keys()})

    async def configuration(self, request: web.Request) -> web.Response:
        return json_answer(configuration(self._registry))

    async def options(self, request: web.Request) -> web.Response:
        """Answer a CORS preflight, which allows nothing: CORS is off."""
        return web.Response()


def configuration(registry: Registry) -> dict[str, Any]:
    """Return the provider's metadata, in the order of Hydra."""
    url = registry.url
    return {
        "issuer": registry.issuer,
        "authorization_endpoint": url("/oauth2/auth"),
        "device_authorization_endpoint": url("/oauth2/device/auth"),
        "token_endpoint": url("/oauth2/token"),
        "jwks_uri": url("/.well-known/jwks.json"),
        "subject_types_supported": ["public", "pairwise"],
        "response_types_supported": [
            "code",
            "code id_token",
            "id_token",
            "token id_token",
            "token",
            "token id_token code",
        ],
        "claims_supported": ["sub"],
        "grant_types_supported": [
            "authorization_code",
            "implicit",
            "client_credentials",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "userinfo_endpoint": url("/userinfo"),
        "scopes_supported": ["offline_access", "offline", "openid"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
            "none",
        ],
        "userinfo_signing_alg_values_supported": ["none", "RS256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "id_token_signed_response_alg": ["RS256"],
        "userinfo_signed_response_alg": ["RS256"],
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "claims_parameter_supported": False,
        "revocation_endpoint": url("/oauth2/revoke"),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "end_session_endpoint": url("/oauth2/sessions/logout"),
        "request_object_signing_alg_values_supported": ["none", "RS256", "ES256"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "credentials_endpoint_draft_00": url("/credentials"),
        "credentials_supported_draft_00": [
            {
                "format": "jwt_vc_json",
                "types": ["VerifiableCredential", "UserInfoCredential"],
                "cryptographic_binding_methods_supported": ["jwk"],
                "cryptographic_suites_supported": list(_PROOF_ALGORITHMS),
            }
        ],
    }
