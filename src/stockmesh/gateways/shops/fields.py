"""Reading JSON of others, member by member: the right type, or a refusal that names the member and not its value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from stockmesh.domain.kernel.money import EXPONENTS
from stockmesh.gateways.shops.refusals import BadAmount, UnreadableMessage

WHOLE_MAX: Final = 2**53
TEXT_MAX: Final = 10_000
AMOUNT_MAX: Final = Decimal(10) ** 12
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def read_json(body: bytes) -> "Fields":
    """The object a body holds; its decimals are exact. Raises UnreadableMessage."""
    try:
        said = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InvalidOperation, ValueError):
        raise UnreadableMessage(field="the body", reason="is not JSON") from None
    if not isinstance(said, dict):
        raise UnreadableMessage(field="the body", reason="is not an object")
    return Fields(said, "")


@dataclass(frozen=True)
class Fields:
    """The members of one object. `path` leads to it, for whoever has to find what was wrong."""

    said: dict[str, Any]
    path: str

    def has(self, name: str) -> bool:
        """Whether the member is there and says something."""
        return self.said.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """A text; a whole number counts as its digits. The default where nothing is said."""
        value = self.said.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            raise self._wrong(name, "is not a text")
        if "\0" in value:
            raise self._wrong(name, "holds signs that cannot be kept")
        return value

    def words(self, name: str, most: int) -> str:
        """A text for people on one line, cut to so many signs; empty where nothing usable is said."""
        value = self.said.get(name)
        plain = "".join(sign if sign.isprintable() else " " for sign in value) if isinstance(value, str) else ""
        return " ".join(plain.split())[:most].strip()

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number. The default where nothing is said."""
        value = self.said.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= WHOLE_MAX:
            raise self._wrong(name, "is not a whole number")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false. The default where nothing is said."""
        value = self.said.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(name, "is neither true nor false")
        return value

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """An exact number, written as one or as a text. The default where nothing is said."""
        value = self.said.get(name)
        if value in (None, "") and default is not None:
            return default
        try:
            found = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            found = None
        if found is None or not found.is_finite() or abs(found.adjusted()) > 30:
            raise self._wrong(name, "is not a number")
        return found

    def minor(self, name: str, currency: str, default: Decimal | None = None) -> int:
        """An amount in minor units, exactly. Raises BadAmount."""
        try:
            amount = self.decimal(name, default)
        except UnreadableMessage:
            raise BadAmount(field=self.path + name, currency=currency) from None
        minor = amount.scaleb(EXPONENTS.get(currency, 2))
        if not 0 <= amount < AMOUNT_MAX or minor != minor.to_integral_value():
            raise BadAmount(field=self.path + name, currency=currency)
        return int(minor)

    def instant(self, name: str) -> datetime:
        """An instant in UTC; one without a zone is in UTC already."""
        value = self.said.get(name)
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year < 2100:
            raise self._wrong(name, "is not an instant")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def child(self, name: str) -> "Fields":
        """An object; an empty one where nothing is said."""
        value = self.said.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, "is not an object")
        return Fields(value or {}, f"{self.path}{name}.")

    def children(self, name: str) -> "Iterator[Fields]":
        """The objects of a list; none where nothing is said."""
        value = self.said.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self._wrong(name, "is not a list")
        for place, one in enumerate(value):
            if not isinstance(one, dict):
                raise self._wrong(f"{name}[{place}]", "is not an object")
            yield Fields(one, f"{self.path}{name}[{place}].")

    def _wrong(self, name: str, reason: str) -> UnreadableMessage:
        return UnreadableMessage(field=self.path + name, reason=reason)
