"""Keys, users, links and sessions in the books: what opens, what is kept, who may give what."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import HandClock
from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.stock.refusals import UnknownOwner
from stockmesh.flows.access import keys, signing_in, users
from stockmesh.flows.access.callers import IDLE_MAX, SESSION_MAX, find_key_caller, find_session_caller
from stockmesh.flows.access.grants import Granted
from stockmesh.flows.access.keys import KeyWish, add_key, list_keys, revoke_key
from stockmesh.flows.access.refusals import (
    BadExpiry,
    BadName,
    LastAdministrator,
    LinkSpent,
    TooMuchGranted,
    UnknownKey,
    UnknownScope,
    UnknownUser,
    UserDisabled,
    UserTaken,
)
from stockmesh.flows.access.scopes import OF_KEYS, ROLES, Role, read_scopes
from stockmesh.flows.access.signing_in import first_link, mint_link, sign_in, sign_out
from stockmesh.flows.access.tokens import KEY, digest_of, form_token, is_token, new_key_id, new_token, write_key
from stockmesh.flows.access.users import add_user, change_user, ensure_first, get_user, list_users, set_enabled
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import list_events
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.set_up import save_merchant
from worlds import SmallWorld, put_in_books

WISH = KeyWish("shop system", ("orders:write",))


def everything_kept(context: Context) -> str:
    """Every row that access writes, as text."""
    tables = ("access_key", "access_user", "login_link", "login_session", "event", "command")
    with context.database.session() as session:
        found = [session.execute(f"SELECT t::text AS row FROM {table} AS t").fetchall() for table in tables]
    return "\n".join(row["row"] for rows in found for row in rows)


def test_tokens_are_long_and_never_the_same() -> None:
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(is_token(token) for token in made)
    assert KEY.fullmatch(write_key(new_key_id(), new_token()).encode())


@given(st.binary(max_size=200))
def test_whatever_comes_as_a_key_is_no_error(text: bytes) -> None:
    assert (KEY.fullmatch(text) is None) or text.startswith(b"smk_")


@given(st.text(max_size=100), st.text(max_size=100))
def test_form_tokens_differ_with_their_sessions(one: str, other: str) -> None:
    """And tell nothing of them: they are 64 hexadecimal digits whatever the session's token is."""
    tokens = [form_token(text.encode("utf-8", "replace").decode()) for text in (one, other)]
    assert (tokens[0] == tokens[1]) == (one.encode("utf-8", "replace") == other.encode("utf-8", "replace"))
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)


def test_no_token_is_ever_kept(context: Context) -> None:
    """Neither keys nor links nor sessions stand anywhere in the books, in text or bytes; digests alone do."""
    key = add_key(context, WISH).key
    first = first_link(context, always=True)
    assert first is not None
    begun = sign_in(context, first.token, "a browser")
    second = mint_link(context, "owner")
    revoke_key(context, list_keys(context)[0].key_id)
    kept = everything_kept(context)
    for token in (key, key.rsplit("_", 1)[1], first.token, begun.token, second.token, form_token(begun.token)):
        assert token not in kept
        assert token.encode().hex() not in kept
    assert digest_of(key).hex() in kept
    assert digest_of(begun.token).hex() in kept


def test_a_key_opens_what_it_was_given_until_it_ends(context: Context, clock: HandClock) -> None:
    made = add_key(context, KeyWish("till", ("stock:read", "orders:write"), expires_at=clock.now + timedelta(days=1)))
    caller = find_key_caller(context, made.key.encode())
    assert caller is not None
    assert (caller.kind, caller.id, caller.name) == ("key", made.key_id, "till")
    assert caller.scopes == {"stock:read", "orders:write"}
    assert (caller.reach, caller.sells) == (EVERYTHING, None)
    clock.advance(days=1)
    assert find_key_caller(context, made.key.encode()) is None


def test_a_wrong_secret_opens_nothing(context: Context) -> None:
    made = add_key(context, WISH)
    other = add_key(context, WISH)
    assert find_key_caller(context, write_key(made.key_id, new_token()).encode()) is None
    assert find_key_caller(context, write_key(made.key_id, other.key.rsplit("_", 1)[1]).encode()) is None
    for text in (b"", b"smk_", b"x" * 100_000, "smk_schlüssel".encode(), made.key.encode() + b"\n", b"\x00" * 58):
        assert find_key_caller(context, text) is None


def test_a_revoked_key_stays_in_the_list_and_opens_nothing(context: Context, clock: HandClock) -> None:
    made = add_key(context, WISH)
    assert revoke_key(context, made.key_id).revoked_at == clock.now
    clock.advance(minutes=1)
    assert revoke_key(context, made.key_id).revoked_at == clock.now - timedelta(minutes=1)
    assert find_key_caller(context, made.key.encode()) is None
    with pytest.raises(UnknownKey):
        revoke_key(context, "nosuchkey0")


