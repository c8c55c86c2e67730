"""Keys and what they seal: read back with the same key for the same purpose, and in no other way."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stockmesh.store.secret_keys import (
    BadSecretKey,
    Key,
    KeyFile,
    SecretDamaged,
    SecretKeyMissing,
    SetKeys,
    Vault,
    source_of,
)

OLD, NEW = (base64.b64encode(bytes([sign]) * 32).decode() for sign in b"on")
TOLD = "whsec_c2VjcmV0 ü"


def test_what_is_sealed_is_read_back_and_shows_nothing() -> None:
    vault = Vault(SetKeys(OLD))
    sealed = vault.encrypt(TOLD, "webhook 1")
    assert vault.decrypt(sealed, "webhook 1") == TOLD
    assert "whsec" not in sealed
    assert vault.encrypt(TOLD, "webhook 1") != sealed
    assert OLD not in repr(vault) + repr(SetKeys(OLD).read())


def test_a_secret_of_another_row_or_changed_is_refused() -> None:
    vault = Vault(SetKeys(OLD))
    sealed = vault.encrypt(TOLD, "webhook 1")
    for stored, purpose in [(sealed, "webhook 2"), (sealed[:-4] + "AAA=", "webhook 1"), (sealed + "!", "webhook 1")]:
        with pytest.raises(SecretDamaged):
            vault.decrypt(stored, purpose)


def test_a_new_key_encrypts_and_the_old_one_decrypts() -> None:
    sealed = Vault(SetKeys(OLD)).encrypt(TOLD, "p")
    both = Vault(SetKeys(f"{NEW},{OLD}"))
    assert both.decrypt(sealed, "p") == TOLD
    assert Vault(SetKeys(NEW)).decrypt(both.encrypt(TOLD, "p"), "p") == TOLD
    with pytest.raises(SecretKeyMissing, match=r"All processes on one database must share the key"):
        Vault(SetKeys(NEW)).decrypt(sealed, "p")


@pytest.mark.parametrize("said", ["", "short", "x" * 44, f"{OLD},nonsense", OLD[:-8]])
def test_a_setting_that_is_no_key_is_refused(said: str) -> None:
    with pytest.raises(BadSecretKey, match="STOCKMESH_SECRET_KEY"):
        Vault(SetKeys(said)).encrypt(TOLD, "p")


def test_a_key_file_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    """However many begin at the same time."""
    file = KeyFile(tmp_path / "home" / "secret.key")
    assert file.read() == ()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: file.begin(), range(32)))
    assert len(found) == 1
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert list(file.path.parent.iterdir()) == [file.path]


def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "secret.key")
    file.begin()
    file.path.chmod(0o640)
    with pytest.raises(BadSecretKey, match="chmod 600"):
        file.read()


def test_a_rotated_file_holds_both_keys_until_one_is_forgotten(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "secret.key")
    [old] = file.begin()
    assert file.add()
    new, kept = file.read()
    assert kept == old != new
    file.forget_others(new.key_id)
    assert file.read() == (new,)


def test_the_setting_goes_before_the_file(tmp_path: Path) -> None:
    assert source_of(OLD, tmp_path) == SetKeys(OLD)
    assert source_of("", tmp_path) == KeyFile(tmp_path / "secret.key")
    assert len({key.key_id for key in map(Key, (b"x" * 32, b"y" * 32))}) == 2
