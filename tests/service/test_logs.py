"""Log lines: one per request with its id and route, none with an address; problems name the same id."""

import json
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient
from shop import browse

from stockmesh.flows.context import Context
from stockmesh.service.logs import name_request

PROGRAM = """
import logging, sys, structlog
from stockmesh.service.logs import REQUEST_ID, configure_logs
configure_logs(*sys.argv[1:])
log = structlog.get_logger()
REQUEST_ID.set("r-1")
log.debug("quiet")
log.info("said", route="/v1/orders/{order_id}")
logging.getLogger("asyncio").error("a library %s", "complains")
logging.getLogger("asyncio").info("a library chats")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("a bug")
"""


def lines(level: str, style: str) -> list[str]:
    """What the program above writes to standard error; nothing to standard output."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, level, style], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_lines_are_whole_and_carry_the_request() -> None:
    """A library's line and a traceback are one line each, with the same members."""
    found = [json.loads(line) for line in lines("info", "auto")]
    assert [(one["event"], one["level"]) for one in found] == [
        ("said", "info"),
        ("a library complains", "error"),
        ("a bug", "error"),
    ]
    assert {one["request_id"] for one in found} == {"r-1"}
    assert all(one["timestamp"].endswith("Z") for one in found)
    assert "ZeroDivisionError" in found[2]["exception"]


def test_text_is_for_people_and_levels_are_kept() -> None:
    text = "\n".join(lines("error", "text"))
    assert "a library complains" in text
    assert "ZeroDivisionError" in text
    assert "said" not in text
    assert "quiet" in "\n".join(lines("debug", "text"))


@pytest.fixture
def client(context: Context) -> TestClient:
    return browse(context)


@pytest.mark.parametrize("given", ["abc", "9f-1:2.3_x", "x" * 100])
def test_a_well_formed_id_is_kept(client: TestClient, given: str) -> None:
    """In the answer's header, and in what went wrong."""
    answer = client.get("/v1/orders/99", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "two words", "x" * 101, 'quo"te', "new\\nline"])
def test_any_other_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/v1/orders/99", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] != given


def test_no_two_requests_have_the_same_id() -> None:
    assert len({name_request([]) for _ in range(1_000)}) == 1_000
