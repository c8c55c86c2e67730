"""Expected failures: one class per reason, a stable code, the facts as attributes, a sentence that says what to do."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False)
class Refusal(Exception):
    """Something a user asked for that the rules do not allow; nothing has happened."""

    code: ClassVar[str] = ""
    text: ClassVar[str] = ""

    def facts(self) -> dict[str, Any]:
        """The attributes that explain the refusal, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return self.text.format(**{name: _readable(value) for name, value in self.facts().items()})


def _readable(fact: Any) -> Any:
    """A sequence as people write it; anything else as it is."""
    if isinstance(fact, tuple | list):
        return ", ".join(map(str, fact)) or "nothing"
    return fact


def every_refusal() -> list[type[Refusal]]:
    """All refusal classes known to the running program, by code."""
    found: list[type[Refusal]] = []
    queue = list(Refusal.__subclasses__())
    while queue:
        kind = queue.pop()
        found.append(kind)
        queue.extend(kind.__subclasses__())
    return sorted(found, key=lambda kind: kind.code)


@dataclass(eq=False)
class UnknownCurrency(Refusal):
    currency: str
    code = "unknown_currency"
    text = "Currency {currency!r} is not one we know. Use an ISO 4217 code such as GBP, EUR or USD."
