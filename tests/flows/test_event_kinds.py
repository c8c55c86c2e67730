"""The list of event kinds is the schema's own, and no two look alike from outside."""

from importlib import resources

from stockmesh.flows.event_kinds import KINDS, TOPICS


def test_the_schema_and_the_list_name_the_same_kinds() -> None:
    """None is written that nobody described, none described that cannot be written."""
    text = resources.files("stockmesh.store").joinpath("schema.sql").read_text(encoding="utf-8")
    listed = text.split("CREATE TYPE event_kind AS ENUM (")[1].split(");")[0]
    assert set(KINDS) == {word.strip().strip("'") for word in listed.split(",")}


def test_topics_differ() -> None:
    assert len(set(TOPICS)) == len(KINDS)
