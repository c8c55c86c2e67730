"""Settings: what cannot be meant is refused in words before anything begins, secrets are never repeated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service_process import PROGRAM
from stockmesh.app import BadSettings, read_settings, unknown_settings
from stockmesh.cli.exits import SETUP
from stockmesh.store.secret_keys import BadSecretKey


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    """The sentence that a setting is refused with."""
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STOCKMESH_PORT", "abc", "STOCKMESH_PORT=abc: should be a valid integer"),
        ("STOCKMESH_PORT", "70000", "should be less than or equal to 65535"),
        ("STOCKMESH_AUTH", "no", "should be 'required' or 'off'"),
        ("STOCKMESH_STATEMENT_SECONDS", "99999999999", "should be less than or equal to 2000000"),
        ("STOCKMESH_PROXIES", "10.0.0.0/8, proxy.internal", "'proxy.internal' is neither an address nor a network"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    assert said in refused(monkeypatch, name, value)


@pytest.mark.parametrize("address", ["mysql://root:hunter2@db/x", "hunter2", "host=db password='hunter2"])
def test_an_address_that_is_none_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    said = refused(monkeypatch, "STOCKMESH_DATABASE_URL", address)
    assert "STOCKMESH_DATABASE_URL: is no address such as postgresql://" in said
    assert "hunter2" not in said


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKMESH_CONNECTIONS", "1")
    said = refused(monkeypatch, "STOCKMESH_PORT", "x")
    assert "STOCKMESH_CONNECTIONS=1" in said
    assert "STOCKMESH_PORT=x" in said


def test_a_key_that_is_none_is_refused_before_there_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKMESH_SECRET_KEY", "hunter2")
    with pytest.raises(BadSecretKey) as refusal:
        read_settings()
    assert "hunter2" not in str(refusal.value)


def test_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an environment file whose value was taken out."""
    monkeypatch.setenv("STOCKMESH_PORT", "")
    assert read_settings().port == 8420


def test_what_looks_like_a_setting_and_is_none_is_found() -> None:
    names = ["STOCKMESH_PROT", "STOCKMESH_PORT", "STOCKMESH_KEY", "STOCKMESH_ZZZZZZZZZ", "PATH"]
    assert unknown_settings(names) == {"STOCKMESH_PROT": "STOCKMESH_PORT", "STOCKMESH_ZZZZZZZZZ": ""}


def command(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """A command under settings, as from a shell."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *words],
        env={**{name: said for name, said in os.environ.items() if not name.startswith("STOCKMESH_")}, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_person_reads_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    """One for what cannot be meant, one for what is ignored, each once."""
    done = command("serve", STOCKMESH_HOME=str(tmp_path), STOCKMESH_PORT="x", STOCKMESH_PROT="8421")
    assert done.returncode == SETUP
    ignored, wrong = done.stderr.splitlines()
    assert ignored == "stockmesh: STOCKMESH_PROT is ignored: there is no such setting. STOCKMESH_PORT is one."
    assert wrong.startswith("stockmesh: STOCKMESH_PORT=x: ")
    assert wrong.endswith("[bad_settings]")


@pytest.mark.parametrize("host", ["nosuch.invalid", "203.0.113.9"])
def test_an_address_that_is_not_ours_is_refused(database_url: str, host: str) -> None:
    done = command("serve", "--port", "18420", STOCKMESH_DATABASE_URL=database_url, STOCKMESH_HOST=host)
    assert done.returncode == SETUP, done.stderr
    assert done.stderr.startswith(f"stockmesh: {host} cannot be listened on")
    assert "[not_an_address]" in done.stderr
