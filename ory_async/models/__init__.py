"""The models: what the API takes and gives, as attrs classes; their modules are imported at first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .base import NULL as NULL
from .base import UNSET as UNSET
from .base import Json as Json
from .base import Model as Model
from .base import OpenEnum as OpenEnum
from .base import UnknownVariant as UnknownVariant

if TYPE_CHECKING:
    from .common import *
    from .consent import *
    from .continue_with import *
    from .courier import *
    from .credentials import *
    from .identity import *
    from .jwk import *
    from .login import *
    from .logout import *
    from .metadata import *
    from .oauth2 import *
    from .oidc import *
    from .permission import *
    from .recovery import *
    from .registration import *
    from .relationship import *
    from .session import *
    from .settings import *
    from .token import *
    from .trust import *
    from .ui import *
    from .verification import *
    from .webauthn import *

_MODULES = {
    "common": (
        "ErrorBrowserLocationChangeRequired ErrorGeneric FlowError GenericError GenericErrorContent HealthStatus "
        "JsonPatch JsonPatchOperation"
    ),
    "consent": (
        "AcceptDeviceUserCodeRequest AcceptOAuth2ConsentRequest AcceptOAuth2ConsentRequestSession "
        "AcceptOAuth2LoginRequest OAuth2ConsentRequest OAuth2ConsentSession OAuth2LogoutRequest OAuth2RedirectTo "
        "RejectOAuth2Request"
    ),
    "continue_with": (
        "ContinueWith ContinueWithDeviceAuthnPinEntryUi ContinueWithDeviceAuthnPinEntryUiData "
        "ContinueWithRecoveryUi ContinueWithRecoveryUiFlow ContinueWithRedirectBrowserTo "
        "ContinueWithSetOrySessionToken ContinueWithSettingsUi ContinueWithSettingsUiFlow "
        "ContinueWithVerificationUi ContinueWithVerificationUiFlow UnknownContinueWith"
    ),
    "courier": "CourierMessageStatus CourierMessageType Message MessageDispatch MessageDispatchStatus MessageTemplate",
    "credentials": (
        "AdminIdentityImportCredentialsLookupSecret AdminIdentityImportCredentialsLookupSecretConfig "
        "IdentityCredentialsLookupSecretCode IdentityCredentialsWebAuthn IdentityCredentialsWebAuthnAttestation "
        "IdentityCredentialsWebAuthnAuthenticator IdentityCredentialsWebAuthnFlags IdentityWithCredentials "
        "IdentityWithCredentialsOidc IdentityWithCredentialsOidcConfig IdentityWithCredentialsOidcConfigProvider "
        "IdentityWithCredentialsPasskey IdentityWithCredentialsPasskeyConfig IdentityWithCredentialsPassword "
        "IdentityWithCredentialsPasswordConfig IdentityWithCredentialsSaml IdentityWithCredentialsSamlConfig "
        "IdentityWithCredentialsSamlConfigProvider IdentityWithCredentialsTotp IdentityWithCredentialsTotpConfig "
        "IdentityWithCredentialsWebAuthn IdentityWithCredentialsWebAuthnConfig"
    ),
    "identity": (
        "AddressChannel BatchPatchIdentitiesResponse CreateIdentityBody CreateRecoveryCodeForIdentityBody "
        "CreateRecoveryLinkForIdentityBody CreateTestLoginFlowBody CredentialType Identity IdentityCredentials "
        "IdentityCredentialsType IdentityPatch IdentityPatchAction IdentityPatchResponse IdentitySchemaContainer "
        "IdentityState PatchIdentitiesBody RecoveryCodeForIdentity RecoveryIdentityAddress RecoveryLinkForIdentity "
        "Region UpdateIdentityBody VerifiableIdentityAddress"
    ),
    "jwk": "CreateJsonWebKeySet JsonWebKey JsonWebKeySet",
    "login": (
        "CreateFedcmFlowResponse LoginFlow LoginFlowState LoginFlowTestContext LoginFlowTestDebugPayload "
        "LoginFlowTestSchemaValidationError LoginFlowTestStepError Provider SuccessfulNativeLogin "
        "UnknownUpdateLoginFlowBody UpdateFedcmFlowBody UpdateLoginFlowBody UpdateLoginFlowWithCodeMethod "
        "UpdateLoginFlowWithDeviceAuthnMethod UpdateLoginFlowWithIdentifierFirstMethod "
        "UpdateLoginFlowWithLookupSecretMethod UpdateLoginFlowWithOidcMethod UpdateLoginFlowWithPasskeyMethod "
        "UpdateLoginFlowWithPasswordMethod UpdateLoginFlowWithSamlMethod UpdateLoginFlowWithTotpMethod "
        "UpdateLoginFlowWithWebAuthnMethod"
    ),
    "logout": "LogoutFlow PerformNativeLogoutBody",
    "metadata": "GetVersion200Response IsReady200Response IsReady503Response",
    "oauth2": "OAuth2Client OAuth2ConsentRequestOpenIDConnectContext OAuth2LoginRequest",
    "oidc": (
        "CreateVerifiableCredentialRequestBody CredentialSupportedDraft00 OidcConfiguration OidcUserInfo "
        "VerifiableCredentialPrimingResponse VerifiableCredentialProof VerifiableCredentialResponse"
    ),
    "permission": (
        "BatchCheckPermissionBody BatchCheckPermissionResult CheckPermissionResult CheckPermissionResultWithError "
        "ExpandedPermissionTree PermissionTreeType PostCheckPermissionBody PostCheckPermissionOrErrorBody"
    ),
    "recovery": (
        "RecoveryFlow RecoveryFlowState UnknownUpdateRecoveryFlowBody UpdateRecoveryFlowBody "
        "UpdateRecoveryFlowWithCodeMethod UpdateRecoveryFlowWithLinkMethod"
    ),
    "registration": (
        "RegistrationFlow RegistrationFlowState RegistrationScreen SuccessfulNativeRegistration "
        "UnknownUpdateRegistrationFlowBody UpdateRegistrationFlowBody UpdateRegistrationFlowWithCodeMethod "
        "UpdateRegistrationFlowWithOidcMethod UpdateRegistrationFlowWithPasskeyMethod "
        "UpdateRegistrationFlowWithPasswordMethod UpdateRegistrationFlowWithProfileMethod "
        "UpdateRegistrationFlowWithSamlMethod UpdateRegistrationFlowWithWebAuthnMethod"
    ),
    "relationship": (
        "CheckOplSyntaxResult CreateRelationshipBody Namespace ParseError Relationship RelationshipAction "
        "RelationshipNamespaces RelationshipPatch Relationships SourcePosition SubjectSet"
    ),
    "session": (
        "AuthenticatorAssuranceLevel DeleteMySessionsCount ManageSessionsAction ManageSessionsBody "
        "ManageSessionsResponse Session SessionAuthenticationMethod SessionDevice"
    ),
    "settings": (
        "SettingsFlow SettingsFlowState UnknownUpdateSettingsFlowBody UpdateSettingsFlowBody "
        "UpdateSettingsFlowWithDeviceAuthnMethod UpdateSettingsFlowWithDeviceAuthnMethodRegister "
        "UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret UpdateSettingsFlowWithLookupMethod "
        "UpdateSettingsFlowWithOidcMethod UpdateSettingsFlowWithPasskeyMethod UpdateSettingsFlowWithPasswordMethod "
        "UpdateSettingsFlowWithProfileMethod UpdateSettingsFlowWithSamlMethod UpdateSettingsFlowWithTotpMethod "
        "UpdateSettingsFlowWithWebAuthnMethod UserVerification"
    ),
    "token": (
        "DeviceAuthorization ErrorOAuth2 IntrospectedOAuth2Token OAuth2ClientTokenLifespans OAuth2TokenExchange "
        "RotateOAuth2ClientSecretBody"
    ),
    "trust": "TrustOAuth2JwtGrantIssuer TrustedOAuth2JwtGrantIssuer TrustedOAuth2JwtGrantJsonWebKey",
    "ui": (
        "UiContainer UiNode UiNodeAnchorAttributes UiNodeAttributes UiNodeAutocomplete UiNodeDivisionAttributes "
        "UiNodeGroup UiNodeImageAttributes UiNodeInputAttributes UiNodeInputAttributesOption UiNodeInputType "
        "UiNodeMeta UiNodeScriptAttributes UiNodeTextAttributes UiNodeType UiText UiTextType "
        "UnknownUiNodeAttributes WebAuthnTrigger"
    ),
    "verification": (
        "UnknownUpdateVerificationFlowBody UpdateVerificationFlowBody UpdateVerificationFlowWithCodeMethod "
        "UpdateVerificationFlowWithLinkMethod VerificationFlow VerificationFlowState"
    ),
    "webauthn": "WebAuthnRelatedOrigins",
}
"""The names that each module holds; a test holds it against their ``__all__``."""

if not TYPE_CHECKING:  # a misspelled name must not pass the type checker
    _HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        module = _HOMES.get(name)
        if module is None:
            raise AttributeError(f"there is no model {name!r}")
        for found in _MODULES[module].split():
            globals()[found] = getattr(import_module(f".{module}", __name__), found)
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *_HOMES})
