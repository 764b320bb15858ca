"""The blocking flows: the same names, parameters and docstrings, and they work."""

from __future__ import annotations

import inspect

import pytest

import ory_async.flows
from ory_async import errors
from ory_async.local import LocalOry
from ory_sync import Ory, flows

from .flow_support import EMAIL, PASSWORD, expect

TWINS = ["Flow", "AnyFlow", "Outcome", "login", "logout", "recovery", "registration", "settings", "verification"]


def test_same_names() -> None:
    assert flows.__all__ == ory_async.flows.__all__ == sorted(flows.__all__, key=lambda name: (name[0].islower(), name))
    for name in set(flows.__all__) - set(TWINS):
        assert getattr(flows, name) is getattr(ory_async.flows, name)


@pytest.mark.parametrize("name", ["login", "logout", "recovery", "registration", "settings", "verification"])
def test_same_functions(name: str) -> None:
    ours, twin = getattr(ory_async.flows, name), getattr(flows, name)
    assert inspect.signature(twin) == inspect.signature(ours)
    assert inspect.getdoc(twin) == inspect.getdoc(ours)
    assert not inspect.iscoroutinefunction(twin)


def test_same_members() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert public(flows.Flow) == public(ory_async.flows.Flow)
    for name in ("submit", "submit_form", "send", "exchange"):
        ours, twin = getattr(ory_async.flows.Flow, name), getattr(flows.Flow, name)
        assert inspect.signature(twin) == inspect.signature(ours)
        assert inspect.getdoc(twin) == inspect.getdoc(ours)
    assert flows.Flow.__doc__ == ory_async.flows.Flow.__doc__


def test_they_work() -> None:
    with LocalOry.in_thread() as local, Ory(local.url) as ory:
        flow = flows.registration(ory)
        step = expect(flows.NextStep, flow.submit("profile", traits={"email": EMAIL}))
        assert isinstance(step.flow, flows.Flow)
        token = expect(flows.Completed, step.flow.submit("password", password=PASSWORD)).session_token

        invalid = expect(flows.Invalid, flows.login(ory).submit("password", identifier=EMAIL, password="wrong"))
        expect(flows.Completed, invalid.flow.submit("password", password=PASSWORD))

        browser = flows.login(ory, browser=True)
        assert browser.cookie
        assert len(browser.set_cookies) == 1
        form = {"method": "password", "csrf_token": browser.csrf_token or "", "identifier": EMAIL, "password": PASSWORD}
        done = expect(flows.Completed, browser.submit_form(form))
        cookie = flows.merge_cookies(browser.cookie, done.set_cookies)
        assert flows.logout(ory, cookie=cookie).set_cookies

        settings = flows.settings(ory, session_token=token)
        assert (settings.session_token, settings.exchange_code) == (token, None)
        changed = expect(flows.Completed, settings.send({"method": "profile", "traits": {"email": EMAIL}}))
        assert isinstance(changed.flow, flows.Flow)
        local.clock.advance(7200)
        expired = expect(flows.Expired, flow.submit("profile", traits={"email": EMAIL}))
        assert expired.flow.id != flow.id
        with pytest.raises(errors.InvalidRequest):
            flow.exchange("a-code")
