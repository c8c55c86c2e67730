"""What asking for shops and their messages is refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownShop(Refusal):
    """A shop that was never added, or is gone."""

    shop: str
    code = "unknown_shop"
    text = "No shop is called {shop!r}. `stockmesh shops list` shows all."


@dataclass(eq=False)
class ShopTaken(Refusal):
    """Another connection has the code."""

    shop: str
    code = "shop_taken"
    text = "A shop {shop!r} is connected already. Choose another code, or `stockmesh shops remove {shop}` first."


@dataclass(eq=False)
class UnknownMessage(Refusal):
    """A message that is not set aside: applied, discarded, or never stored."""

    message: int
    code = "unknown_message"
    text = "Message {message} is not set aside. `stockmesh shops messages --failed` shows those that are."


@dataclass(eq=False)
class MessageStuck(Refusal):
    """A message whose application was begun several times and never ended."""

    attempts: int
    code = "message_stuck"
    text = "Applying it was begun {attempts} times and never came to an end. The service's log may say why."


@dataclass(eq=False)
class ShopClosed(Refusal):
    """A shop that is not told or asked what somebody wants it to be."""

    shop: str
    reason: str
    code = "shop_closed"
    text = "Shop {shop!r} cannot be called: {reason}. `stockmesh shops change {shop}` may change that."
