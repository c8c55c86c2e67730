"""Secrets in the books: none in plain text anywhere, whoever reads the whole database."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import HandClock
from dumping import everything
from shop_messages import SECRET, connect, send
from stockmesh.flows.context import Context
from stockmesh.flows.deliver_webhooks import Claim, claim_due
from stockmesh.flows.keeping_secrets import encrypt_plain, ensure_readable, rotate
from stockmesh.flows.shops.connections import token_of
from stockmesh.flows.webhook_endpoints import add_endpoint, rotate_secret, send_test
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.store.database import rows
from stockmesh.store.secret_keys import KeyFile, SecretKeyMissing, SetKeys, Vault, new_key
from worlds import SmallWorld, put_in_books

HOME = read_networks("127.0.0.0/8")


def add(context: Context) -> tuple[int, str]:
    added = add_endpoint(context, "http://127.0.0.1:9/hook", [], permitted=HOME)
    return added.endpoint_id, added.secret


def signing(context: Context, endpoint: int) -> Sequence[str]:
    """The secrets that a message to an endpoint is signed with."""
    delivery = send_test(context, endpoint)
    messages = claim_due(context, "sender", Claim()) or []
    return next(message.secrets for message in messages if message.delivery_id == delivery)


def test_no_secret_lies_in_the_database(context: Context) -> None:
    """Neither the first nor the one it was rotated to, in no table; and both sign."""
    endpoint, first = add(context)
    second = rotate_secret(context, endpoint).secret
    assert signing(context, endpoint) == (second, first)
    dumped = everything(context)
    assert b"sealed:1:" in dumped
    assert b"whsec_" not in dumped
    for secret in (first, second):
        assert secret.removeprefix("whsec_").encode() not in dumped


def test_what_lay_in_plain_text_is_encrypted(context: Context) -> None:
    endpoint, _ = add(context)
    with context.database.session() as session:
        session.execute("UPDATE webhook_secret SET secret = 'whsec_b2xk'")
    assert (encrypt_plain(context), encrypt_plain(context)) == (1, 0)
    assert b"whsec_" not in everything(context)
    assert signing(context, endpoint) == ("whsec_b2xk",)


def test_rotation_needs_the_old_key_no_more(context: Context, tmp_path: Path) -> None:
    """With a key file: a new key is made, everything is wrapped anew, the old key is gone and nothing was lost."""
    file = KeyFile(tmp_path / "secret.key")
    context = replace(context, vault=Vault(file))
    told = [add(context) for _ in range(3)]
    [old] = file.read()
    rotated = rotate(context)
    [new] = file.read()
    assert (rotated.secrets, rotated.key_id, rotated.made) == (3, new.key_id, True)
    assert new != old
    assert [signing(context, endpoint) for endpoint, _ in told] == [(secret,) for _, secret in told]
    assert old.key_id.encode() not in everything(context)


def test_with_set_keys_the_first_one_takes_over(context: Context) -> None:
    old, new = new_key(), new_key()
    context = replace(context, vault=Vault(SetKeys(old)))
    endpoint, secret = add(context)
    assert not rotate(replace(context, vault=Vault(SetKeys(f"{new},{old}")))).made
    assert signing(replace(context, vault=Vault(SetKeys(new))), endpoint) == (secret,)


def test_a_process_with_another_key_is_refused(context: Context, clock: HandClock) -> None:
    """It can neither sign, nor add secrets that the others could not read, nor rotate; nothing is changed."""
    endpoint, _ = add(context)
    before = everything(context)
    other = replace(context, vault=Vault(SetKeys(new_key())))
    clock.advance(days=1)
    for work in (
        lambda: ensure_readable(other),
        lambda: add(other),
        lambda: rotate_secret(other, endpoint),
        lambda: rotate(other),
    ):
        with pytest.raises(SecretKeyMissing, match="STOCKMESH_SECRET_KEY"):
            work()
    assert everything(context) == before


def test_a_rotation_killed_before_its_end_is_run_again(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both keys are in the file, so that either half of the work can be read."""
    file = KeyFile(tmp_path / "secret.key")
    context = replace(context, vault=Vault(file))
    endpoint, secret = add(context)
    monkeypatch.setattr(KeyFile, "forget_others", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rotate(context)
    assert len(file.read()) == 2
    assert signing(context, endpoint) == (secret,)
    monkeypatch.undo()
    rotate(context)
    assert len(file.read()) == 1
    assert signing(context, endpoint) == (secret,)


TOKEN = "shpat_0123456789abcdef"  # noqa: S105


def test_what_shops_sign_with_and_what_opens_them_lies_encrypted(context: Context, tmp_path: Path) -> None:
    """Of two shops neither secret nor token is in any table, before a rotation and after; both go on to work."""
    context = replace(context, vault=Vault(KeyFile(tmp_path / "secret.key")))
    put_in_books(context, SmallWorld(), {})
    connect(context, token=TOKEN, home="1")
    connect(context, code="rome")
    assert rotate(context).secrets == 3
    dumped = everything(context)
    assert SECRET.encode() not in dumped
    assert TOKEN.encode() not in dumped
    assert all(send(context, "orders/create", {"id": 1}, delivery=shop, shop=shop) for shop in ("berlin", "rome"))
    with context.database.session() as session:
        [shop] = rows(session, "shops/pushing", code="berlin", now=context.clock())
    assert token_of(context, shop) == TOKEN


def test_secrets_of_shops_that_lay_in_plain_text_are_encrypted(context: Context) -> None:
    put_in_books(context, SmallWorld(), {})
    connect(context, token=TOKEN, home="1")
    with context.database.session() as session:
        session.execute("UPDATE shop SET secret = 'hush-hush-hush', token = %s", (TOKEN.encode(),))
    assert (encrypt_plain(context), encrypt_plain(context)) == (2, 0)
    assert SECRET.encode() not in everything(context)
    assert send(context, "orders/create", {"id": 1}, delivery="1")
