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
    from .api_keys import *
    from .billing import *
    from .branding import *
    from .common import *
    from .consent import *
    from .console import *
    from .continue_with import *
    from .courier import *
    from .credentials import *
    from .domains import *
    from .elements import *
    from .events import *
    from .identity import *
    from .invites import *
    from .jwk import *
    from .legacy import *
    from .login import *
    from .logout import *
    from .managed_schema import *
    from .metadata import *
    from .metrics import *
    from .oauth2 import *
    from .oidc import *
    from .organization import *
    from .paging import *
    from .permission import *
    from .project import *
    from .recovery import *
    from .registration import *
    from .relationship import *
    from .revision import *
    from .session import *
    from .settings import *
    from .token import *
    from .trust import *
    from .ui import *
    from .verification import *
    from .webauthn import *
    from .workspace import *

_MODULES = {
    "api_keys": (
        "AdminRevokeImportedApiKeyBody AdminRevokeIssuedApiKeyBody AdminRotateIssuedApiKeyBody "
        "AdminUpdateImportedApiKeyRequest AdminUpdateIssuedApiKeyRequest Any BatchCreateImportedApiKeysErrorCode "
        "BatchCreateImportedApiKeysRequest BatchCreateImportedApiKeysResponse BatchCreateImportedApiKeysResult "
        "BatchVerifyApiKeysRequest BatchVerifyApiKeysResponse DeriveTokenRequest DeriveTokenResponse GetJWKSResponse "
        "GetJWKSResponseJwks GetJWKSResponseJwksKeysInner IPRestriction ImportApiKeyRequest ImportedApiKey "
        "IssueApiKeyRequest IssueApiKeyResponse IssuedApiKey KeyStatus KeyVisibility ListImportedApiKeysResponse "
        "ListIssuedApiKeysResponse RateLimitPolicy RevocationReason RotateIssuedApiKeyResponse SelfRevokeApiKeyRequest "
        "SelfRevokeApiKeyResponse Status Token TokenAlgorithm VerificationErrorCode VerifyApiKeyRequest "
        "VerifyApiKeyResponse"
    ),
    "billing": (
        "BillingInterval CreateSubscriptionBody Currency GenericUsage Plan PlanDetails QuotaUsage Subscription "
        "UpdateSubscriptionBody Usage"
    ),
    "branding": (
        "CreateProjectBranding InternalGetProjectBrandingBody ProjectBranding ProjectBrandingColors "
        "ProjectBrandingTheme SetProjectBrandingThemeBody"
    ),
    "common": (
        "DefaultError ErrorAuthenticatorAssuranceLevelNotSatisfied ErrorBrowserLocationChangeRequired "
        "ErrorFlowReplaced ErrorGeneric FlowError GenericError GenericErrorContent HealthNotReadyStatus HealthStatus "
        "ID JSONRawMessage JsonPatch JsonPatchDocument JsonPatchOperation NeedsPrivilegedSessionError NullDuration "
        "NullJsonRawMessage NullString NullTime NullUUID RFC6749ErrorJson SelfServiceFlowExpiredError String Time"
    ),
    "consent": (
        "AcceptDeviceUserCodeRequest AcceptOAuth2ConsentRequest AcceptOAuth2ConsentRequestSession "
        "AcceptOAuth2LoginRequest OAuth2ConsentRequest OAuth2ConsentSession OAuth2ConsentSessions "
        "OAuth2LogoutRequest OAuth2RedirectTo RejectOAuth2Request"
    ),
    "console": (
        "EmailTemplateData EmailTemplateDataBody InternalIsAXWelcomeScreenEnabledForProjectBody "
        "InternalIsOwnerForProjectBySlugBody IsOwnerForProjectBySlug Version"
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
        "AuthenticatorTransport IdentityCredentialsCode IdentityCredentialsLookupSecretCode IdentityCredentialsOidc "
        "IdentityCredentialsOidcProvider IdentityCredentialsPassword IdentityCredentialsWebAuthn "
        "IdentityCredentialsWebAuthnAttestation IdentityCredentialsWebAuthnAuthenticator "
        "IdentityCredentialsWebAuthnFlags IdentityCredentialsWebAuthnList IdentityWithCredentials "
        "IdentityWithCredentialsOidc IdentityWithCredentialsOidcConfig IdentityWithCredentialsOidcConfigProvider "
        "IdentityWithCredentialsPasskey IdentityWithCredentialsPasskeyConfig IdentityWithCredentialsPassword "
        "IdentityWithCredentialsPasswordConfig IdentityWithCredentialsSaml IdentityWithCredentialsSamlConfig "
        "IdentityWithCredentialsSamlConfigProvider IdentityWithCredentialsTotp IdentityWithCredentialsTotpConfig "
        "IdentityWithCredentialsWebAuthn IdentityWithCredentialsWebAuthnConfig"
    ),
    "domains": "CreateCustomDomainBody CustomDomain CustomDomainSslStatus SetCustomDomainBody",
    "elements": "ElementsConfiguration",
    "events": (
        "CreateEventStreamBody EventStream EventStreamAuthType EventStreamStatus EventStreamType ListEventStreams "
        "SetEventStreamBody"
    ),
    "identity": (
        "AddressChannel BatchPatchIdentitiesResponse CreateIdentityBody CreateRecoveryCodeForIdentityBody "
        "CreateRecoveryLinkForIdentityBody CreateTestLoginFlowBody CredentialType Identity IdentityCredentials "
        "IdentityCredentialsType IdentityPatch IdentityPatchAction IdentityPatchResponse IdentitySchema "
        "IdentitySchemaContainer IdentitySchemas IdentityState IdentityTraits IdentityVerifiableAddressStatus "
        "PatchIdentitiesBody RecoveryCodeForIdentity RecoveryIdentityAddress RecoveryLinkForIdentity Region "
        "UpdateIdentityBody VerifiableIdentityAddress"
    ),
    "invites": (
        "CreateInviteResponse CreateProjectMemberInviteBody CreateWorkspaceMemberInviteBody InviteTokenBody "
        "MemberInvite MemberInviteStatus"
    ),
    "jwk": "CreateJsonWebKeySet JsonWebKey JsonWebKeySet",
    "legacy": (
        "AdminCreateIdentityBody AdminCreateJsonWebKeySetBody AdminCreateSelfServiceRecoveryCodeBody "
        "AdminCreateSelfServiceRecoveryLinkBody AdminTrustOAuth2JwtGrantIssuerBody AdminUpdateIdentityBody Attribute "
        "AttributesCountDatapoint ConsistencyRequestParameters GetAttributesCountResponse "
        "GetMetricsEventAttributesResponse GetMetricsEventTypesResponse GetProjectEventsResponse "
        "GetSessionActivityResponse InternalIsOwnerForProjectBySlugResponse InternalProvisionMockSubscription "
        "OAuth2ApiError OAuth2ConsentSessionExpiresAt OAuth2TokenResponse Pagination PaginationHeaders "
        "PreviousOAuth2ConsentSession ProjectEventsDatapoint RevokedSessions SelfServiceError SelfServiceLoginFlow "
        "SelfServiceLogoutUrl SelfServiceRecoveryCode SelfServiceRecoveryFlow SelfServiceRecoveryLink "
        "SelfServiceRegistrationFlow SelfServiceSettingsFlow SelfServiceVerificationFlow SessionActivityDatapoint "
        "StripeCustomer SubmitSelfServiceLoginFlowBody SubmitSelfServiceLogoutFlowWithoutBrowserBody "
        "SubmitSelfServiceRecoveryFlowBody SubmitSelfServiceRegistrationFlowBody SubmitSelfServiceSettingsFlowBody "
        "SubmitSelfServiceVerificationFlowBody SuccessfulOAuth2RequestResponse "
        "SuccessfulSelfServiceLoginWithoutBrowser SuccessfulSelfServiceRegistrationWithoutBrowser"
    ),
    "login": (
        "CreateFedcmFlowResponse LoginFlow LoginFlowState LoginFlowTestContext LoginFlowTestDebugPayload "
        "LoginFlowTestSchemaValidationError LoginFlowTestStepError Provider SuccessfulCodeExchangeResponse "
        "SuccessfulNativeLogin UnknownUpdateLoginFlowBody UpdateFedcmFlowBody UpdateLoginFlowBody "
        "UpdateLoginFlowWithCodeMethod UpdateLoginFlowWithDeviceAuthnMethod UpdateLoginFlowWithIdentifierFirstMethod "
        "UpdateLoginFlowWithLookupSecretMethod UpdateLoginFlowWithOidcMethod UpdateLoginFlowWithPasskeyMethod "
        "UpdateLoginFlowWithPasswordMethod UpdateLoginFlowWithSamlMethod UpdateLoginFlowWithTotpMethod "
        "UpdateLoginFlowWithWebAuthnMethod"
    ),
    "logout": "LogoutFlow PerformNativeLogoutBody",
    "managed_schema": (
        "GetManagedIdentitySchemaLocation IdentitySchemaPreset ManagedIdentitySchema "
        "ManagedIdentitySchemaValidationResult SchemaPatch"
    ),
    "metadata": "GetVersion200Response IsReady200Response IsReady503Response",
    "metrics": "AttributeCondition AttributeFilter GetProjectEventsBody GetProjectMetricsResponse MetricsDatapoint",
    "oauth2": "OAuth2Client OAuth2ConsentRequestOpenIDConnectContext OAuth2LoginRequest",
    "oidc": (
        "CreateVerifiableCredentialRequestBody CredentialSupportedDraft00 OidcConfiguration OidcUserInfo "
        "VerifiableCredentialPrimingResponse VerifiableCredentialProof VerifiableCredentialResponse"
    ),
    "organization": (
        "BasicOrganization CreateOrganizationOnboardingPortalLinkBody GetOrganizationResponse "
        "ListOrganizationsResponse OnboardingPortalLink Organization OrganizationBody "
        "OrganizationOnboardingPortalLinksResponse UpdateOrganizationOnboardingPortalLinkBody"
    ),
    "paging": (
        "KeysetPaginationRequestParameters KeysetPaginationResponseHeaders TokenPagination TokenPaginationHeaders "
        "TokenPaginationRequestParameters TokenPaginationResponseHeaders"
    ),
    "permission": (
        "BatchCheckPermissionBody BatchCheckPermissionResult CheckPermissionResult CheckPermissionResultWithError "
        "ExpandedPermissionTree PermissionTreeType PostCheckPermissionBody PostCheckPermissionOrErrorBody"
    ),
    "project": (
        "ActiveProjectInConsole CORS CloudAccount CreateProjectApiKeyBody CreateProjectApiKeyRequest "
        "CreateProjectBody MemberRole OplParseError OplSourcePosition OplValidateResult PermissionsOnProject Project "
        "ProjectApiKey ProjectApiKeys ProjectCors ProjectEnvironment ProjectHost ProjectMember ProjectMemberSource "
        "ProjectMembers ProjectMetadata ProjectMetadataList ProjectServiceAccountExperience ProjectServiceIdentity "
        "ProjectServiceOAuth2 ProjectServicePermission ProjectServiceTalos ProjectServices ProjectState "
        "SetActiveProjectInConsoleBody SetProject SuccessfulProjectUpdate UpdateProject Warning"
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
        "CheckOplSyntaxBody CheckOplSyntaxResult CreateRelationshipBody Namespace ParseError RelationQuery "
        "Relationship RelationshipAction RelationshipNamespaces RelationshipPatch Relationships SourcePosition "
        "SubjectSet"
    ),
    "revision": (
        "AccessTokenStrategy AccountLinkingMode CreateProjectNormalizedPayload JwtScopeClaim KetoNamespace LinkOrCode "
        "NormalizedProject NormalizedProjectRevision NormalizedProjectRevisionCourierChannel "
        "NormalizedProjectRevisionHook NormalizedProjectRevisionIdentitySchema NormalizedProjectRevisionSAMLProvider "
        "NormalizedProjectRevisionScimClient NormalizedProjectRevisionThirdPartyProvider "
        "NormalizedProjectRevisionTokenizerTemplate Pkce ProviderState RevisionAccountExperienceCustomTranslation "
        "ScopeStrategy TalosRetiredValue UpdateOnLogin UserCodeEntropy"
    ),
    "session": (
        "AuthenticatorAssuranceLevel DeleteMySessionsCount ManageSessionsAction ManageSessionsBody "
        "ManageSessionsResponse Session SessionAuthenticationMethod SessionAuthenticationMethods SessionDevice"
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
    "trust": (
        "TrustOAuth2JwtGrantIssuer TrustedOAuth2JwtGrantIssuer TrustedOAuth2JwtGrantIssuers "
        "TrustedOAuth2JwtGrantJsonWebKey"
    ),
    "ui": (
        "SelfServiceFlowType UiContainer UiNode UiNodeAnchorAttributes UiNodeAttributes UiNodeAutocomplete "
        "UiNodeDivisionAttributes UiNodeGroup UiNodeImageAttributes UiNodeInputAttributes UiNodeInputAttributesOption "
        "UiNodeInputType UiNodeMeta UiNodeScriptAttributes UiNodeTextAttributes UiNodeType UiNodes UiText UiTextType "
        "UiTexts UnknownUiNodeAttributes WebAuthnTrigger"
    ),
    "verification": (
        "UnknownUpdateVerificationFlowBody UpdateVerificationFlowBody UpdateVerificationFlowWithCodeMethod "
        "UpdateVerificationFlowWithLinkMethod VerificationFlow VerificationFlowState"
    ),
    "webauthn": "WebAuthnJavaScript WebAuthnRelatedOrigins",
    "workspace": (
        "CreateWorkspaceApiKeyBody CreateWorkspaceBody ListWorkspaceProjects ListWorkspaces PermissionsOnWorkspace "
        "UpdateWorkspaceBody Workspace WorkspaceAccessPolicy WorkspaceApiKey WorkspaceApiKeys"
    ),
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
