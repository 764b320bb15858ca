"""API keys: the keys that you give to the users and programs of your own product, kept by Talos."""

from __future__ import annotations

from .imported import ImportedKeyOperations
from .issued import IssuedKeyOperations
from .verification import VerificationOperations

__all__ = ["AsyncApiKeysService"]


class AsyncApiKeysService(IssuedKeyOperations, ImportedKeyOperations, VerificationOperations):
    """Issue API keys for your product, import those made elsewhere, verify and revoke them, derive tokens from them.

    All of this is for administrators, but `revoke_api_key` and `get_jwks`, which are public: on servers of your own
    the two may have different addresses, ``talos_admin`` and ``talos_public``.
    """

    tag = "api_keys"
    product = "talos"
