"""Somebody who watches the work: told how long its parts took, and counts what stood in its way."""

from typing import Protocol


class Watch(Protocol):
    """What is told as it happens; called from several threads, and never slow."""

    def decided(self, seconds: float) -> None:
        """A batch of orders was decided."""

    def committed(self, seconds: float) -> None:
        """A transaction was made durable; the seconds from the end of its work."""

    def conflicted(self, kind: str) -> None:
        """Another process was in the way, and a transaction began again."""

    def delivered(self, outcome: str) -> None:
        """A webhook was attempted."""


class Unwatched:
    """Nobody watches."""

    def decided(self, seconds: float) -> None:
        """Nothing."""

    def committed(self, seconds: float) -> None:
        """Nothing."""

    def conflicted(self, kind: str) -> None:
        """Nothing."""

    def delivered(self, outcome: str) -> None:
        """Nothing."""
