"""The stateful machine: steps that are drawn by hypothesis and played on both sides."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from ory_async.local import LocalOry

from .comparison import Known, differences
from .side import Answer, Side

Step = Callable[[Side], Answer]


class Machine(RuleBasedStateMachine):
    """Plays each step on the local Ory, which is fresh, and on a real one, where others have left things."""

    ory: ClassVar[LocalOry]
    local: ClassVar[Side]
    real: ClassVar[Side]
    known: ClassVar[Sequence[Known]] = ()
    unordered: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.ory.reset()
        for side in (self.local, self.real):
            side.forget()
        self.mark = secrets.token_hex(4)
        self._counts: dict[str, int] = {}

    def play(self, operation: str, step: Step, *, unordered: Sequence[str] = ()) -> Played:
        """Do the same on both sides; raises AssertionError when they answer differently."""
        played = Played(self, step(self.local), step(self.real))
        found = differences((self.local, played.local), (self.real, played.real), [*unordered, *self.unordered])
        left = [each for each in found if not any(known.covers(operation, each.place) for known in self.known)]
        if left:
            self.differ(operation, played, [str(each) for each in left])
        return played

    def differ(self, operation: str, played: Played, found: Sequence[str]) -> None:
        raise AssertionError("\n  ".join([f"{operation}:", *found]))

    def new_name(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind} {self._counts[kind]}"


class Played:
    """What the two sides answered to one step."""

    def __init__(self, machine: Machine, local: Answer, real: Answer) -> None:
        self._machine = machine
        self.local = local
        self.real = real

    @property
    def ok(self) -> bool:
        return self.local.status < 400 and self.real.status < 400

    def name(self, name: str, find: Callable[[Answer], Any]) -> bool:
        """Call what is found in both answers by this name from now on; false when one has nothing there."""
        found = find(self.local), find(self.real)
        if not all(isinstance(each, str) and each for each in found):
            return False
        self._machine.local.values[name], self._machine.real.values[name] = found
        return True

    def new(self, kind: str, *path: str | int) -> str | None:
        """A new name for what is at a place of both documents."""
        name = self._machine.new_name(kind)
        return name if self.name(name, lambda answer: answer.at(*path)) else None
