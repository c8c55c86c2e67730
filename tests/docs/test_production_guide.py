"""The guide for production says what a proxy and a unit need, in words that their programs of any age read."""

import re
from pathlib import Path

import pytest

from stockmesh.app import Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "run-in-production.md").read_text(encoding="utf-8")


def block(kind: str, beginning: str) -> str:
    """The fenced block of a kind that begins so."""
    (found,) = [text for text in re.findall(rf"```{kind}\n(.*?)```", GUIDE, flags=re.S) if text.startswith(beginning)]
    return found


def location(path: str) -> str:
    """What nginx does for a path."""
    nginx = block("nginx", "upstream")
    return nginx.split(f"location {path} {{")[1].split("}")[0]


def test_settings_of_the_guide_are_settings() -> None:
    """With the address that people use among them: without it nothing behind a proxy is answered."""
    told = set(re.findall(r"^STOCKMESH_([A-Z_]+)=", block("ini", "STOCKMESH_HOME"), flags=re.M))
    assert {name.lower() for name in told} <= Settings.model_fields.keys()
    assert {"PUBLIC_URL", "PROXIES", "DATABASE_URL"} <= told


def test_the_unit_waits_longer_than_the_service_finishes() -> None:
    unit = block("ini", "# /etc/systemd/system/stockmesh@.service")
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, flags=re.M)
    assert int(seconds) > Settings().grace_seconds
    assert "MemoryDenyWriteExecute" not in unit


def test_the_proxy_streams_events_and_claims_are_replaced() -> None:
    assert "proxy_buffering off;" in location("= /v1/events/stream")
    assert "X-Forwarded-For $remote_addr;" in block("nginx", "upstream")
    assert "flush_interval -1" in block("text", "stock.example.com")
    assert "header_up X-Forwarded-For {remote_host}" in block("text", "stock.example.com")


def test_files_of_any_size_that_is_taken_pass() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", location("= /v1/imports"))
    assert int(megabytes) * 2**20 >= Settings().import_bytes_max
    assert "max_size 1GB" in block("text", "stock.example.com")


@pytest.mark.parametrize("path", ["/", "= /v1/imports", "= /v1/events/stream"])
def test_only_orders_are_sent_again_to_another_process(path: str) -> None:
    """They have an identity of their own; any other change would be made twice."""
    nginx = block("nginx", "upstream")
    assert "non_idempotent" in location("~ ^/v1/orders(:batch)?$")
    assert nginx.count("non_idempotent") == 1
    assert "non_idempotent" not in location(path)
