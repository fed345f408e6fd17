"""Under which state of the database everybody who is here was checked.

Asking who of a thousand listeners may still see a room takes far longer than delivering to them. So the question is
asked once per state: everybody was checked when the access stamp, or the room's own audience, was so and so. As long
as what is delivered was committed under that same state, nobody's rights shrank, and nothing need be asked.
"""

from collections.abc import Hashable


class Assurance:
    """The states under which those who are here were checked; sure is only who knows of exactly one."""

    def __init__(self) -> None:
        self._states: set[Hashable] = set()
        self._joined: set[Hashable] = set()

    def joins(self, state: Hashable) -> None:
        """Somebody comes in, who was checked under this state."""
        self._states.add(state)
        self._joined.add(state)

    def look_begins(self) -> None:
        """Everybody who is here now is going to be checked; who joins meanwhile is not among them."""
        self._joined = set()

    def look_ended(self, state: Hashable) -> None:
        """Everybody who was here when the look began was checked under this state."""
        self._states = self._joined | {state}

    def holds(self, state: Hashable) -> bool:
        """Whether everybody was checked under this state. None stands for a state that is not known."""
        return state is not None and self._states == {state}