def test_use_is_told_coarsely(context: Context, clock: HandClock) -> None:
    """The first use is noted, the next only a quarter of an hour later: no request pays for a write."""
    made = add_key(context, WISH)
    for minutes, told in ((0, 0), (14, 0), (2, 16)):
        clock.advance(minutes=minutes)
        assert find_key_caller(context, made.key.encode()) is not None
        used_at = list_keys(context)[0].used_at
        assert used_at is not None
        assert (used_at - list_keys(context)[0].created_at) == timedelta(minutes=told)


@pytest.mark.parametrize("name", ["", " till", "x" * 81, "a\nb", "a\x00b"])
def test_a_name_can_be_told_apart(context: Context, name: str) -> None:
    with pytest.raises(BadName):
        add_key(context, KeyWish(name, ("all",)))
    with pytest.raises(BadName):
        add_user(context, name, Role.VIEWER)


def test_scopes_are_those_of_the_table() -> None:
    assert read_scopes(["stock:read, orders:read"]) == ("orders:read", "stock:read")
    assert read_scopes(["all"]) == OF_KEYS
    for said in ([], [""], ["orders"], ["session"], ["orders:read", "root"]):
        with pytest.raises(UnknownScope):
            read_scopes(said)


def test_a_key_ends_after_now(context: Context, clock: HandClock) -> None:
    for expires_at in (clock.now, clock.now.replace(tzinfo=None) + timedelta(days=1), clock.now.replace(year=2100)):
        with pytest.raises(BadExpiry):
            add_key(context, KeyWish("till", ("all",), expires_at=expires_at))


def test_limits_are_what_there_is_and_within_ones_own(context: Context) -> None:
    """A channel brings its owner with it; nobody gives or finds what lies beyond their own reach."""
    shop = put_in_books(context, SmallWorld(), {})
    rival = save_merchant(context, Owner("rival", "Rival", "EUR"), [Channel("bay", "Bay")])
    made = add_key(context, KeyWish("till", ("all",), Granted(channels=("web",), locations=("LEJ",))))
    caller = find_key_caller(context, made.key.encode())
    assert caller is not None
    assert caller.reach.owners == (shop,)
    assert caller.sells == frozenset()
    for limits, refusal in (
        (Granted(owners=("nobody",)), UnknownOwner),
        (Granted(locations=("NOWHERE",)), UnknownLocation),
        (Granted(owners=("shop",), channels=("bay",)), UnknownChannel),
    ):
        with pytest.raises(refusal):
            add_key(context, KeyWish("till", ("all",), limits))
    within = Reach(owners=(shop,))
    with pytest.raises(UnknownOwner) as refused:
        add_key(context, KeyWish("till", ("all",), Granted(owners=("rival",))), reach=within)
    assert refused.value.owners == ("shop",)
    inherited = add_key(context, WISH, reach=within)
    theirs = add_key(context, WISH, reach=Reach(owners=(rival,)))
    assert {one.key_id for one in list_keys(context, reach=within)} == {made.key_id, inherited.key_id}
    with pytest.raises(UnknownKey):
        revoke_key(context, theirs.key_id, reach=within)


def test_nobody_gives_more_than_they_have(context: Context) -> None:
    ensure_first(context)
    with pytest.raises(TooMuchGranted):
        add_key(context, KeyWish("till", ("orders:read", "keys:admin")), own={"orders:read"})
    operator = ROLES[Role.OPERATOR] | {"users:admin"}
    for act in (
        lambda: add_user(context, "eve", Role.ADMINISTRATOR, own=operator),
        lambda: change_user(context, "owner", Role.VIEWER, Granted(), own=operator),
        lambda: mint_link(context, "owner", own=operator),
        lambda: set_enabled(context, "owner", enabled=False, own=operator),
        lambda: users.end_sessions(context, "owner", own=operator),
    ):
        with pytest.raises(TooMuchGranted):
            act()
    assert [user.name for user in list_users(context)] == ["owner"]


def test_the_first_user_is_made_once(context: Context) -> None:
    """Also by two processes at once; the link is printed until an administrator has signed in."""
    with ThreadPoolExecutor(4) as pool:
        links = list(pool.map(lambda _: first_link(context, always=False), range(4)))
    assert [user.name for user in list_users(context)] == ["owner"]
    assert all(links)
    sign_in(context, links[0].token, "")  # type: ignore[union-attr]
    assert first_link(context, always=False) is None
    assert first_link(context, always=True) is not None


def test_a_link_lets_in_once_however_many_follow_it_at_once(context: Context) -> None:
    ensure_first(context)
    for _ in range(5):
        link = mint_link(context, "owner")

        def follow(number: int, token: str = link.token) -> bool:
            try:
                return sign_in(context, token, f"browser {number}").user == "owner"
            except LinkSpent:
                return False

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(follow, range(6))) == 1
    assert get_user(context, "owner").sessions == 5


