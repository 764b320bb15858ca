"""Ory for asyncio: identities, sessions and self-service flows, OAuth2, permissions."""

from . import errors as errors
from . import models as models
from .auth import ApiKey as ApiKey
from .auth import Auth as Auth
from .auth import BasicAuth as BasicAuth
from .auth import BearerToken as BearerToken
from .calls import with_response as with_response
from .client import VERSION as __version__
from .client import Options as Options
from .client import Ory as Ory
from .config import Limits as Limits
from .config import Timeout as Timeout
from .errors import OryError as OryError
from .messages import Answer as Answer
from .messages import Headers as Headers
from .messages import Redirect as Redirect
from .messages import Request as Request
from .messages import Response as Response
from .models.base import NULL as NULL
from .models.base import UNSET as UNSET
from .pagination import AsyncPager as AsyncPager
from .pagination import Page as Page
from .retry import RetryPolicy as RetryPolicy
from .serialization import from_dict as from_dict
from .serialization import from_json as from_json
from .serialization import to_dict as to_dict
from .serialization import to_json as to_json

__all__ = [
    "NULL",
    "UNSET",
    "Answer",
    "ApiKey",
    "AsyncPager",
    "Auth",
    "BasicAuth",
    "BearerToken",
    "Headers",
    "Limits",
    "Options",
    "Ory",
    "OryError",
    "Page",
    "Redirect",
    "Request",
    "Response",
    "RetryPolicy",
    "Timeout",
    "__version__",
    "errors",
    "from_dict",
    "from_json",
    "models",
    "to_dict",
    "to_json",
    "with_response",
]
