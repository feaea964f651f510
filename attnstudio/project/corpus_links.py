"""Word links of every pair of one version of a project's corpus, found from its text and kept.

They are those that the text itself gives; gold links of the corpus stay with the corpus, and who
would rather have those asks it for them (`ParallelCorpus.gold`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from attnstudio.alignment.link_chances import THRESHOLD
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError, CorpusError, StorageError
from attnstudio.names import is_content_hash
from attnstudio.project.begun_links import BegunLinks, begun_folder
from attnstudio.project.link_files import LinkArrays, are_of_texts
from attnstudio.project.project import Project
from attnstudio.storage_errors import READ, storage_error, storing

KEPT_ABOVE = 0.1  # confidence; a reader takes those above THRESHOLD
LINKS_LOCK = "links.lock"  # in the project; of who finds links


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
    lock = FileLock(project.folder / LINKS_LOCK, timeout=0)
    with suppress(Timeout, CorpusError, StorageError), lock:  # under way, or who reads it is told
        BegunLinks(project, project.corpus()).begin()


def _damaged(folder: Path, reason: str) -> AlignmentError:
    return AlignmentError(
        "The word links in {folder} are damaged: {reason}.",
        hint="Align the corpus again: they are made anew.",
        folder=folder,
        reason=reason,
    )
