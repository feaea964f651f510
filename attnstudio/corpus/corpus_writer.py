"""Writes new parallel corpora, each under a temporary name until it is whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from array import array
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.batches import PairBatch
from attnstudio.corpus.line_files import LineWriter
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split, corpus_name
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.files import commit_folder, sweep


class CorpusWriter:
    """Writes a new corpus under a temporary name; `finish` gives it its own.

    Use it as a context manager: leaving it without `finish`, or with an error, leaves nothing
    behind. The caller holds the project's lock, so whatever another writer left half-done there is
    from a killed program.

    Args:
        parent: the folder of all corpora.
        source_language: language code of the first side.
        target_language: language code of the second side.
        is_used: whether somebody goes by the corpus of a name already: an error, or a person who
            stops, may come right after that, and then it stays.
    """

    def __init__(
        self,
        parent: Path,
        source_language: str,
        target_language: str,
        is_used: Callable[[str], bool] = lambda _: False,
    ) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent)
        self._parent = parent
        self._is_used = is_used
        self._languages = (source_language, target_language)
        self._folder = Path(tempfile.mkdtemp(prefix=".", suffix=".new", dir=parent))
        with ExitStack() as undoing:  # nobody leaves a writer that was never entered
            undoing.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._source, self._target, self._links = (
                undoing.enter_context(closing(LineWriter(self._folder, name)))
                for name in (source_language, target_language, "links")
            )
            undoing.pop_all()
        self._split = array("B")
        self._finished: Path | None = None  # if it was not there before
        self._link_lines = 0  # fewer than pairs: the rest has none

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for lines in (self._source, self._target, self._links):
            lines.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        finished = self._finished
        if error is not None and finished is not None and not self._is_used(finished.name):
            shutil.rmtree(finished, ignore_errors=True)
        with suppress(OSError):  # it holds other corpora
            self._parent.rmdir()

    def __len__(self) -> int:
        return len(self._split)

    def add(self, pair: SentencePair, split: Split) -> None:
        """Append one pair; its texts must be free of line ends."""
        self._source.add(pair.source)
        self._target.add(pair.target)
        self._split.append(SPLIT_CODES[split])
        if pair.gold is not None:
            self._fill_links(len(self) - 1)
            self._add_link_lines([pair.gold.to_line()])

    def add_batch(self, batch: PairBatch, split: Split) -> None:
        """Append many pairs; their texts must be free of line ends."""
        self._source.add_all(batch.sources)
        self._target.add_all(batch.targets)
        if any(batch.gold):
            self._fill_links(len(self))
            self._add_link_lines([gold.to_line() if gold else "" for gold in batch.gold])
        self._split.frombytes(bytes([SPLIT_CODES[split]]) * len(batch.sources))

    def add_corpus(
        self,
        corpus: ParallelCorpus,
        split_codes: NDArray[np.uint8] | None = None,
        on_piece: Callable[[], None] = lambda: None,
    ) -> None:
        """Append a whole corpus, blob by blob, with its own splits or the ones given.

        ``on_piece`` is called after every 4 MB; it may raise to give it up.

        Raises:
            CorpusError: the other corpus is damaged; a copy of it would no longer tell.
        """
        corpus.check()
        self._source.add_file(corpus.folder / f"{self._languages[0]}.txt", on_piece)
        self._target.add_file(corpus.folder / f"{self._languages[1]}.txt", on_piece)
        if corpus.has_gold:
            self._fill_links(len(self))
            self._links.add_file(corpus.folder / "links.txt", on_piece)
            self._link_lines += len(corpus)
        codes = corpus.split_codes() if split_codes is None else split_codes
        self._split.frombytes(codes.tobytes())

    def add_pairs(
        self,
        corpus: ParallelCorpus,
        pairs: NDArray[np.int64],
        split_codes: NDArray[np.uint8],
        count_pairs: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Append some pairs of a corpus, given in rising order, and the split of each.

        ``count_pairs`` is told how many more were written; it may raise to give it up.

        Raises:
            CorpusError: the other corpus is damaged; a copy of it would no longer tell.
        """
        corpus.check()
        for block in corpus.blocks(pairs):
            self._source.add_all(block.sources)
            self._target.add_all(block.targets)
            if corpus.has_gold:
                self._fill_links(len(self))
                self._add_link_lines(corpus.link_lines(block.pairs))
            codes, split_codes = np.split(split_codes, [len(block.pairs)])
            self._split.frombytes(codes.tobytes())
            count_pairs(len(block.pairs))

    def _fill_links(self, pairs: int) -> None:
        """Say of the pairs before that they have no links."""
        self._links.add_empty(pairs - self._link_lines)
        self._link_lines = pairs

    def _add_link_lines(self, lines: Sequence[str]) -> None:
        self._links.add_all(lines)
        self._link_lines += len(lines)

    def finish(self) -> Path:
        """Close the files and give the folder the name of its content.

        Returns:
            The corpus's folder; the one that was there already if the content is the same.
        """
        has_links = self._link_lines > 0
        if has_links:
            self._fill_links(len(self))
        written = [self._source, self._target, *([self._links] if has_links else [])]
        for lines in (self._source, self._target, self._links):
            lines.close_for_good()
        split = self._split.tobytes()
        (self._folder / "split").write_bytes(split)  # all goes to the disk at once, see below
        if not has_links:
            self._links.delete()
        parts = [*(lines.digest for lines in written), hashlib.sha256(split).digest()]
        name = corpus_name(self._languages, parts)
        manifest = {
            "format": 1,
            "languages": self._languages,
            "pairs": len(self._split),
            "links": has_links,
            "hash": name,
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (self._folder / "manifest.json").write_text(text, encoding="utf-8")
        folder = self._parent / name
        if not folder.exists():
            commit_folder(self._folder, folder)
            self._finished = folder
        return folder