def test_a_link_ends_after_a_quarter_of_an_hour(context: Context, clock: HandClock) -> None:
    ensure_first(context)
    link = mint_link(context, "owner")
    clock.advance(minutes=15)
    for token in (link.token, "", "x" * 43, "x" * 100_000, "ü" * 43, link.token + "\n"):
        with pytest.raises(LinkSpent):
            sign_in(context, token, "")


def test_a_session_ends_when_idle_and_in_any_case(context: Context, clock: HandClock) -> None:
    ensure_first(context)
    idle = sign_in(context, mint_link(context, "owner").token, "").token
    clock.advance(seconds=IDLE_MAX.total_seconds())
    assert find_session_caller(context, idle) is None
    busy = sign_in(context, mint_link(context, "owner").token, "").token
    begun = clock.now
    while clock.now - begun < SESSION_MAX - timedelta(hours=6):
        clock.advance(hours=6)
        assert find_session_caller(context, busy) is not None
    clock.advance(hours=6)
    assert find_session_caller(context, busy) is None


def test_signing_out_ends_one_session_or_all(context: Context) -> None:
    ensure_first(context)
    tokens = [sign_in(context, mint_link(context, "owner").token, "x" * 500).token for _ in range(3)]
    callers = [find_session_caller(context, token) for token in tokens]
    assert callers[0] is not None
    assert sign_out(context, int(callers[0].id), callers[0].session_id) == 1
    assert find_session_caller(context, tokens[0]) is None
    assert len(signing_in.list_sessions(context, int(callers[0].id))) == 2
    assert users.end_sessions(context, "owner") == 2
    assert [find_session_caller(context, token) for token in tokens] == [None] * 3


def test_whoever_is_disabled_is_out_at_once(context: Context) -> None:
    """Sessions, links and new links; enabled again, the user signs in anew."""
    ensure_first(context)
    add_user(context, "ann", Role.OPERATOR)
    open_link, spent = mint_link(context, "ann"), mint_link(context, "ann")
    token = sign_in(context, spent.token, "").token
    assert set_enabled(context, "ann", enabled=False).disabled_at is not None
    assert find_session_caller(context, token) is None
    with pytest.raises(LinkSpent):
        sign_in(context, open_link.token, "")
    with pytest.raises(UserDisabled):
        mint_link(context, "ann")
    assert set_enabled(context, "ann", enabled=True).disabled_at is None
    assert find_session_caller(context, token) is None
    assert sign_in(context, mint_link(context, "ann").token, "").user == "ann"


def test_the_last_administrator_cannot_be_locked_out(context: Context) -> None:
    """Neither disabled nor made less, nor by two at once; another administrator lets it happen."""
    put_in_books(context, SmallWorld(), {})
    ensure_first(context)
    add_user(context, "limited", Role.ADMINISTRATOR, Granted(owners=("shop",)))
    with pytest.raises(LastAdministrator):
        set_enabled(context, "owner", enabled=False)
    for role, limits in ((Role.OPERATOR, Granted()), (Role.ADMINISTRATOR, Granted(owners=("shop",)))):
        with pytest.raises(LastAdministrator):
            change_user(context, "owner", role, limits)
    add_user(context, "ann", Role.ADMINISTRATOR)

    def disable(name: str) -> bool:
        try:
            return set_enabled(context, name, enabled=False).disabled_at is not None
        except LastAdministrator:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(disable, ("owner", "ann"))) == 1


def test_users_have_names_of_their_own(context: Context) -> None:
    add_user(context, "ann", Role.VIEWER)
    with pytest.raises(UserTaken):
        add_user(context, "ann", Role.OPERATOR)
    with pytest.raises(UnknownUser):
        get_user(context, "Ann")


def test_a_changed_role_holds_for_open_sessions(context: Context) -> None:
    ensure_first(context)
    add_user(context, "ann", Role.OPERATOR)
    token = sign_in(context, mint_link(context, "ann").token, "").token
    change_user(context, "ann", Role.VIEWER, Granted())
    caller = find_session_caller(context, token)
    assert caller is not None
    assert caller.scopes == ROLES[Role.VIEWER]


def test_every_change_is_told_and_no_secret(context: Context) -> None:
    first_link(context, always=True)
    key = add_key(context, WISH)
    revoke_key(context, key.key_id)
    add_user(context, "ann", Role.VIEWER)
    change_user(context, "ann", Role.OPERATOR, Granted())
    sign_in(context, mint_link(context, "ann").token, "")
    set_enabled(context, "ann", enabled=False)
    set_enabled(context, "ann", enabled=True)
    relay_all(context, "test", low=5)
    told = [event.data for event in list_events(context).items if event.type == "access.changed"]
    assert [(one["name"], one["change"]) for one in told] == [
        ("owner", "added"),
        ("owner", "link_made"),
        ("shop system", "added"),
        ("shop system", "revoked"),
        ("ann", "added"),
        ("ann", "changed"),
        ("ann", "link_made"),
        ("ann", "signed_in"),
        ("ann", "disabled"),
        ("ann", "enabled"),
    ]
    assert keys.NAME_MAX == 80
