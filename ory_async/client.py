"""The client: where Ory is, who is calling, and one attribute for each service."""

from __future__ import annotations

import inspect
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, TypeVar, Unpack, overload

import attrs

from . import config
from .answering import read
from .auth import ApiKey, Auth
from .config import Limits, Plane, Timeout
from .errors import ConfigurationError, InvalidRequest
from .lazy import lazy
from .operation import Operation, Parameters, check_plane, checked_header, encode_query, is_idempotent, json_body
from .pipeline import Around, OnRequest, OnResponse, Pipeline, Settings
from .retry import RetryPolicy
from .transport import Session, TraceConfig, Transport, Wiring

if TYPE_CHECKING:
    import ssl

    from .models.base import Json
    from .services.api_keys import AsyncApiKeysService
    from .services.courier import AsyncCourierService
    from .services.elements import AsyncElementsService
    from .services.events import AsyncEventsService
    from .services.frontend import AsyncFrontendService
    from .services.identity import AsyncIdentityService
    from .services.jwk import AsyncJwkService
    from .services.metadata import AsyncMetadataService
    from .services.oauth2 import AsyncOAuth2Service
    from .services.oidc import AsyncOidcService
    from .services.permission import AsyncPermissionService
    from .services.project import AsyncProjectService
    from .services.relationship import AsyncRelationshipService
    from .services.v0alpha2 import AsyncV0alpha2Service
    from .services.wellknown import AsyncWellknownService
    from .services.workspace import AsyncWorkspaceService

T = TypeVar("T")

VERSION = "0.1.0"
SERVICES = (
    "api_keys",
    "courier",
    "elements",
    "events",
    "frontend",
    "identity",
    "jwk",
    "metadata",
    "oauth2",
    "oidc",
    "permission",
    "project",
    "relationship",
    "v0alpha2",
    "wellknown",
    "workspace",
)

_METHOD = re.compile(r"[A-Z]+")
_PATH = re.compile(r"/[!-~]*")
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})


class Options(TypedDict, total=False):
    """What every way to make a client takes, and `Ory.with_options` too."""

    auth: Auth | str | None
    """The credential for operations that ask for one; a string is an API key."""
    workspace_api_key: str | None
    """The key for operations of the console."""
    timeout: Timeout | float | None
    """Limits for each attempt of a call; a number is the total, in seconds; None means the default."""
    retry: RetryPolicy | None
    """How failed attempts are repeated; None: not at all."""
    limits: Limits
    headers: Mapping[str, str]
    """Further headers for every call."""
    query: Parameters
    """Further query parameters for every call; empty values are sent, None is not."""
    user_agent: str
    on_request: OnRequest | None
    on_response: OnResponse | None
    around: Around | None
    proxy: str | None
    """The URL of an HTTP proxy; it may hold a user and a password."""
    tls: ssl.SSLContext | None
    """A context with certificates of your own; verification is on in any other case."""
    trace_configs: Sequence[TraceConfig]
    """Hooks into aiohttp's own life of a request."""
    session: Session | None
    """A session of your own, with ``cookie_jar=aiohttp.DummyCookieJar()``; it stays open when the client is closed."""
    allow_insecure: bool
    """Send credentials over http:// to hosts other than this machine, such as inside a cluster."""


_CONNECTION_OPTIONS = frozenset({"limits", "proxy", "tls", "trace_configs", "session"})
_OPTIONS = frozenset(Options.__annotations__)
_KINDS: dict[str, Any] = {
    "limits": Limits,
    "retry": RetryPolicy,
    "headers": Mapping,
    "query": Mapping,
    "user_agent": str,
    "on_request": Callable,
    "on_response": Callable,
    "around": Callable,
    "trace_configs": Sequence,
    "session": Session,
    "allow_insecure": bool,  # a text such as "false" would allow it
}


