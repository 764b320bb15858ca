"""Identities, sessions and messages as they go over the wire, field by field in Kratos' order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from ..clock import timestamp
from .state import Address, AuthenticationMethod, Credential, Device, Identity, Message, Session

# Kratos upgrades the stored form of these credentials when it first reads them back.
_VERSION_ONE = frozenset({"code", "password", "webauthn"})


def identity_view(
    identity: Identity,
    schema_url: str,
    *,
    credentials: bool = False,
    configs: Collection[str] = (),
    new: bool = False,
    addresses: bool = True,
    admin_metadata: bool = False,
) -> dict[str, Any]:
    """Write an identity.

    `credentials` includes them, with the config of those types in `configs`; `new` is the form of the answer to its
    creation. Session lists leave out the `addresses`.
    """
    view: dict[str, Any] = {"id": identity.id}
    if identity.external_id:
        view["external_id"] = identity.external_id
    if credentials:
        view["credentials"] = {
            type: _credential_view(credential, with_config=type in configs, new=new)
            for type, credential in sorted(identity.credentials.items())
        }
    view |= {
        "schema_id": identity.schema_id,
        "schema_url": schema_url,
        "state": identity.state,
        "state_changed_at": timestamp(identity.state_changed_at),
        "traits": identity.traits,
    }
    if addresses:
        view |= _addresses_view(identity)
    view["metadata_public"] = identity.metadata_public
    if admin_metadata:
        view["metadata_admin"] = identity.metadata_admin
    view |= {
        "created_at": timestamp(identity.created_at),
        "updated_at": timestamp(identity.updated_at),
        "organization_id": identity.organization_id,
    }
    if identity.region:
        view["region"] = identity.region
    return view


def _addresses_view(identity: Identity) -> dict[str, Any]:
    view: dict[str, Any] = {}
    if identity.verifiable_addresses:
        view["verifiable_addresses"] = [_verifiable_view(address) for address in identity.verifiable_addresses]
    if identity.recovery_addresses:
        view["recovery_addresses"] = [
            {"id": address.id, "value": address.value, "via": address.via, **_dates(address)}
            for address in identity.recovery_addresses
        ]
    return view


def _verifiable_view(address: Address) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": address.id,
        "value": address.value,
        "verified": address.verified,
        "via": address.via,
        "status": address.status,
    }
    if address.verified_at:
        view["verified_at"] = timestamp(address.verified_at)
    return view | _dates(address)


def _dates(row: Address | Credential) -> dict[str, str]:
    return {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}


def _credential_view(credential: Credential, *, with_config: bool, new: bool) -> dict[str, Any]:
    view: dict[str, Any] = {"type": credential.type, "identifiers": credential.identifiers}
    if with_config:
        view["config"] = credential.config or {}
    is_one = credential.type in _VERSION_ONE and (not new or credential.type == "code")
    return {**view, "version": int(is_one), **_dates(credential)}


def session_view(
    session: Session,
    now: datetime,
    *,
    identity: dict[str, Any] | None,
    devices: bool | None = True,
    identity_last: bool = False,
) -> dict[str, Any]:
    """Write a session with the view of its identity.

    `devices` False gives an empty list and None a null, as Kratos does when they are not expanded.
    """
    view: dict[str, Any] = {
        "id": session.id,
        "active": session.is_live(now) and (identity is None or identity["state"] == "active"),
        "expires_at": timestamp(session.expires_at),
        "authenticated_at": timestamp(session.authenticated_at),
        "authenticator_assurance_level": session.aal,
        "authentication_methods": [_method_view(method) for method in session.methods],
        "issued_at": timestamp(session.issued_at),
    }
    device_views = [device_view(device) for device in session.devices]
    shown = device_views if devices else None if devices is None else []
    tail = {"identity": identity, "devices": shown}
    return view | (dict(reversed(tail.items())) if identity_last else tail)


def device_view(device: Device) -> dict[str, Any]:
    """Write what somebody signed in with."""
    return {"id": device.id, "ip_address": device.ip_address, "user_agent": device.user_agent, "location": ""}


def _method_view(method: AuthenticationMethod) -> dict[str, str]:
    view = {"method": method.method, "aal": method.aal, "completed_at": timestamp(method.completed_at)}
    return view | ({"provider": method.provider} if method.provider else {})


def message_view(message: Message, *, dispatches: bool = False) -> dict[str, Any]:
    """Write a message of the courier; only a single one comes with its `dispatches`."""
    dates = {"created_at": timestamp(message.created_at), "updated_at": timestamp(message.created_at)}
    view: dict[str, Any] = {
        "id": message.id,
        "status": message.status,
        "type": message.type,
        "recipient": message.recipient,
        "body": message.body,
        "subject": message.subject,
        "template_type": message.template_type,
        "channel": message.type,
        "send_count": 1,
    }
    if dispatches:
        view["dispatches"] = [{"id": message.id, "message_id": message.id, "status": "success", "error": None, **dates}]
    return view | dates
