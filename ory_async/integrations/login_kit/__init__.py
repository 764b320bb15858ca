"""Log in with Ory: OAuth2 and OpenID Connect for applications on Starlette and FastAPI.

    login = AuthorizationCode(ory, client_id="shop", client_secret="...", redirect_uri="https://shop/auth/callback")
    LoginKit(login, store=RedisTokenStore(redis), secret=os.environ["LOGIN_SECRET"]).install(app)

    async def page(request: Request) -> Response:
        user = await current_user(request)

On FastAPI `CurrentUser` and `OptionalUser` of `ory_async.integrations.login_kit.fastapi` are the same as parameters.
Needs the extras ``starlette`` and ``jwt``.
"""

from __future__ import annotations

from ..problems import Denied
from .kit import FailurePage, LoginKit
from .logins import User
from .redis_store import RedisTokenStore
from .sealing import Secret
from .stores import MemoryTokenStore, StoreUnavailable, TokenStore
from .visits import current_user, optional_user

__all__ = [
    "Denied",
    "FailurePage",
    "LoginKit",
    "MemoryTokenStore",
    "RedisTokenStore",
    "Secret",
    "StoreUnavailable",
    "TokenStore",
    "User",
    "current_user",
    "optional_user",
]
