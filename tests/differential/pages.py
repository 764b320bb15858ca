"""Kratos once more: browsers which read pages and send forms, and browsers that meddle in the flows of others."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from .identities import KINDS, PEOPLE, Flow, IdentityMachine, node
from .side import Answer, Side

PAGE = {"Accept": "text/html"}
BODIES: list[dict[str, Any]] = [
    {"method": "password", "password": "corr3ct-h0rse-battery"},
    {"method": "code"},
    {"method": "code", "code": "000000"},
    {"method": "code", "resend": "code"},
    {"method": "profile"},
    {"screen": "previous"},
    {"screen": "credential-selection"},
    {},
]


def form_of(value: Any, name: str = "") -> dict[str, str]:
    """The fields of an HTML form, named by their paths."""
    if not isinstance(value, dict):
        return {name: value}
    fields: dict[str, str] = {}
    for key, each in value.items():
        fields |= form_of(each, f"{name}.{key}" if name else key)
    return fields


def flow_in(answer: Answer) -> str | None:
    """The id of the flow whose page a browser is sent to."""
    found = re.search(r"\bflow=([0-9a-f-]{36})", answer.header("location"))
    return found[1] if found else None


class PageMachine(IdentityMachine):
    flows = IdentityMachine.flows
    browsers = IdentityMachine.browsers

    def whole(self, body: dict[str, Any], person: str) -> dict[str, Any]:
        """A submission with every field by which a kind of flow names a person."""
        email = self.email(person)
        person_fields = {"identifier": email, "traits": {"email": email}} if body else {}
        return {**person_fields, **({"email": email} if body == {"method": "code"} else {}), **body}

    @rule(
        target=flows,
        kind=st.sampled_from(KINDS),
        browser=browsers,
        query=st.sampled_from(
            [
                "",
                "?refresh=true",
                "?aal=aal2",
                "?return_to=http://127.0.0.1:4455/x",
                "?return_to=https://evil.example/",
            ]
        ),
    )
    def open_a_page(self, kind: str, browser: str, query: str) -> Any:
        path = f"/self-service/{kind}/browser{query}"
        played = self.play(
            f"page {kind}", lambda side: side.send("kratos_public", "GET", path, browser=browser, headers=PAGE)
        )
        name = self.new_name("flow")
        return Flow(name, kind, browser) if played.name(name, flow_in) else multiple()

    @rule(flow=flows, person=PEOPLE, body=st.sampled_from(BODIES))
    def send_a_form(self, flow: Flow, person: str, body: dict[str, Any]) -> None:
        if flow.browser is None:
            return

        def send(side: Side) -> Answer:
            path = f"/self-service/{flow.kind}/flows?id={side[flow.name]}"
            shown = side.send("kratos_public", "GET", path, browser=flow.browser)
            token = {"csrf_token": node(shown, "csrf_token").get("value", "")}
            return side.send(
                "kratos_public",
                "POST",
                f"/self-service/{flow.kind}?flow={side[flow.name]}",
                form=form_of({**token, **self.whole(body, person)}),
                browser=flow.browser,
                headers=PAGE,
            )

        self.play(f"form {flow.kind}: {body}", send)

    @rule(flow=flows, person=PEOPLE, body=st.sampled_from(BODIES), browser=browsers)
    def meddle(self, flow: Flow, person: str, body: dict[str, Any], browser: str) -> None:
        """Submit a flow of a browser without its anti-CSRF token, perhaps from another browser."""
        if flow.browser is not None:
            path, sent = f"/self-service/{flow.kind}?flow=", self.whole(body, person)
            self.play(
                f"meddle with {flow.kind}: {body}",
                lambda side: side.send("kratos_public", "POST", path + side[flow.name], body=sent, browser=browser),
            )

    @rule(flow=flows, person=PEOPLE, body=st.sampled_from(BODIES))
    def submit_whole(self, flow: Flow, person: str, body: dict[str, Any]) -> None:
        sent = self.whole(body, person)
        self.submit(flow, str(body), lambda side: sent)
