"""Single sign-on over SAML 2.0. Only the Ory Network and the enterprise build have it."""

from __future__ import annotations

from ...messages import Redirect
from ...operation import GET, POST
from .base import FrontendOperations


class SamlOperations(FrontendOperations):
    """The service provider's side of SAML, each step made by a browser.

    Only the Ory Network and the enterprise build have these operations; the open-source server answers them with 404.
    `provider` is the id of the SAML connection.
    """

    async def get_saml_metadata(self) -> str:
        """Fetch the XML document that tells identity providers about this service provider.

        Raises `NotFound` where there is no SAML: only the Ory Network and the enterprise build have it.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getSamlMetadata
        """
        return await self._call("get_saml_metadata", GET, "/self-service/methods/saml/metadata", str, accept="*/*")

    async def get_saml_provider_metadata(self, provider: str) -> str:
        """Fetch the XML document that tells one identity provider about this service provider.

        Raises `NotFound` for an unknown provider, and where there is no SAML: only the Ory Network and the enterprise
        build have it.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getSamlProviderMetadata
        """
        return await self._call(
            "get_saml_provider_metadata",
            GET,
            "/self-service/methods/saml/metadata/{provider}",
            str,
            path={"provider": provider},
            accept="*/*",
        )

    async def init_saml_login(self, provider: str, *, flow: str, purpose: str) -> str | Redirect:
        """Send the browser of a flow to its identity provider, by GET.

        `flow` is the id of the flow, `purpose` what it is for: ``login``, ``registration`` or ``settings-link``.
        Returns a redirect, or an HTML page with a form that submits itself: hand either to the browser.

        Raises `NotFound` for an unknown provider or flow, and where there is no SAML: only the Ory Network and the
        enterprise build have it. `BadRequest` when the flow cannot go on this way.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/initSamlLogin
        """
        return await self._call(
            "init_saml_login",
            GET,
            "/self-service/methods/saml/init/{provider}",
            str,
            redirects=True,
            path={"provider": provider},
            query={"flow": flow, "purpose": purpose},
            accept="*/*",
        )

    async def init_saml_login_request(self, provider: str, *, flow: str, purpose: str) -> str | Redirect:
        """Send the browser of a flow to its identity provider, by POST; otherwise as `init_saml_login`.

        Raises `NotFound` and `BadRequest` as there; only the Ory Network and the enterprise build have it.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/initSamlLoginRequest
        """
        return await self._call(
            "init_saml_login_request",
            POST,
            "/self-service/methods/saml/init/{provider}",
            str,
            redirects=True,
            path={"provider": provider},
            query={"flow": flow, "purpose": purpose},
            accept="*/*",
        )

    async def submit_saml_assertion(self, provider: str, *, relay_state: str, saml_response: str) -> Redirect:
        """Hand over what the identity provider had the browser post to the assertion consumer service.

        `relay_state` and `saml_response` are the fields ``RelayState`` and ``SAMLResponse`` of that form, the response
        still in Base64. Returns where the browser goes next, with the cookies to give it.

        Raises `BadRequest` when the assertion is refused. Only the Ory Network and the enterprise build have it.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/submitSamlAssertion
        """
        return await self._call(
            "submit_saml_assertion",
            POST,
            "/self-service/methods/saml/acs/{provider}",
            Redirect,
            redirects=True,
            path={"provider": provider},
            form={"RelayState": relay_state, "SAMLResponse": saml_response},
            accept="*/*",
        )

    async def create_idp_initiated_saml_browser_login_flow(self, provider: str, *, code: str) -> Redirect:
        """Go on with a login that began at the identity provider; `code` stands for its assertion.

        Returns where the browser goes next, with the cookies to give it. Only the Ory Network and the enterprise build
        have it.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createIdPInitiatedSamlBrowserLoginFlow
        """
        return await self._call(
            "create_idp_initiated_saml_browser_login_flow",
            GET,
            "/self-service/methods/saml/idp-initiated/{provider}",
            Redirect,
            redirects=True,
            path={"provider": provider},
            query={"code": code},
            accept="*/*",
        )
