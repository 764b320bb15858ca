"""The blocking client: the async one, carried out on the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import update_wrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, Unpack, overload

import ory_async
from ory_async.auth import Auth
from ory_async.client import Options
from ory_async.config import Plane
from ory_async.lazy import lazy
from ory_async.models.base import Json
from ory_async.operation import Parameters

from .portal import portal, remembered

if TYPE_CHECKING:
    from .services.api_keys import ApiKeysService
    from .services.courier import CourierService
    from .services.elements import ElementsService
    from .services.events import EventsService
    from .services.frontend import FrontendService
    from .services.identity import IdentityService
    from .services.jwk import JwkService
    from .services.metadata import MetadataService
    from .services.oauth2 import OAuth2Service
    from .services.oidc import OidcService
    from .services.permission import PermissionService
    from .services.project import ProjectService
    from .services.relationship import RelationshipService
    from .services.v0alpha2 import V0alpha2Service
    from .services.wellknown import WellknownService
    from .services.workspace import WorkspaceService

P = ParamSpec("P")
T = TypeVar("T")


def _constructor(make: Callable[P, ory_async.Ory]) -> classmethod[Ory, P, Ory]:
    """The blocking twin of a constructor."""

    def construct(cls: type[Ory], /, *args: P.args, **kwargs: P.kwargs) -> Ory:
        return cls._around(make(*args, **kwargs))

    update_wrapper(construct, getattr(make, "__func__"))  # noqa: B009 - a bound classmethod, whose cls stays a parameter
    return classmethod(construct)


class Ory:
    """A blocking client for Ory, with one attribute for each service: `frontend`, `identity`, `permission` and so on.

    It has the methods of `ory_async.Ory`, with the same parameters and results. Make one and keep it: it may be used
    from any number of threads, before and after a fork, and also where an event loop runs, though it holds that up.
    Close it at the end, by ``with`` or `close`; otherwise it is closed when the interpreter exits.
    """

    def __init__(self, url: str, **options: Unpack[Options]) -> None:
        self._ory = remembered(ory_async.Ory(url, **options))

    network = _constructor(ory_async.Ory.network)
    self_hosted = _constructor(ory_async.Ory.self_hosted)
    from_env = _constructor(ory_async.Ory.from_env)

    @classmethod
    def _around(cls, ory: ory_async.Ory) -> Self:
        self = cls.__new__(cls)
        self._ory = remembered(ory)
        return self

    def with_options(self, **options: Unpack[Options]) -> Self:
        """A copy of this client with some options changed; see `ory_async.Ory.with_options`."""
        return self._around(self._ory.with_options(**options))

    # the services

    @lazy
    def api_keys(self) -> ApiKeysService:
        from .services.api_keys import ApiKeysService

        return ApiKeysService(self._ory.api_keys)

    @lazy
    def courier(self) -> CourierService:
        from .services.courier import CourierService

        return CourierService(self._ory.courier)

    @lazy
    def elements(self) -> ElementsService:
        from .services.elements import ElementsService

        return ElementsService(self._ory.elements)

    @lazy
    def events(self) -> EventsService:
        from .services.events import EventsService

        return EventsService(self._ory.events)

    @lazy
    def frontend(self) -> FrontendService:
        from .services.frontend import FrontendService

        return FrontendService(self._ory.frontend)

    @lazy
    def identity(self) -> IdentityService:
        from .services.identity import IdentityService

        return IdentityService(self._ory.identity)

    @lazy
    def jwk(self) -> JwkService:
        from .services.jwk import JwkService

        return JwkService(self._ory.jwk)

    @lazy
    def metadata(self) -> MetadataService:
        from .services.metadata import MetadataService

        return MetadataService(self._ory.metadata)

    @lazy
    def oauth2(self) -> OAuth2Service:
        from .services.oauth2 import OAuth2Service

        return OAuth2Service(self._ory.oauth2)

    @lazy
    def oidc(self) -> OidcService:
        from .services.oidc import OidcService

        return OidcService(self._ory.oidc)

    @lazy
    def permission(self) -> PermissionService:
        from .services.permission import PermissionService

        return PermissionService(self._ory.permission)

    @lazy
    def project(self) -> ProjectService:
        from .services.project import ProjectService

        return ProjectService(self._ory.project)

    @lazy
    def relationship(self) -> RelationshipService:
        from .services.relationship import RelationshipService

        return RelationshipService(self._ory.relationship)

    @lazy
    def v0alpha2(self) -> V0alpha2Service:
        from .services.v0alpha2 import V0alpha2Service

        return V0alpha2Service(self._ory.v0alpha2)

    @lazy
    def wellknown(self) -> WellknownService:
        from .services.wellknown import WellknownService

        return WellknownService(self._ory.wellknown)

    @lazy
    def workspace(self) -> WorkspaceService:
        from .services.workspace import WorkspaceService

        return WorkspaceService(self._ory.workspace)

    # beyond the services

    @overload
    def request(
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
    def request(
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
    def request(self, method: str, path: str, **call: Any) -> Any:
        """Call an endpoint that this version of the SDK does not know; see `ory_async.Ory.request`."""
        return portal().call(self._ory.request(method, path, **call))

    def preload(self, *services: str) -> None:
        """Make ready what the first call of each service would make: its models and their decoders."""
        self._ory.preload(*services)

    def close(self) -> None:
        """Close the connections; closing twice is fine. A call after it raises `ClientClosed`."""
        portal().call(self._ory.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._ory)
