"""What has to be known of a shop to understand its messages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShopSettings:
    """The owner's book currency, the units a shop writes weights and sides in where its messages do not say, and
    whether it answers what it is asked."""

    currency: str
    weight_unit: str = "kg"
    side_unit: str = "cm"
    answers: bool = False
