"""How counts are said."""


def count_of(count: int, thing: str, things: str = "") -> str:
    """`1 order`, `2,000 orders`; a plural that is not made with an s is given."""
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"
