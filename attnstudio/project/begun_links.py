"""What is done of the word links of a corpus before all are found, so that a stop costs little.

It lies in the project's folder of links, under a name that no corpus has::

    .begun/0, .begun/1 ...  the links of each block of pairs that is done, as in `link_files`
    .begun/cuts             how the cuts that are done see the block after these

Each is sealed and says of which texts it is: of others, of another program or damaged, it is not
there. One alignment at a time is kept, the one that was begun last.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from attnstudio import __version__
from attnstudio.alignment.aligner import CutsDone, share_of_time
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import StorageError
from attnstudio.files import (
    commit_folder,
    open_new,
    remove_folder,
    set_aside_name,
    sweep,
    temporary_name,
)
from attnstudio.project.alignment_size import size_for_alignment
from attnstudio.project.link_files import BlockOrder, hashes_of_texts
from attnstudio.project.project import Project
from attnstudio.seals import check_seal, has_its_files, read_facts, seal
from attnstudio.storage_errors import READ, storing

_logger = logging.getLogger(__name__)

_CUTS = "cuts"
_SIDES = ("forward", "backward")


def begun_folder(project: Project) -> Path:
    """Where the stages of an alignment lie as long as it is not done."""
    return project.links / ".begun"


class BegunLinks:
    """The stages of an alignment that are kept; who writes holds the lock of the project's links.

    Args:
        project: that keeps them.
        corpus: in the direction of its links.

    Attributes:
        order: of its blocks.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: its texts cannot be read.
    """

    def __init__(self, project: Project, corpus: ParallelCorpus) -> None:
        self.order = BlockOrder(len(corpus), size_for_alignment(corpus).blocks)
        self._folder = begun_folder(project)
        with storing(corpus.folder, READ):
            texts = hashes_of_texts(corpus)
        self._facts = {"texts": texts, "blocks": self.order.blocks, "program": __version__}

    def block(self, number: int) -> Path:
        """Where the links of a block lie, once they are all found."""
        return self._folder / str(number)

    def has_block(self, number: int) -> bool:
        """Whether the links of a block are kept."""
        return self._kept(self.block(number), number) is not None

    def keep_block(self, temporary: Path, number: int) -> None:
        """Keep the links of a block that lie beside it, under a temporary name.

        Raises:
            OSError: the disk would not take them.
            StorageError: likewise.
        """
        seal(temporary, self._facts | {"block": number})
        commit_folder(temporary, self.block(number))
        remove_folder(self._folder / _CUTS)

    def cuts(self, block: int) -> CutsDone | None:
        """What the cuts say that are done for a block; None where nothing is kept of it."""
        if not (done := self._cuts_done(block)):
            return None
        folder = self._cuts_folder
        try:
            return CutsDone(done, *(np.fromfile(folder / side, "<f4") for side in _SIDES))
        except OSError:
            return None

    def keep_cuts(self, done: CutsDone, block: int) -> None:
        """Keep what the cuts say that are done for a block, if the disk has room for it."""
        folder = self._folder / _CUTS
        temporary = temporary_name(folder)
        try:
            with storing(folder):
                remove_folder(temporary)
                temporary.mkdir(parents=True)
                for side, chances in zip(_SIDES, (done.forward, done.backward), strict=True):
                    with open_new(temporary / side) as file:
                        file.write(chances.astype("<f4", copy=False).tobytes())
                seal(temporary, self._facts | {"block": block, "cuts": done.cuts})
            commit_folder(temporary, folder)
        except StorageError as error:  # the alignment itself goes on, and a stop costs more
            _logger.warning("What is done of the word links is not kept: %s", error)
        finally:
            remove_folder(temporary)

    def pairs_done(self) -> int:
        """How many pairs' work is done, as far as it is seen without reading what is kept."""
        done = 0
        for block in range(self.order.blocks):
            pairs = len(self.order.members(block))
            if self._kept(self.block(block), block, is_read=False) is None:
                return done + int(share_of_time(self._cuts_done(block, is_read=False)) * pairs)
            done += pairs
        return done

    def begin(self) -> None:
        """Remove what a killed program left, and what is of other texts."""
        sweep(self._folder)
        if not self.pairs_done():
            self.drop()

    def drop(self) -> None:
        """Remove what is kept."""
        remove_folder(self._folder)

    @property
    def _cuts_folder(self) -> Path:
        """Where the cuts are kept: after a kill, they may have been set aside for the next ones."""
        folder = self._folder / _CUTS
        aside = set_aside_name(folder)
        return aside if aside.is_dir() and not folder.is_dir() else folder

    def _cuts_done(self, block: int, *, is_read: bool = True) -> int:
        facts = self._kept(self._cuts_folder, block, is_read=is_read) or {}
        cuts = facts.get("cuts")
        return cuts if type(cuts) is int and cuts > 0 else 0

    def _kept(self, folder: Path, block: int, *, is_read: bool = True) -> dict[str, Any] | None:
        """What a stage says of itself; None where it is not of this alignment, or not whole."""
        try:
            facts = read_facts(folder)
            if is_read:
                check_seal(folder)
        except (OSError, ValueError):
            return None
        is_whole = is_read or has_its_files(folder, ())
        is_of_this = (self._facts | {"block": block}).items() <= facts.items()
        return facts if is_whole and is_of_this else None
