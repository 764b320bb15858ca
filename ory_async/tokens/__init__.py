"""Tokens for an application: of its own, of people who log in, of devices; and what the tokens of others say.

    tokens = ClientCredentials(ory, client_id="reports", client_secret="...", scopes=["orders.read"])
    async with Ory("https://orders.example.com", auth=tokens) as orders: ...

`AuthorizationCode` logs people in, `DeviceFlow` does so for devices without a browser, `Introspector` reads the access
tokens that an API is given.
"""

from __future__ import annotations

from .authorization_code import AuthorizationCode, AuthorizationFailed, Transaction
from .client_credentials import ClientCredentials
from .device import DeviceCode, DeviceFlow
from .introspection import Introspector
from .proving import ClientAuthentication, PrivateKey
from .token_set import TokenSet

__all__ = [
    "AuthorizationCode",
    "AuthorizationFailed",
    "ClientAuthentication",
    "ClientCredentials",
    "DeviceCode",
    "DeviceFlow",
    "Introspector",
    "PrivateKey",
    "TokenSet",
    "Transaction",
]
