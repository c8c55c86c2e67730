"""Secrets at rest: encrypted with AES-256-GCM under a key that does not lie in the database.

What is stored is `sealed:1:KEY:BYTES`: which key, then nonce and ciphertext. The purpose is authenticated with it, so
that a secret copied to another row is no secret there.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stockmesh.domain.kernel.refusals import Refusal

PREFIX: Final = "sealed:1:"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FILE_NAME: Final = "secret.key"


@dataclass(eq=False)
class BadSecretKey(Refusal):
    """A key that cannot be used, as it is set or as its file stands."""

    place: str
    problem: str
    code = "bad_secret_key"
    text = "{place}: {problem}. `stockmesh secrets new-key` prints a key."


@dataclass(eq=False)
class SecretKeyMissing(Refusal):
    """The books hold secrets under a key that this process was not given."""

    key_ids: tuple[str, ...]
    place: str
    code = "secret_key_missing"
    text = (
        "The books hold secrets encrypted under key {key_ids}, which {place} does not give. All processes on one "
        "database must share the key: set STOCKMESH_SECRET_KEY to the same value for each of them, several keys parted "
        "by commas, or copy the key file."
    )


@dataclass(eq=False)
class SecretDamaged(Refusal):
    """A stored secret that is not what was stored, or stands where it was not put."""

    purpose: str
    code = "secret_damaged"
    text = "The secret {purpose} cannot be decrypted: it was changed in the database. Give out a new one."


@dataclass(frozen=True)
class Key:
    """A key and the short name it goes by."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """Eight signs of its digest: they tell keys apart and nothing about them."""
        return hashlib.sha256(b"stockmesh key " + self.secret).hexdigest()[:8]


class KeySource(Protocol):
    """Where keys come from; the first encrypts, all decrypt."""

    @property
    def place(self) -> str:
        """What to call it in a sentence."""

    def read(self) -> tuple[Key, ...]:
        """The keys as they stand now; none when there never were any. Raises BadSecretKey."""

    def begin(self) -> tuple[Key, ...]:
        """The keys, a first one made where there are none. Raises BadSecretKey."""

    def add(self) -> bool:
        """Whether a new key was made and put first; False where keys are not ours to make."""

    def forget_others(self, kept: str) -> None:
        """Drops all keys but one, where they are ours."""


@dataclass(frozen=True)
class SetKeys:
    """Keys from the setting STOCKMESH_SECRET_KEY, parted by commas."""

    text: str = field(repr=False)
    place: str = "STOCKMESH_SECRET_KEY"

    def read(self) -> tuple[Key, ...]:
        """The keys of the setting."""
        return _read_keys(self.text.replace(",", "\n"), self.place)

    def begin(self) -> tuple[Key, ...]:
        """The same: a setting is made by whoever runs the service."""
        return self.read()

    def add(self) -> bool:
        """Never: the new key is put in front by whoever sets it."""
        return False

    def forget_others(self, kept: str) -> None:
        """Nothing; whoever set them takes them out."""


@dataclass(frozen=True)
class KeyFile:
    """Keys in a file that only its owner may read, one a line; made when the first secret is kept."""

    path: Path

    @property
    def place(self) -> str:
        """Where it lies."""
        return str(self.path)

    def read(self) -> tuple[Key, ...]:
        """The keys of the file. Raises BadSecretKey when others may read it."""
        try:
            mode = self.path.stat().st_mode
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSecretKey(place=self.place, problem=f"cannot be read ({error})") from None
        if stat.S_IMODE(mode) & 0o077:
            raise BadSecretKey(place=self.place, problem="is open to other users; chmod 600 it")
        return _read_keys(text, self.place)

    def begin(self) -> tuple[Key, ...]:
        """The keys; of processes that begin at the same time one makes the file and the others read it."""
        if not self.path.exists():
            self._write([Key(secrets.token_bytes(KEY_BYTES))], replacing=False)
        return self.read()

    def add(self) -> bool:
        """A new key stands first from now on."""
        self._write([Key(secrets.token_bytes(KEY_BYTES)), *self.read()], replacing=True)
        return True

    def forget_others(self, kept: str) -> None:
        """Only the named key is left."""
        self._write([key for key in self.read() if key.key_id == kept], replacing=True)

    def _write(self, keys: Sequence[Key], *, replacing: bool) -> None:
        """The whole file or nothing of it, readable by its owner alone from the first instant."""
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.writelines(f"{base64.urlsafe_b64encode(key.secret).decode()}\n" for key in keys)
                out.flush()
                os.fsync(out.fileno())
            if replacing:
                part.replace(self.path)
            elif not self.path.exists():
                self._link(part)
        except OSError as error:
            raise BadSecretKey(place=self.place, problem=f"cannot be written ({error})") from None
        finally:
            part.unlink(missing_ok=True)

    def _link(self, part: Path) -> None:
        try:
            os.link(part, self.path)
        except FileExistsError:
            return


@dataclass(frozen=True)
class Vault:
    """Encrypts and decrypts with the keys of a source."""

    source: KeySource

    def encrypt(self, text: str, purpose: str) -> str:
        """The text sealed under the first key, one being made where there is none. Raises BadSecretKey."""
        key = self.source.begin()[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(key.secret).encrypt(nonce, text.encode(), purpose.encode())
        return f"{PREFIX}{key.key_id}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, sealed: str, purpose: str) -> str:
        """The text. Raises SecretKeyMissing, SecretDamaged and BadSecretKey."""
        key_id, _, written = sealed.removeprefix(PREFIX).partition(":")
        key = next((one for one in self.source.read() if one.key_id == key_id), None)
        if key is None:
            raise SecretKeyMissing(key_ids=(key_id,), place=self.source.place)
        try:
            whole = base64.b64decode(written, validate=True)
            return AESGCM(key.secret).decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            raise SecretDamaged(purpose=purpose) from None

    def ensure_keys(self, key_ids: Sequence[str]) -> None:
        """Nothing, when all these keys are there. Raises SecretKeyMissing and BadSecretKey."""
        known = {key.key_id for key in self.source.read()} if key_ids else set()
        missing = tuple(sorted(set(key_ids) - known))
        if missing:
            raise SecretKeyMissing(key_ids=missing, place=self.source.place)


def new_key() -> str:
    """A key as the setting takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def source_of(setting: str, home: Path) -> KeySource:
    """The setting where there is one, a file in the home folder otherwise."""
    return SetKeys(setting) if setting else KeyFile(home.expanduser().resolve() / FILE_NAME)


def _read_keys(text: str, place: str) -> tuple[Key, ...]:
    keys = []
    for word in text.split():
        try:
            secret = base64.b64decode(word, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise BadSecretKey(place=place, problem=f"a key is {KEY_BYTES} bytes in base64")
        keys.append(Key(secret))
    if not keys:
        raise BadSecretKey(place=place, problem="there is no key in it")
    return tuple(keys)
