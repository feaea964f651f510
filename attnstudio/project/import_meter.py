"""How far an import is, whether it is still wanted, and whether its files stay as they are."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from attnstudio.corpus.recognise import Importable
from attnstudio.corpus.text_source import size_of
from attnstudio.corpus.unpacking import unreadable
from attnstudio.errors import CorpusError

_HASHED_BYTES = 1 << 20
_HASHING_SHARE = 0.1  # of the time that reading takes
_TOLD_EVERY_S = 0.2

Progress = Callable[[int, float | None], None]
"""Told how many pairs are kept so far, and how many it will be by what is read of the files; None
before the first."""


class StoppedError(Exception):
    """The import is not wanted any more."""


class ImportMeter:
    """How far an import is, by the bytes that were read; and whether it is still wanted.

    Args:
        items: what is read.
        progress: told how far it is, a few times a second.
        should_stop: asked now and then.

    Attributes:
        pairs: that are kept so far.

    Raises:
        CorpusError: a file cannot be looked at.
    """

    def __init__(
        self,
        items: Sequence[Importable],
        progress: Progress,
        should_stop: Callable[[], bool],
    ) -> None:
        texts = {text for item in items for text in item.texts}
        self._states = {text.path: _state(text.path) for text in texts}
        self._to_hash = sum(size for size, _ in self._states.values()) * _HASHING_SHARE
        self._to_read = sum(map(size_of, texts))
        self._progress, self._should_stop = progress, should_stop
        self._done = 0.0
        self._told = time.monotonic()
        self.pairs = 0

    def hashed(self, count: int) -> None:
        """So many bytes were compared with what was imported before."""
        self._done += count * _HASHING_SHARE
        self.check()

    def read(self, count: int) -> None:
        """So many bytes were read from the disk."""
        self._done += count
        self.check()

    def refuse_changed(self, item: Importable) -> None:
        """Refuse files that are not what they were at the beginning.

        Raises:
            CorpusError: one of an item's files was changed meanwhile, or is gone.
        """
        for text in item.texts:
            if _state(text.path) != self._states[text.path]:
                raise CorpusError(
                    "{name} was changed while it was read; nothing was imported.",
                    hint="Import it again once the program that writes it has ended.",
                    name=text.path.name,
                )

    def check(self) -> None:
        """Tell the progress if it is time to; end the import if it is not wanted.

        Raises:
            StoppedError: it is not.
        """
        if self._should_stop():
            raise StoppedError
        if time.monotonic() - self._told >= _TOLD_EVERY_S:
            self._told = time.monotonic()
            share = min(1.0, self._done / max(1.0, self._to_hash + self._to_read))
            self._progress(self.pairs, self.pairs / share if self.pairs and share else None)


def hashes_of(items: Sequence[Importable], meter: ImportMeter) -> dict[Importable, str]:
    """One hash an item: of the files' bytes and of the place of its texts in them.

    Raises:
        CorpusError: a file cannot be read.
    """
    of_file: dict[Path, str] = {}
    hashes = {}
    for item in items:
        digest = hashlib.sha256()
        for text in item.texts:
            if text.path not in of_file:
                of_file[text.path] = _hash(text.path, meter)
            digest.update(f"{of_file[text.path]} {text.member or ''}\n".encode())
        hashes[item] = digest.hexdigest()
    return hashes


def _hash(path: Path, meter: ImportMeter) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_HASHED_BYTES):
                digest.update(piece)
                meter.hashed(len(piece))
    except OSError as error:
        raise unreadable(path.name, error) from error
    return digest.hexdigest()


def _state(path: Path) -> tuple[int, int]:
    """What tells that a file was changed."""
    try:
        found = path.stat()
    except OSError as error:
        raise unreadable(path.name, error) from error
    return found.st_size, found.st_mtime_ns
