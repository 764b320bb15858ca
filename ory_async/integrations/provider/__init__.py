"""The pages that Hydra sends browsers to: login, consent, logout, and the codes of devices; as routes for Starlette.

    provider = LoginProvider(ory, KratosSessions(ory, verifier), secret=os.environ["PROVIDER_SECRET"])
    app.mount("/oauth", provider.app)

`provider` holds the routes, `kratos` who somebody is, `pages` what they see, `forms` what makes a form theirs.
"""

from .kratos import KratosSessions
from .provider import Authenticator, LoginAsked, LoginProvider

__all__ = ["Authenticator", "KratosSessions", "LoginAsked", "LoginProvider"]
