"""The word links of a whole corpus, found block by block; what is stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from attnstudio.alignment.aligner import align_corpus
from attnstudio.alignment.link_chances import CorpusLinkChances
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError
from attnstudio.files import commit_folder, remove_folder, sweep, temporary_name
from attnstudio.interpretation.words import word_spans
from attnstudio.project.begun_links import BegunLinks
from attnstudio.project.corpus_links import KEPT_ABOVE, LINKS_LOCK, CorpusLinks
from attnstudio.project.link_files import LinkFolderWriter
from attnstudio.project.project import Project
from attnstudio.storage_errors import storing

_LOCK_POLL_S = 0.2
_READING = 0.02  # share of the time that a block takes
_WRITING = 0.01
_ASKED_EVERY = 500  # pairs


def find_corpus_links(
    project: Project,
    corpus: ParallelCorpus,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CorpusLinks | None:
    """The word links of a corpus: those that are kept, or else found in its text and kept.

    Some 30,000 pairs are learnt from at a time, fewer where they are long, so that memory stays
    bounded: a longer corpus is aligned in interleaved blocks of equal size (with three, pairs
    0 3 6 ..., 1 4 7 ... and 2 5 8 ...), each of which sees all parts of the text. Every pair gets
    its links, whatever split it is in.

    Args:
        project: where they are kept.
        corpus: one of its corpora; the links are from its first language to its second, also where
            it is read in reverse.
        progress: told how many pairs of how many are done; what a stopped alignment has left is.
        should_stop: asked some times a second; after True, and after a kill, the next alignment
            of the same texts goes on where this one was, and finds the same links.

    Returns:
        None when it was stopped.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: the disk would not take them.
    """
    if (kept := _kept(project, corpus.hash)) is not None:
        return kept
    with _aligning(project, should_stop) as may_begin:
        if not may_begin:
            return None
        if (kept := _kept(project, corpus.hash)) is not None:
            return kept  # by the program that was waited for
        forward = project.corpus(corpus.hash)
        forward.check()
        begun = BegunLinks(project, forward)
        begun.begin()
        blocks = range(begun.order.blocks)
        folder = project.links / corpus.hash
        with storing(folder):
            for block in blocks:
                if begun.has_block(block):
                    continue
                if not _Block(forward, begun, block, progress, should_stop).find():
                    return None
        temporary = temporary_name(folder)
        try:
            with storing(folder):
                temporary.mkdir()
                with LinkFolderWriter(temporary) as writer:
                    for block in blocks:
                        writer.append(begun.block(block))
                    writer.seal(forward, len(blocks))
            commit_folder(temporary, folder)
        finally:
            remove_folder(temporary)
        begun.drop()
    return CorpusLinks.open(project, corpus.hash)


class _Read(NamedTuple):
    """Pairs by their sides.

    Attributes:
        spans: of the words of each sentence of each side.
        words: the words themselves.
    """

    spans: tuple[list[list[Span]], list[list[Span]]]
    words: tuple[list[list[str]], list[list[str]]]


class _Block:
    """The pairs that are learnt from together."""

    def __init__(
        self,
        corpus: ParallelCorpus,
        begun: BegunLinks,
        block: int,
        progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._corpus = corpus
        self._begun, self._number = begun, block
        self._pairs = begun.order.members(block)
        self._before = sum(len(begun.order.members(earlier)) for earlier in range(block))
        self._done = begun.pairs_done()
        self._progress, self._should_stop = progress, should_stop

    def find(self) -> bool:
        """Find and keep their links; False when stopped."""
        if (read := self._read()) is None:
            return False
        done = self._begun.cuts(self._number)
        chances = align_corpus(
            *read.words,
            progress=lambda done, of: self._tell(_READING + (1 - _READING - _WRITING) * done / of),
            should_stop=self._should_stop,
            begun=done,
            keep=partial(self._begun.keep_cuts, block=self._number),
        )
        return chances is not None and self._write(read, chances)

    def _read(self) -> _Read | None:
        """Their words; None when stopped."""
        read = _Read(([], []), ([], []))
        for block in self._corpus.blocks(np.asarray(self._pairs)):
            for texts, spans, words in zip(block[1:], read.spans, read.words, strict=True):
                for text in texts:
                    spans.append(word_spans(text))
                    words.append([text[start:end] for start, end in spans[-1]])
            if self._should_stop():
                return None
            self._tell(_READING * len(read.spans[0]) / len(self._pairs))
        return read

    def _write(self, read: _Read, chances: CorpusLinkChances) -> bool:
        """Keep their links; False when stopped."""
        temporary = temporary_name(self._begun.block(self._number))
        try:
            temporary.mkdir(parents=True)
            with LinkFolderWriter(temporary) as writer:
                for row, spans in enumerate(zip(*read.spans, strict=True)):
                    if row % _ASKED_EVERY == 0 and self._should_stop():
                        return False
                    links, confidences, score = _judged(chances, row)
                    writer.add(*spans, links, confidences, score)
            self._begun.keep_block(temporary, self._number)
        finally:
            remove_folder(temporary)
        self._tell(1.0)
        return True

    def _tell(self, share: float) -> None:
        done = max(self._done, self._before + int(share * len(self._pairs)))
        self._progress(done, len(self._corpus))


def _judged(
    chances: CorpusLinkChances, row: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], float]:
    """The links of a pair that are kept, their confidences, and the score of the pair."""
    confidence = chances[row].confidence
    links = np.argwhere(confidence > KEPT_ABOVE)
    confidences = np.minimum(confidence[*links.T], np.float32(1.0))
    if not confidence.size:
        return links, confidences, 0.0
    if row in chances.left_out:
        return links, confidences, np.nan
    best = np.concatenate((confidence.max(axis=1), confidence.max(axis=0)))
    return links, confidences, float(np.minimum(best, 1.0).mean())


def _kept(project: Project, corpus: str) -> CorpusLinks | None:
    """The links that are there and whole."""
    try:
        return CorpusLinks.open(project, corpus)
    except AlignmentError:
        return None


@contextmanager
def _aligning(project: Project, should_stop: Callable[[], bool]) -> Iterator[bool]:
    """Wait until no other program aligns here, and hold them off; False when stopped meanwhile."""
    lock = FileLock(project.folder / LINKS_LOCK)
    with storing(project.links):
        while not should_stop():
            try:
                lock.acquire(timeout=_LOCK_POLL_S)
            except Timeout:
                continue
            try:
                sweep(project.links)
                yield True
            finally:
                lock.release()
            return
    yield False
