"""Word links of every pair of one version of a project's corpus, found from its text and kept.

They are those that the text itself gives; gold links of the corpus stay with the corpus, and who
would rather have those asks it for them (`ParallelCorpus.gold`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from attnstudio.alignment.aligner import align_corpus
from attnstudio.alignment.link_chances import THRESHOLD, CorpusLinkChances
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError, CorpusError, StorageError
from attnstudio.files import (
    READ,
    commit_folder,
    remove_folder,
    storage_error,
    storing,
    sweep,
    temporary_name,
)
from attnstudio.interpretation.words import word_spans
from attnstudio.names import is_content_hash
from attnstudio.project.begun_links import BegunLinks, begun_folder
from attnstudio.project.link_files import LinkArrays, LinkFolderWriter, are_of_texts
from attnstudio.project.project import Project

KEPT_ABOVE = 0.1  # confidence; a reader takes those above THRESHOLD
_LOCK = "links.lock"
_LOCK_POLL_S = 0.2
_READING, _WRITING = 0.02, 0.01  # shares of the time that a block takes
_ASKED_EVERY = 500  # pairs


@dataclass(frozen=True, slots=True)
class PairLinks:
    """The word links of one sentence pair.

    Attributes:
        source_spans: its source words as characters of the corpus's text, left to right.
        target_spans: its target words likewise.
        links: in order, all whose confidence is above `KEPT_ABOVE`.
        confidences: of each link, from 0 to 1.
        are_given: whether a person gave the links, see `StandingLinks`; the others were found.
    """

    source_spans: tuple[Span, ...]
    target_spans: tuple[Span, ...]
    links: tuple[Link, ...]
    confidences: NDArray[np.float32]
    are_given: bool = False

    def alignment(self, threshold: float = THRESHOLD) -> Alignment:
        """The links whose confidence is above a threshold, which is not below `KEPT_ABOVE`."""
        above = np.flatnonzero(self.confidences > threshold).tolist()
        return Alignment(frozenset(self.links[place] for place in above))

    def as_gold(self, *, reverse: bool) -> GoldLinks:
        """The links above the threshold as a pair's gold links are given.

        Args:
            reverse: whether the pair is read from its second language to its first.
        """
        gold = GoldLinks(self.source_spans, self.target_spans, self.alignment())
        return gold.reversed() if reverse else gold


class CorpusLinks:
    """The word links of a corpus, read where they lie on the disk; use `open`.

    Attributes:
        corpus: the hash of the corpus.
        found_in: the hash of the version in which they were found, which has the same texts.
        scores: how well the words of each pair are linked, from 0 (no translation) to 1: the mean,
            over the words of both sides, of the best confidence of each; 0 where a side is empty,
            and no number (NaN) where a pair was too long to be aligned.
    """

    def __init__(self, corpus: str, found_in: str, arrays: LinkArrays) -> None:
        self.corpus = corpus
        self.found_in = found_in
        self._arrays = arrays
        self.scores = arrays.order.in_pair_order(arrays.scores)

    @classmethod
    def open(cls, project: Project, corpus: str) -> CorpusLinks | None:
        """The links of a corpus, given by its hash; None where nobody aligned it.

        Those of another version with the same texts will do: cutting splits and changing gold links
        make versions, but leave the texts as they are.

        Raises:
            AlignmentError: they are damaged; `find_corpus_links` makes them anew.
            StorageError: they cannot be read.
        """
        folder = links_folder(project, corpus)
        if folder is None:
            return None
        try:
            return cls(corpus, folder.name, LinkArrays.read(folder, folder.name))
        except FileNotFoundError as error:
            raise _damaged(folder, f"{Path(error.filename or folder).name} is missing") from error
        except OSError as error:
            raise storage_error(error, folder, READ) from error
        except ValueError as error:
            raise _damaged(folder, str(error)) from error

    def __len__(self) -> int:
        return self._arrays.order.pairs

    def count(self, threshold: float = THRESHOLD) -> int:
        """How many links of the corpus are above a threshold."""
        return int(np.count_nonzero(self._arrays.confidences > threshold))

    def __getitem__(self, pair: int) -> PairLinks:
        if not 0 <= pair < len(self):
            raise IndexError(pair)
        arrays = self._arrays
        place = arrays.order.place(pair)
        sources, targets, links = (
            slice(first, end) for first, end in arrays.starts[place : place + 2].T.tolist()
        )
        return PairLinks(
            tuple(Span(*span) for span in arrays.source_spans[sources].tolist()),
            tuple(Span(*span) for span in arrays.target_spans[targets].tolist()),
            tuple(Link(*link) for link in arrays.links[links].tolist()),
            np.array(arrays.confidences[links]),
        )


def aligned_corpora(project: Project) -> list[str]:
    """The hashes of the corpora that were aligned, the last first.

    Raises:
        StorageError: they cannot be listed.
    """
    with storing(project.links, READ):
        folders = list(project.links.glob("[!.]*")) if project.links.is_dir() else []
        folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    return [folder.name for folder in folders if is_content_hash(folder.name)]


def links_found_at(project: Project, corpus: str) -> float | None:
    """When the links of a corpus were found, in seconds since the epoch; None where none are.

    Raises:
        StorageError: the folder of all links cannot be looked into.
    """
    folder = links_folder(project, corpus)
    with storing(project.links, READ):
        return None if folder is None else folder.stat().st_mtime


def links_folder(project: Project, corpus: str) -> Path | None:
    """Where the links of a corpus lie: its own folder, or that of another with the same texts.

    Raises:
        StorageError: the folder of all links cannot be looked into.
    """
    own = project.links / corpus
    if own.exists():
        return own
    with storing(project.links, READ):
        others = sorted(project.links.glob("[!.]*")) if project.links.is_dir() else []
    if not others:
        return None
    try:
        wanted = project.corpus(corpus)
        return next((folder for folder in others if are_of_texts(folder, wanted)), None)
    except (CorpusError, OSError):  # whoever reads the corpus is told
        return None


def pairs_begun(project: Project, corpus: ParallelCorpus) -> int:
    """How many pairs' work a stopped alignment of a corpus has left, as progress counts them.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: its texts cannot be read.
    """
    if not begun_folder(project).is_dir():
        return 0
    return BegunLinks(project, project.corpus(corpus.hash)).pairs_done()


def drop_begun_of_others(project: Project) -> None:
    """Remove what a stopped alignment of other texts than the current ones has left."""
    if not begun_folder(project).is_dir():
        return
    lock = FileLock(project.folder / _LOCK, timeout=0)
    with suppress(Timeout, CorpusError, StorageError), lock:  # under way, or who reads it is told
        BegunLinks(project, project.corpus()).begin()


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
    lock = FileLock(project.folder / _LOCK)
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


def _damaged(folder: Path, reason: str) -> AlignmentError:
    return AlignmentError(
        "The word links in {folder} are damaged: {reason}.",
        hint="Align the corpus again: they are made anew.",
        folder=folder,
        reason=reason,
    )
