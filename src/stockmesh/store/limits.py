"""How long the database may take: limits of a connection, and of work that may take as long as it needs."""

from dataclasses import dataclass

from stockmesh.store.database import Session, execute


@dataclass(frozen=True)
class Limits:
    """Seconds after which the database gives up a statement, waiting for a lock, a transaction that does nothing.

    0 is no limit.
    """

    statement_seconds: float = 0
    lock_seconds: float = 0
    idle_transaction_seconds: float = 0

    def options(self) -> str:
        """As options of a connection."""
        limits = {
            "statement_timeout": self.statement_seconds,
            "lock_timeout": self.lock_seconds,
            "idle_in_transaction_session_timeout": self.idle_transaction_seconds,
        }
        return "".join(f" -c {name}={round(seconds * 1_000)}" for name, seconds in limits.items() if seconds)


def take_time(session: Session) -> None:
    """This transaction's statements may take as long as they need, and wait for locks as long as they must."""
    execute(session, "limits/none")