class Ory:
    """A client for Ory, with one attribute for each service: `frontend`, `identity`, `permission` and so on.

    Make one and keep it: it may be made anywhere, also at import time, and used from any number of tasks. Close it at
    the end, by ``async with`` or `close`.

    ``Ory(url)`` takes one URL behind which every plane is found: a proxy, or the local Ory. See `network`,
    `self_hosted` and `from_env` for the other ways. Raises `ConfigurationError` for settings that make no sense.
    """

    def __init__(self, url: str, **options: Unpack[Options]) -> None:
        self._start(config.everywhere(url), options)

    @classmethod
    def network(cls, project: str, *, api_key: str | None = None, **options: Unpack[Options]) -> Self:
        """A client for a project of the Ory Network, given by its slug or its URL.

        `api_key` is a key of the project (``ory_pat_...``); operations of the console take ``workspace_api_key``
        (``ory_wak_...``).
        """
        if api_key is not None:
            options["auth"] = ApiKey(api_key)
        return cls._made(config.network(project), options)

    @classmethod
    def self_hosted(
        cls,
        *,
        kratos_public: str | None = None,
        kratos_admin: str | None = None,
        hydra_public: str | None = None,
        hydra_admin: str | None = None,
        keto_read: str | None = None,
        keto_write: str | None = None,
        keto_opl: str | None = None,
        talos_admin: str | None = None,
        talos_public: str | None = None,
        console: str | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """A client for servers of your own; give the URLs of those that you run.

        A call to a plane without URL raises `ConfigurationError`, which names it.
        """
        urls = {
            "kratos_public": kratos_public,
            "kratos_admin": kratos_admin,
            "hydra_public": hydra_public,
            "hydra_admin": hydra_admin,
            "keto_read": keto_read,
            "keto_write": keto_write,
            "keto_opl": keto_opl,
            "talos_admin": talos_admin,
            "talos_public": talos_public,
            "console": console,
        }
        return cls._made(config.self_hosted(urls), options)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Unpack[Options]) -> Self:
        """A client as the environment says.

        Reads ``ORY_SDK_URL`` (every plane), ``ORY_KRATOS_PUBLIC_URL`` and its kin (one plane each), ``ORY_API_KEY`` and
        ``ORY_WORKSPACE_API_KEY``. Options given here win. Raises `ConfigurationError` when no URL is set.
        """
        environment = config.Environment.read(environ)
        if environment.api_key is not None:
            options.setdefault("auth", ApiKey(environment.api_key))
        if environment.workspace_api_key is not None:
            options.setdefault("workspace_api_key", environment.workspace_api_key)
        return cls._made(environment.planes, options)

    @classmethod
    def _made(cls, planes: Mapping[Plane, str], options: Options, transport: Transport | None = None) -> Self:
        self = cls.__new__(cls)
        self._start(planes, options, transport)
        return self

    def _start(self, planes: Mapping[Plane, str], options: Options, transport: Transport | None = None) -> None:
        _check_kinds(options)
        self._options = options
        self._transport = transport or Transport(_wiring(options))
        self._pipeline = Pipeline(_settings(planes, options), self._transport)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """A copy of this client with some options changed.

        The copy shares this client's connections, and closes with it, unless it changes how connections are made
        (limits, proxy, tls, trace_configs, session).
        """
        shared = None if _CONNECTION_OPTIONS & options.keys() else self._transport
        return self._made(self._pipeline.settings.planes, {**self._options, **options}, shared)

    # the services

    @lazy
    def api_keys(self) -> AsyncApiKeysService:
        from .services.api_keys import AsyncApiKeysService

        return AsyncApiKeysService(self._pipeline)

    @lazy
    def courier(self) -> AsyncCourierService:
        from .services.courier import AsyncCourierService

        return AsyncCourierService(self._pipeline)

    @lazy
    def elements(self) -> AsyncElementsService:
        from .services.elements import AsyncElementsService

        return AsyncElementsService(self._pipeline)

    @lazy
    def events(self) -> AsyncEventsService:
        from .services.events import AsyncEventsService

        return AsyncEventsService(self._pipeline)

    @lazy
    def frontend(self) -> AsyncFrontendService:
        from .services.frontend import AsyncFrontendService

        return AsyncFrontendService(self._pipeline)

    @lazy
    def identity(self) -> AsyncIdentityService:
        from .services.identity import AsyncIdentityService

        return AsyncIdentityService(self._pipeline)

    @lazy
    def jwk(self) -> AsyncJwkService:
        from .services.jwk import AsyncJwkService

        return AsyncJwkService(self._pipeline)

    @lazy
    def metadata(self) -> AsyncMetadataService:
        from .services.metadata import AsyncMetadataService

        return AsyncMetadataService(self._pipeline)

    @lazy
    def oauth2(self) -> AsyncOAuth2Service:
        from .services.oauth2 import AsyncOAuth2Service

        return AsyncOAuth2Service(self._pipeline)

    @lazy
    def oidc(self) -> AsyncOidcService:
        from .services.oidc import AsyncOidcService

        return AsyncOidcService(self._pipeline)

    @lazy
    def permission(self) -> AsyncPermissionService:
        from .services.permission import AsyncPermissionService

        return AsyncPermissionService(self._pipeline)

    @lazy
    def project(self) -> AsyncProjectService:
        from .services.project import AsyncProjectService

        return AsyncProjectService(self._pipeline)

    @lazy
    def relationship(self) -> AsyncRelationshipService:
        from .services.relationship import AsyncRelationshipService

        return AsyncRelationshipService(self._pipeline)

    @lazy
    def v0alpha2(self) -> AsyncV0alpha2Service:
        from .services.v0alpha2 import AsyncV0alpha2Service

        return AsyncV0alpha2Service(self._pipeline)

    @lazy
    def wellknown(self) -> AsyncWellknownService:
        from .services.wellknown import AsyncWellknownService

        return AsyncWellknownService(self._pipeline)

    @lazy
    def workspace(self) -> AsyncWorkspaceService:
        from .services.workspace import AsyncWorkspaceService

        return AsyncWorkspaceService(self._pipeline)

    # beyond the services

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        plane: Plane,
        model: type[T],
        body: object = None,
        query: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
    ) -> T: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        plane: Plane,
        model: None = None,
        body: object = None,
        query: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
    ) -> Json: ...
    async def request(
        self,
        method: str,
        path: str,
        *,
        plane: Plane,
        model: Any = None,
        body: object = None,
        query: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
    ) -> Any:
        """Call an endpoint that this version of the SDK does not know.

        `path` goes as it is, so encode what you put into it. `body` is a model, a mapping or a list; `model` is the
        type of the answer, plain JSON by default (None where there is no body). The client's API key rides along on
        admin planes; elsewhere give `auth`. Errors are those of any other call.
        """
        operation = _free_operation(method.upper(), path, plane, model)
        content = None if body is None else json_body(operation.name, body, object)
        return read(operation, await self._pipeline.send(operation, None, query, headers, content, auth))

    def preload(self, *services: str) -> None:
        """Make ready what the first call of each service would make: its models, their decoders, the connection pool.

        Call it at start-up, so that no request of a user waits for it; without names it prepares every service.
        """
        from .preloading import preload

        for name in services or SERVICES:
            if name not in SERVICES:
                raise ConfigurationError(f"there is no service {name!r}; there are {', '.join(SERVICES)}")
            preload(type(getattr(self, name)))
        self._transport.prepare()

    async def close(self) -> None:
        """Close the connections; closing twice is fine. A call after it raises `ClientClosed`."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        urls = self._pipeline.settings.planes
        where = (
            ", ".join(f"{plane}={url}" for plane, url in urls.items())
            if len(set(urls.values())) > 2
            else next(iter(urls.values()), "")
        )
        return f"<{type(self).__name__} {where}>"


def _free_operation(method: str, path: str, plane: Plane, model: Any) -> Operation:
    bare = path.partition("?")[0]
    check_plane("request", plane)
    if not _METHOD.fullmatch(method):
        raise InvalidRequest(f"{method!r:.60} is no method of HTTP")
    if not _PATH.fullmatch(path) or "#" in path:
        raise InvalidRequest(f"the path must start with a slash and be percent-encoded: {bare!r}")
    if any(step in (".", "..") for step in bare.lower().replace("%2e", ".").split("/")):
        raise InvalidRequest(f"the path must hold no dot segments: {bare!r}")
    return Operation(
        name=f"request {method} {bare}",
        method=method,
        path=path,
        plane=plane,
        credential="workspace_api_key" if plane == "console" else "api_key" if not plane.endswith("_public") else None,
        result=Any if model is None else model,
        optional=model is None,
        repeatable=is_idempotent(method),
    )


def _wiring(options: Options) -> Wiring:
    proxy = options.get("proxy")
    return Wiring(
        limits=options.get("limits") or Limits(),
        tls=options.get("tls"),
        proxy=None if proxy is None else config.proxy_url(proxy),
        trace_configs=tuple(options.get("trace_configs") or ()),
        session=options.get("session"),
    )


def _check_kinds(options: Options) -> None:
    unknown = options.keys() - _OPTIONS
    if unknown:
        raise ConfigurationError(
            f"unknown option: {', '.join(sorted(unknown))}; there are {', '.join(sorted(_OPTIONS))}"
        )
    for name, kind in _KINDS.items():
        value = options.get(name)
        if value is not None and not isinstance(value, kind):
            raise ConfigurationError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")


def _settings(planes: Mapping[Plane, str], options: Options) -> Settings:
    auth, workspace_key = options.get("auth"), options.get("workspace_api_key")
    if isinstance(auth, str):
        auth = ApiKey(auth)
    usable = isinstance(auth, Auth) and not isinstance(auth, type) and inspect.iscoroutinefunction(auth.authorization)
    if auth is not None and not usable:
        raise ConfigurationError(
            "auth must be an API key, a BearerToken or another Auth, such as BearerToken(fetch_token)"
        )
    if (auth is not None or workspace_key is not None) and not options.get("allow_insecure"):
        _refuse_exposure(planes)
    query = options.get("query") or {}
    try:
        encode_query("query", query)
        headers = _headers(options)
    except InvalidRequest as error:
        raise ConfigurationError(str(error)) from None
    return Settings(
        planes=planes,
        auth=auth,
        workspace_auth=None if workspace_key is None else ApiKey(workspace_key),
        timeout=_timeout(options.get("timeout")),
        retry=options.get("retry", RetryPolicy()),
        headers=headers,
        query=dict(query),
        on_request=options.get("on_request"),
        on_response=options.get("on_response"),
        around=options.get("around"),
        allow_insecure=options.get("allow_insecure", False),
    )


def _refuse_exposure(planes: Mapping[Plane, str]) -> None:
    for plane, url in planes.items():
        if config.is_exposed(url):
            raise ConfigurationError(
                f"the credential would cross the network unencrypted to {url} ({plane}):"
                " use https, or allow_insecure=True where the network itself is trusted"
            )


def _timeout(timeout: Timeout | float | None) -> Timeout:
    if timeout is None:
        return Timeout()
    if isinstance(timeout, Timeout):
        return timeout
    limits = Timeout(total=timeout)
    return attrs.evolve(limits, connect=min(limits.connect, limits.total))


def _headers(options: Options) -> dict[str, str]:
    agent = options.get("user_agent") or f"ory-async/{VERSION} python/{platform.python_version()}"
    headers = {"User-Agent": checked_header("User-Agent", agent)}
    for name, value in (options.get("headers") or {}).items():
        checked = checked_header(name, value)
        if name.lower() in _OWN_HEADERS:
            raise ConfigurationError(f"{name!r} is no header that can be set")
        headers[name.title()] = checked
    return headers
