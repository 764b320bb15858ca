"""The local Ory and real servers play the same random steps, and have to answer the same.

It takes the URLs that the conformance tests take, of test servers set up in the same way, with the pages at
http://127.0.0.1:4455 and ``feature_flags.use_continue_with_transitions``. ORY_DIFFERENTIAL_SEQUENCES says how many
sequences each machine plays, ORY_DIFFERENTIAL_STEPS how long they may be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from ory_async.local import LocalOry
from ory_async.local.hydra import HydraOptions

from .applications import ApplicationMachine
from .comparison import Known
from .identities import IdentityMachine
from .machine import Machine
from .pages import PageMachine
from .permissions import PermissionMachine
from .side import Side

SEQUENCES = int(os.environ.get("ORY_DIFFERENTIAL_SEQUENCES", "10"))
STEPS = int(os.environ.get("ORY_DIFFERENTIAL_STEPS", "30"))
SHRINKING = 300  # seconds that hypothesis takes at most to find the shortest way to a difference
PAGES = "http://127.0.0.1:4455"
PLANES = ("kratos_public", "kratos_admin", "hydra_public", "hydra_admin", "keto_read", "keto_write", "keto_opl")
MACHINES: list[type[Machine]] = [IdentityMachine, PageMachine, ApplicationMachine, PermissionMachine]

KNOWN = (
    Known(
        "get_identity",
        r"body\.credentials\.totp\.config\.totp_url",
        "the issuer is a setting, which the admin API does not tell",
    ),
    Known(
        "submit registration: code",
        r"body\.session(_token)?|body\.continue_with",
        "whether a registration by code signs in is a setting",
    ),
    Known(
        "(submit|form|meddle with) registration: .*|get registration flow",
        r"body\.ui\.nodes",
        "Kratos adds the buttons of a step once more each time the step is asked for",
    ),
    Known(
        "meddle with .*",
        r"body\.ui\.nodes\[\d+\]\.attributes\.value",
        "what the anti-CSRF field holds for a browser without the cookie, which can submit nothing by it",
    ),
    Known(
        "submit recovery: ask for a code",
        "status",
        "Kratos panics when a flow that has done its work is asked for another code",
    ),
    Known(
        r"(create|set|list|patch)_client.*|register|PUT registration",
        r"body\.error_description",
        "Hydra passes on how Go's decoders put it",
    ),
    Known(
        r"authorize|logout|follow after .*",
        r"headers\.location\[\d\]\[1\]\.error_description|body\[\d+\]",
        "Hydra passes on how its JOSE library puts it, in the redirect and in its page",
    ),
)


@pytest.fixture(scope="module")
def real() -> Iterator[Side]:
    names = {plane: f"ORY_CONFORMANCE_{plane.upper()}_URL" for plane in PLANES}
    missing = [name for name in names.values() if not os.environ.get(name)]
    if missing:
        pytest.skip(f"there is nothing to compare with: set {', '.join(missing)}")
    side = Side("real", {plane: os.environ[name] for plane, name in names.items()})
    yield side
    side.close()


@pytest.fixture(scope="module")
def ory() -> Iterator[LocalOry]:
    hydra = HydraOptions(
        login_ui_url=f"{PAGES}/login",
        consent_ui_url=f"{PAGES}/consent",
        logout_ui_url=f"{PAGES}/logout",
        device_ui_url=f"{PAGES}/device",
        device_done_url=f"{PAGES}/device/success",
    )
    with LocalOry.in_thread(hydra=hydra) as ory:
        yield ory


@pytest.mark.timeout(SHRINKING + SEQUENCES * STEPS)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_same_answers(machine: type[Machine], real: Side, ory: LocalOry) -> None:
    machine.ory, machine.real, machine.known = ory, real, KNOWN
    machine.local = Side("local", dict.fromkeys(PLANES, ory.url))
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=STEPS,
                suppress_health_check=list(HealthCheck),
                deadline=None,
                print_blob=False,
            ),
        )
    finally:
        machine.local.close()
