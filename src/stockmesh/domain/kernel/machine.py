"""State machines are tables: what is not listed is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from stockmesh.domain.kernel.refusals import Refusal

S = TypeVar("S", bound=str)
A = TypeVar("A", bound=str)


@dataclass(eq=False)
class NotPossible(Refusal):
    """An action that the present state does not allow."""

    thing: str
    name: str
    state: str
    action: str
    possible: tuple[str, ...]
    code = "not_possible"
    text = "The {thing} {name} is {state}: {action} is not possible. Possible now: {possible}."


@dataclass(frozen=True)
class Machine(Generic[S, A]):
    """What each state may become, by action."""

    thing: str
    table: Mapping[tuple[S, A], S]

    def after(self, state: S, action: A, *, name: str) -> S:
        """The state that follows, for the thing of this name. Raises NotPossible for a step that is not listed."""
        if (state, action) not in self.table:
            raise NotPossible(
                thing=self.thing,
                name=name,
                state=str(state),
                action=str(action),
                possible=tuple(map(str, self.possible(state))),
            )
        return self.table[state, action]

    def possible(self, state: S) -> list[A]:
        """The actions that the state allows, in table order."""
        return [action for (start, action) in self.table if start == state]
