"""Ory for blocking code: the twin of ory_async, with the same names, parameters and results."""

from ory_async import NULL as NULL
from ory_async import UNSET as UNSET
from ory_async import Answer as Answer
from ory_async import ApiKey as ApiKey
from ory_async import Auth as Auth
from ory_async import BasicAuth as BasicAuth
from ory_async import BearerToken as BearerToken
from ory_async import Headers as Headers
from ory_async import Limits as Limits
from ory_async import Options as Options
from ory_async import OryError as OryError
from ory_async import Page as Page
from ory_async import Redirect as Redirect
from ory_async import Request as Request
from ory_async import Response as Response
from ory_async import RetryPolicy as RetryPolicy
from ory_async import Timeout as Timeout
from ory_async import __version__ as __version__
from ory_async import errors as errors
from ory_async import from_dict as from_dict
from ory_async import from_json as from_json
from ory_async import models as models
from ory_async import to_dict as to_dict
from ory_async import to_json as to_json

from .blocking import Pager as Pager
from .blocking import with_response as with_response
from .client import Ory as Ory
from .portal import BlockingInsideLoop as BlockingInsideLoop

__all__ = [
    "NULL",
    "UNSET",
    "Answer",
    "ApiKey",
    "Auth",
    "BasicAuth",
    "BearerToken",
    "BlockingInsideLoop",
    "Headers",
    "Limits",
    "Options",
    "Ory",
    "OryError",
    "Page",
    "Pager",
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
