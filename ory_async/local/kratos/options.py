from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class KratosOptions:
    """Settings of the local Kratos, with the defaults of a server in development mode.

    `ui_url` is where the pages of the flows would stand (browsers are sent there); `allowed_return_urls` are further
    prefixes accepted for `return_to`. `required_aal` is `highest_available` or `aal1`. `session_cache_max_age` switches
    on the header Ory-Session-Cache-For. `verifies_new_addresses` says whether a code is sent to the new addresses of a
    registration and of the settings.
    """

    ui_url: str = "http://127.0.0.1:4455"
    allowed_return_urls: tuple[str, ...] = ()
    login_lifespan: timedelta = timedelta(minutes=10)
    registration_lifespan: timedelta = timedelta(minutes=10)
    flow_lifespan: timedelta = timedelta(hours=1)
    code_lifespan: timedelta = timedelta(hours=1)
    session_lifespan: timedelta = timedelta(hours=24)
    privileged_session_max_age: timedelta = timedelta(minutes=15)
    session_cache_max_age: timedelta | None = None
    required_aal: str = "highest_available"
    verifies_new_addresses: bool = True
    bcrypt_cost: int = 4
