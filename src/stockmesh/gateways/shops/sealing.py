"""What a shop's secrets are turned into before they are stored, and back: the one place that knows."""


def seal(text: str) -> bytes:
    """The secret as it is stored."""
    return text.encode()


def unseal(sealed: bytes) -> str:
    """The secret as the shop knows it."""
    return sealed.decode()
