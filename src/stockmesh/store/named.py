"""SQL lives in files: one named query each, read once."""

from functools import cache
from importlib import resources

from psycopg import sql as composing


@cache
def query(name: str) -> composing.SQL:
    """The query of queries/<name>.sql. The name is `folder/file`, without the ending."""
    text = resources.files(__package__).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
    return composing.SQL(text)
