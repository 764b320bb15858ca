"""Passkeys and security keys (WebAuthn) in the forms of login, registration and settings."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from ... import base64url
from ...clock import moment, timestamp
from ...ids import new_id, random_token
from ..flow import Flow
from ..options import RelyingParty
from ..schemas import normalized
from ..state import Identity
from ..ui import CONTINUE, Node, error, field_node, reason_error, script_node, text
from ..webauthn import (
    Key,
    KeyFault,
    check_use,
    creation_options,
    key_hex,
    new_challenge,
    new_key,
    request_options,
)
from ..webauthn_script import SCRIPT
from .base import FlowHandlers, Rejected, Services, Submission

_NO_KEYS = error(4000015, "This account does not exist or has no security key set up.")
_WRONG_KEY = error(4000043, "The provided web authn login is invalid, please try again.")
_READY = text(1010012, "Prepare your WebAuthn device (e.g. security key, biometrics scanner, ...) and press continue.")
_USE_KEY = text(1010008, "Sign in with a hardware key")
_LAST_KEY = "unable to remove this security key because it would lock you out of your account"
_FIRST_FACTORS = ("password", "code", "oidc", "passkey")


class Keys:
    """The methods `passkey` and `webauthn` of one kind of flow."""

    def __init__(self, flows: FlowHandlers, services: Services) -> None:
        self._flows = flows
        self._registry = services.registry
        self._store = services.registry.store
        self._manager = services.manager
        self._options = services.registry.options

    # What was submitted

    def login_method(self, submission: Submission) -> str:
        """Return the method of a login; the script submits the answer of a key without naming the method."""
        given = next((name for name in ("passkey", "webauthn") if submission.text(f"{name}_login")), "")
        return self._known(given or submission.method)

    def change_method(self, submission: Submission) -> str:
        """Return the method of a registration or of the settings."""
        fields = ("passkey_register", "passkey_settings_register", "passkey_remove", "webauthn_register")
        given = next((name for name in (*fields, "webauthn_remove") if submission.text(name)), "")
        return self._known(given.partition("_")[0] or submission.method)

    def _known(self, method: str) -> str:
        """Return a method, or nothing for one that is switched off."""
        off = {"passkey": self._options.passkeys is None, "webauthn": self._options.webauthn is None}
        return "" if off.get(method) else method

    # Login

    def login_nodes(self, flow: Flow, identity: Identity | None) -> list[Node]:
        """Make the inputs to log in with a key, or with one that an identity has."""
        nodes: list[Node] = []
        if self._options.passkeys and (identity is None or identity.config("passkey")):
            nodes += self._passkey_login_nodes(flow)
        if self._options.webauthn and self._options.webauthn_is_passwordless and not flow.is_native:
            keys = self._keys_of(identity, "webauthn") if identity else []
            if identity is None or keys:
                nodes.append(field_node("webauthn", "method", "submit", value="webauthn", label=_USE_KEY))
        return self._with_script(flow, nodes)

    def passkey_login_nodes(self, flow: Flow) -> list[Node]:
        """Make the inputs to log in with any passkey."""
        return self._with_script(flow, self._passkey_login_nodes(flow))

    def _passkey_login_nodes(self, flow: Flow) -> list[Node]:
        party = self._party("passkey")
        challenge = flow.pending["passkey"] = new_challenge()
        label = text(1010021, "Sign in with passkey")
        options = json.dumps(request_options(party, challenge))
        return [
            _trigger(flow, "passkey", "passkey_login_trigger", "oryPasskeyLogin", label, value=""),
            _on_load(flow, "passkey_login", "oryPasskeyLoginAutocompleteInit"),
            field_node("passkey", "passkey_challenge", "hidden", value=options),
        ]

    def ask_for_key(self, submission: Submission, identity: Identity | None) -> None:
        """Show the second step of a login by security key. Raises Rejected."""
        flow, identifier = submission.flow, submission.text("identifier")
        if not identifier:
            raise self._flows.reject(submission, reason_error("identifier is required"))
        keys = self._keys_of(identity, "webauthn") if identity else []
        if identity is None or not keys:
            raise self._flows.reject(submission, _NO_KEYS)
        hidden = field_node("default", "identifier", "hidden", value=identifier, required=True)
        flow.ui.nodes = [hidden, *self._with_script(flow, self._key_login_nodes(flow, keys, CONTINUE))]
        flow.ui.messages.append(_READY)

    def second_factor_nodes(self, flow: Flow, identity: Identity) -> list[Node]:
        """Make the inputs to use a security key as second factor."""
        if flow.is_native:
            return []
        keys, label = self._keys_of(identity, "webauthn"), text(1010011, "Sign in with a hardware key")
        return self._with_script(flow, self._key_login_nodes(flow, keys, label))

    def _key_login_nodes(self, flow: Flow, keys: Sequence[Key], label: dict[str, Any]) -> list[Node]:
        challenge = flow.pending["webauthn"] = new_challenge()
        options = json.dumps(request_options(self._party("webauthn"), challenge, keys))
        return [
            _trigger(flow, "webauthn", "webauthn_login_trigger", "oryWebAuthnLogin", label, value=options),
            field_node("webauthn", "webauthn_login", "hidden", value=""),
        ]

    def login(self, submission: Submission, method: str) -> Identity:
        """Return who has used a key as first factor. Raises Rejected."""
        answer = self._parsed(submission, f"{method}_login")
        if method == "passkey":
            identity = self._store.find("passkey", _user_handle(answer))
        else:
            identity = self._store.find("webauthn", normalized(submission.text("identifier")))
        if identity is None:
            raise self._flows.reject(submission, _NO_KEYS)
        self._check(submission, method, answer, self._keys_of(identity, method))
        return identity

    def second_factor(self, submission: Submission, identity: Identity) -> None:
        """Check the use of a security key as second factor. Raises Rejected."""
        answer = self._parsed(submission, "webauthn_login")
        self._check(submission, "webauthn", answer, self._keys_of(identity, "webauthn"))

    def _check(self, submission: Submission, method: str, answer: dict[str, Any], keys: Sequence[Key]) -> None:
        challenge = submission.flow.pending.get(method)
        try:
            if challenge is None:
                raise KeyFault("no challenge")
            check_use(self._party(method), challenge, answer, keys)
        except KeyFault:
            raise self._flows.reject(submission, _WRONG_KEY) from None
        del submission.flow.pending[method]

    def _parsed(self, submission: Submission, name: str) -> dict[str, Any]:
        try:
            answer = json.loads(submission.text(name))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or "id" not in answer:
            raise self._flows.reject(submission, reason_error("Unable to parse WebAuthn response."))
        return answer

    # Registration and settings

    def sign_up_nodes(self, flow: Flow) -> list[Node]:
        """Make the inputs to sign up with a key."""
        nodes: list[Node] = []
        if self._options.webauthn and self._options.webauthn_is_passwordless and not flow.is_native:
            nodes += self._new_key_nodes(flow, text(1040004, "Sign up with security key"), new_id().encode(), ())
        if self._options.passkeys:
            nodes += self._sign_up_with_passkey_nodes(flow)
        return self._with_script(flow, nodes)

    def _sign_up_with_passkey_nodes(self, flow: Flow) -> list[Node]:
        party = self._party("passkey")
        challenge, handle = self._pend(flow, "passkey", random_token(64).encode())
        options = creation_options(party, challenge, user_id=handle, user_name=party.name, known=(), is_passkey=True)
        names = [trait.path for trait in self._registry.schemas.default.fields() if trait.names_passkey]
        data = {
            "credentialOptions": options,
            "displayNameFieldName": names[0] if names else "",
            "displayNameFieldNames": names,
        }
        label = text(1040007, "Sign up with passkey")
        return [
            _trigger(flow, "passkey", "passkey_register_trigger", "oryPasskeyRegistration", label),
            field_node("passkey", "passkey_register", "hidden"),
            field_node("passkey", "passkey_create_data", "hidden", value=json.dumps(data)),
        ]

    def settings_nodes(self, flow: Flow, identity: Identity) -> list[Node]:
        """Make the inputs to add and to remove keys."""
        nodes: list[Node] = []
        if self._options.webauthn and not flow.is_native:
            keys = self._keys_of(identity, "webauthn")
            nodes += [self._remove_node("webauthn", key, identity) for key in keys]
            handle = bytes.fromhex(identity.id.replace("-", ""))
            nodes += self._new_key_nodes(flow, text(1050012, "Add security key"), handle, keys)
        if self._options.passkeys:
            nodes += self._add_passkey_nodes(flow, identity)
        return self._with_script(flow, nodes)

    def _add_passkey_nodes(self, flow: Flow, identity: Identity) -> list[Node]:
        keys = self._keys_of(identity, "passkey")
        schema = self._manager.schema(identity.schema_id)
        known = (identity.config("passkey") or {}).get("user_handle")
        challenge, handle = self._pend(flow, "passkey", base64.b64decode(known) if known else random_token(64).encode())
        options = creation_options(
            self._party("passkey"),
            challenge,
            user_id=handle,
            user_name=schema.check(identity.traits).passkey_name,
            known=keys,
            is_passkey=True,
        )
        trigger = "oryPasskeySettingsRegistration"
        return [
            *(self._remove_node("passkey", key, identity) for key in keys),
            _trigger(flow, "passkey", "passkey_register_trigger", trigger, text(1050019, "Add passkey"), value=""),
            field_node("passkey", "passkey_settings_register", "hidden"),
            field_node("passkey", "passkey_create_data", "hidden", value=json.dumps(options)),
        ]

    def _new_key_nodes(self, flow: Flow, label: Node, user_id: bytes, known: Sequence[Key]) -> list[Node]:
        party = self._party("webauthn")
        challenge, handle = self._pend(flow, "webauthn", user_id)
        options = json.dumps(
            creation_options(party, challenge, user_id=handle, user_name=party.name, known=known, is_passkey=False)
        )
        name_label = text(1050013, "Name of the security key")
        return [
            field_node("webauthn", "webauthn_register_displayname", label=name_label, value=""),
            field_node("webauthn", "webauthn_register", "hidden", value=""),
            _trigger(flow, "webauthn", "webauthn_register_trigger", "oryWebAuthnRegistration", label, value=options),
        ]

    def _remove_node(self, method: str, key: Key, identity: Identity) -> Node:
        added = moment(key["added_at"])
        name = key["display_name"] or "unnamed"
        id, words = (
            (1050020, f'Remove passkey "{name}"')
            if method == "passkey"
            else (
                1050018,
                f'Remove security key "{name}"',
            )
        )
        label = text(id, words, added_at=timestamp(added), added_at_unix=int(added.timestamp()), display_name=name)
        node = field_node(method, f"{method}_remove", "submit", value=key_hex(key), label=label)
        node["attributes"]["disabled"] = key["is_passwordless"] and first_factors(identity) < 2
        return node

    def add(self, submission: Submission, identity: Identity, method: str) -> None:
        """Add the key that was made to an identity. Raises Rejected."""
        flow = submission.flow
        field = "webauthn_register" if method == "webauthn" else "passkey_register"
        answer = submission.text(field) or submission.text("passkey_settings_register")
        pending = flow.pending.pop(method, None)
        is_passwordless = method == "passkey" or self._options.webauthn_is_passwordless
        try:
            if pending is None:
                raise KeyFault("Expected WebAuthN in internal context to be an object.")
            challenge, handle = pending
            name = submission.text("webauthn_register_displayname")
            now = self._registry.clock.now()
            key = new_key(self._party(method), challenge, answer, name=name, now=now, is_passwordless=is_passwordless)
        except KeyFault as fault:
            if pending is not None:
                flow.pending[method] = pending
            raise self._flows.reject(submission, reason_error(str(fault))) from None
        credential = self._manager.credential(identity, method)
        keys = [*(credential.config or {}).get("credentials", []), key]
        credential.config = {"credentials": keys, "user_handle": base64.b64encode(handle).decode()}
        if method == "passkey":
            credential.identifiers = [handle.decode()]

    def remove(self, submission: Submission, identity: Identity, method: str) -> None:
        """Take a key away from an identity. Raises Rejected."""
        keys = self._keys_of(identity, method)
        left = [key for key in keys if key_hex(key) != submission.text(f"{method}_remove")]
        what = "passkey" if method == "passkey" else "WebAuthn credential"
        if len(left) == len(keys):
            reason = f"You tried to remove a {what} which does not exist."
            raise self._flows.reject(submission, reason_error(reason))
        gone = next(key for key in keys if key not in left)
        if gone["is_passwordless"] and first_factors(identity) < 2:
            submission.flow.ui.add_error(f"{method}_remove", reason_error(_LAST_KEY))
            raise Rejected
        credential = identity.credentials[method]
        if left:
            credential.config = {**(credential.config or {}), "credentials": left}
        elif method == "passkey":
            del identity.credentials[method]
        else:  # still listed, since the schema gives it identifiers
            credential.config = None

    # Common parts

    def _party(self, method: str) -> RelyingParty:
        party = self._options.passkeys if method == "passkey" else self._options.webauthn
        if party is None:
            raise Rejected
        return party

    def _keys_of(self, identity: Identity, method: str) -> list[Key]:
        keys: list[Key] = (identity.config(method) or {}).get("credentials", [])
        return keys

    def _pend(self, flow: Flow, method: str, handle: bytes) -> tuple[bytes, bytes]:
        """Remember what a new key is asked for, until it is there; the form may be shown again meanwhile."""
        pending: tuple[bytes, bytes] = flow.pending.setdefault(method, (new_challenge(), handle))
        return pending

    def _with_script(self, flow: Flow, nodes: list[Node]) -> list[Node]:
        """Add the script that a browser needs for these inputs."""
        if flow.is_native or not nodes:
            return nodes
        digest = base64.b64encode(hashlib.sha512(SCRIPT.encode()).digest()).decode()
        url = self._registry.url("/.well-known/ory/webauthn.js")
        return [script_node("webauthn", "webauthn_script", url, f"sha512-{digest}", new_id()), *nodes]


def is_usable(identity: Identity, type: str) -> bool:
    """Tell whether a credential is set up; one for keys also without any is there where the schema names it."""
    config = identity.config(type)
    return bool(config.get("credentials")) if config and type == "webauthn" else config is not None


def first_factors(identity: Identity) -> int:
    """Count the ways in which an identity can log in."""
    keys = (identity.config("webauthn") or {}).get("credentials", [])
    return sum(is_usable(identity, type) for type in _FIRST_FACTORS) + any(key["is_passwordless"] for key in keys)


def _user_handle(answer: dict[str, Any]) -> str:
    """Return the handle that a passkey gives of its owner, empty when it is malformed."""
    response = answer.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        return base64url.decoded(str(handle)).decode()
    except ValueError:
        return ""


def _trigger(flow: Flow, group: str, name: str, function: str, label: Node, *, value: str | None = None) -> Node:
    """Make a button that calls the script; native clients get only the name of the function."""
    argument = value if group == "webauthn" else ""
    call = None if flow.is_native else f"window.{function}({argument})"
    return field_node(group, name, "button", value=value, label=label, onclick=call, onclickTrigger=function)


def _on_load(flow: Flow, name: str, function: str) -> Node:
    call = None if flow.is_native else f"window.{function}()"
    return field_node("passkey", name, "hidden", onload=call, onloadTrigger=function)
