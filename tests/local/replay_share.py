"""Prints how much of what real servers answered the local Ory answers in the same way.

    python -m tests.local.replay_share [scenario ...]

An exchange is set aside where its request names what was made elsewhere, or for a reason that is given with the
settings of its scenario. Of Hydra all are judged, and the values of the answers as well.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp

from ory_async.config import PLANES
from ory_async.local import LocalOry

from . import test_keto_recordings
from .hydra_replays import asking as hydra
from .hydra_replays.scenarios import SCENARIOS as HYDRA_SCENARIOS
from .replay import Replay, Verdict
from .replay_preparation import Preparation
from .replay_settings import AGES, ASIDE, PROVIDER_EMAILS, TOTP, settings_of

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings"


async def verdicts_of(product: str, scenario: str) -> list[Verdict]:
    """Play one scenario."""
    recording = json.loads((RECORDINGS / product / f"{scenario}.json").read_text("utf-8"))
    if product == "hydra":
        return await hydra.verdicts_of(scenario, recording)
    exchanges = recording["exchanges"]
    async with (
        LocalOry(ports=dict.fromkeys(PLANES, 0), **SETTINGS[product](scenario, recording)) as local,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        replay = Replay(local, session)
        if product == "kratos":
            age, totp = AGES.get(scenario, 0), TOTP.get(scenario, "")
            replay.provider_email = PROVIDER_EMAILS.get(scenario, replay.provider_email)
            await Preparation(replay, exchanges, age=age, totp=totp).make()
        return await replay.play(scenario, exchanges)


def keto_settings(scenario: str, recording: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of LocalOry for the Keto a scenario was recorded on."""
    known = test_keto_recordings.SCENARIOS.get(scenario)
    if known is None:
        return {}
    return {"opl": known.opl, "keto": known.options, "seed": {"relation_tuples": known.tuples.split()}}


def kratos_settings(scenario: str, recording: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of LocalOry for the Kratos that a description of a recording tells of."""
    return settings_of(recording.get("about", ""))


SETTINGS = {"kratos": kratos_settings, "keto": keto_settings}


def reasons_to_set_aside() -> dict[str, str]:
    """Return all reasons given, by the place of the exchange."""
    keto = ((name, scenario.skipped) for name, scenario in test_keto_recordings.SCENARIOS.items())
    hydra = ((name, scenario.skipped) for name, scenario in HYDRA_SCENARIOS.items())
    given = {f"{name}#{index}": why for name, skipped in (*keto, *hydra) for index, why in skipped.items()}
    return ASIDE | given


async def main(wanted: list[str]) -> None:
    reasons = reasons_to_set_aside()
    for product in ("kratos", "hydra", "keto"):
        same = different = 0
        aside: list[str] = []
        for path in sorted((RECORDINGS / product).glob("*.json")):
            if wanted and path.stem not in wanted:
                continue
            for verdict in await verdicts_of(product, path.stem):
                reason = reasons.get(verdict.place)
                if verdict.is_same:
                    same += 1
                elif reason or not verdict.counts:
                    aside.append(f"{verdict.place}: {reason or f'names {verdict.unknown[0][:60]}, made elsewhere'}")
                else:
                    different += 1
                    sys.stdout.write(f"DIFFERS {verdict.place}: {verdict.difference()[:600]}\n")
        total = same + different
        sys.stdout.write("".join(f"ASIDE {line}\n" for line in aside))
        sys.stdout.write(
            f"{product}: {same} of {total} the same ({same / total if total else 1:.1%}), {len(aside)} set aside\n"
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
