"""Identities made and changed, by administrators and by flows alike."""

from __future__ import annotations

import base64
import copy
import secrets
from collections.abc import Mapping
from typing import Any

from ..answers import bad_request
from ..ids import new_id
from ..passwords import hash_password, is_known_hash
from .registry import Registry
from .schemas import Extension, IdentitySchema
from .state import Address, Credential, Identity

# Credential types whose single identifier is the identity itself.
_OWNED_BY_ID = frozenset({"totp", "lookup_secret"})


class IdentityManager:
    """Keeps what follows from traits (identifiers and addresses) in step with them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def schema(self, schema_id: str) -> IdentitySchema:
        """Return a schema; the empty id means the default one. Raises Problem (400)."""
        schema = self._registry.schemas.get(schema_id) if schema_id else self._registry.schemas.default
        if schema is None:
            raise bad_request(f"Unable to find JSON Schema ID: {schema_id}")
        return schema

    def new(self, schema_id: str, traits: Any) -> Identity:
        """Make an identity that is not stored yet. Raises SchemaViolation."""
        now = self._registry.clock.now()
        identity = Identity(
            schema_id=self.schema(schema_id).id, traits={}, state_changed_at=now, created_at=now, updated_at=now
        )
        self.set_traits(identity, traits)
        return identity

    def draft(self, identity: Identity) -> Identity:
        """Return a copy to be changed and saved, so that a refused change leaves no trace."""
        draft = copy.deepcopy(identity)
        draft.updated_at = self._registry.clock.now()
        return draft

    def save(self, identity: Identity) -> None:
        """Store an identity. Raises Conflict."""
        self._registry.store.save(identity)

    def set_traits(self, identity: Identity, traits: Any) -> None:
        """Replace the traits and what follows from them. Raises SchemaViolation."""
        extension = self.schema(identity.schema_id).check(traits)
        identity.traits = traits
        for type, identifiers in extension.identifiers.items():
            self.credential(identity, type).identifiers = list(dict.fromkeys(identifiers))
        self._refresh_configs(identity, extension)
        identity.verifiable_addresses = self._addresses(identity.verifiable_addresses, extension.verification)
        identity.recovery_addresses = self._addresses(identity.recovery_addresses, extension.recovery)

    def set_state(self, identity: Identity, state: str) -> None:
        if state != identity.state:
            identity.state = state
            identity.state_changed_at = self._registry.clock.now()

    def credential(self, identity: Identity, type: str) -> Credential:
        """Return a credential of an identity, made without config where there was none."""
        credential = identity.credentials.get(type)
        now = self._registry.clock.now()
        if credential is None:
            identifiers = [identity.id] if type in _OWNED_BY_ID else []
            credential = Credential(type=type, identifiers=identifiers, created_at=now, updated_at=now)
            identity.credentials[type] = credential
        credential.updated_at = now
        return credential

    async def set_password(self, identity: Identity, password: str) -> None:
        hashed = await hash_password(password, self._registry.options.bcrypt_cost)
        self.credential(identity, "password").config = {"hashed_password": hashed}

    def check_credentials(self, credentials: Mapping[str, Any] | None) -> None:
        """Refuse a password that cannot be taken over, before anything else is looked at. Raises Problem (400)."""
        entry = (credentials or {}).get("password")
        config = (entry.get("config") or {}) if isinstance(entry, dict) else None
        if not isinstance(config, dict) or config.get("use_password_migration_hook") or config.get("password"):
            return
        if not is_known_hash(str(config.get("hashed_password") or "")):
            raise bad_request("The imported password does not match any known hash format.")

    async def import_credentials(self, identity: Identity, credentials: Mapping[str, Any] | None) -> None:
        """Take over the `credentials` of an administrator's request. Raises Problem (400)."""
        try:
            await self._import_credentials(identity, credentials or {})
        except (AttributeError, KeyError, TypeError):  # what malformed parts show themselves by
            raise bad_request("The imported credentials are malformed.") from None

    async def _import_credentials(self, identity: Identity, credentials: Mapping[str, Any]) -> None:
        for type, entry in credentials.items():
            config = (entry or {}).get("config") or {}
            if type == "password":
                await self._import_password(identity, config)
            elif type in ("oidc", "saml"):
                self._import_providers(identity, type, config)
            elif type == "lookup_secret":
                codes = [{"code": c["code"], "used_at": c.get("used_at")} for c in config.get("codes") or ()]
                self.credential(identity, type).config = {"recovery_codes": codes}
            elif type in ("totp", "webauthn", "passkey"):
                self.credential(identity, type).config = dict(config)

    def mark_verified(self, identity: Identity, value: str) -> Identity:
        """Store that an address was proven; return the identity as it is now."""
        draft = self.draft(identity)
        now = self._registry.clock.now()
        for address in draft.verifiable_addresses:
            if address.value == value and not address.verified:
                address.verified, address.status = True, "completed"
                address.verified_at = address.updated_at = now
        self.save(draft)
        return draft

    async def _import_password(self, identity: Identity, config: Mapping[str, Any]) -> None:
        if config.get("use_password_migration_hook"):
            self.credential(identity, "password").config = {"use_password_migration_hook": True}
        elif plain := config.get("password"):
            await self.set_password(identity, plain)
        else:
            self.credential(identity, "password").config = {"hashed_password": config.get("hashed_password")}

    def _import_providers(self, identity: Identity, type: str, config: Mapping[str, Any]) -> None:
        empty = {"initial_id_token": "", "initial_access_token": "", "initial_refresh_token": ""}
        providers = [{**empty, **provider} for provider in config.get("providers") or ()]
        credential = self.credential(identity, type)
        credential.identifiers = [f"{provider['provider']}:{provider['subject']}" for provider in providers]
        credential.config = {"providers": providers}

    def _refresh_configs(self, identity: Identity, extension: Extension) -> None:
        if extension.codes:
            addresses = [{"channel": via, "address": value} for via, value in extension.codes]
            identity.credentials["code"].config = {"addresses": addresses}
        webauthn = identity.credentials.get("webauthn")
        if webauthn and webauthn.config is None:
            webauthn.config = {"user_handle": base64.b64encode(secrets.token_bytes(16)).decode()}

    def _addresses(self, known: list[Address], wanted: list[tuple[str, str]]) -> list[Address]:
        by_value = {(address.via, address.value): address for address in known}
        now = self._registry.clock.now()
        return [
            by_value.get((via, value)) or Address(id=new_id(), value=value, via=via, created_at=now, updated_at=now)
            for via, value in dict.fromkeys(wanted)
        ]
