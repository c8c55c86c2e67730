"""Policies as TOML: whatever can be used comes back the same, whatever cannot is told by its field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.refusals import BadPolicy
from stockmesh.gateways.policies import FIGURES, read_policy, write_policy

VERSIONS = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\', exclude_categories=["C", "Z"]), min_size=1, max_size=60
)
POLICIES = st.builds(
    SourcingPolicy,
    version=VERSIONS,
    **{name: st.integers(figure.least, figure.most) for name, figure in FIGURES.items()},
)


@given(POLICIES)
def test_what_is_written_is_read(policy: SourcingPolicy) -> None:
    assert read_policy(write_policy(policy)) == policy


def test_what_is_left_out_is_as_usual() -> None:
    assert read_policy('version = "mine"\nshipments_max = 2\n') == SourcingPolicy(version="mine", shipments_max=2)


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("shipments_max = 2", "version", "must be a text"),
        ('version = ""', "version", "must be a text"),
        ('version = "a\\u0007"', "version", "cannot be printed"),
        ('version = "a"\nshipment_max = 2', "shipment_max", "perhaps shipments_max"),
        ('version = "a"\nshipments_max = 0', "shipments_max", "between 1 and 20, not 0"),
        ('version = "a"\nshipments_max = 1.5', "shipments_max", "whole number"),
        ('version = "a"\nshipments_max = true', "shipments_max", "whole number"),
        ('version = "a"\nwait_days_max = "3"', "wait_days_max", "whole number"),
        ('version = "a"\nversion = "b"', "the document", "is no TOML"),
        ("\x00", "the document", "is no TOML"),
    ],
)
def test_what_cannot_be_used_names_its_field(text: str, field: str, reason: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        read_policy(text)
    assert refused.value.field == field
    assert reason in str(refused.value)
