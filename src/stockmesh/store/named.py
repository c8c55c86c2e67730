"""SQL lives in files: one named query each, read once."""

from functools import cache
from importlib import resources


@cache
def query(name: str) -> bytes:
    """The query of queries/<name>.sql. The name is `folder/file`, without the ending."""
    return resources.files(__package__).joinpath("queries", f"{name}.sql").read_bytes()
