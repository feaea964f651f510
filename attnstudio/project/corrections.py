"""``corrections.jsonl``: the word links that a person corrected, and how they enter the corpus.

A pair that is done costs one appended line, 3 ms on two busy cores, so that it is answered at once
and a crash loses at most the line that was being written; a version of the corpus took 2 s there
for 8,000 pairs and 3 s for 30,000. So corrections gather in this file, and
`keep_corrections` makes one version of the corpus of all that are not in it yet. A correction knows
its pair by both texts, not by its place: it finds the pair again after imports, cleanings and cuts,
and pairs of the same texts are corrected together. It also knows what stood there before, so that
it can be withdrawn in any later version, and what was found there, so that the error of the found
links can be told.

A tenth of all texts, chosen by their hash and so always the same, is held out: corrections of these
pairs measure what others have taught, and are never taught themselves.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span
from attnstudio.corpus.gold_changes import add_with_gold
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AlignmentError
from attnstudio.files import open_to_append, read_small
from attnstudio.plain_values import from_mapping, read_json
from attnstudio.project.corpus_history import CorpusState
from attnstudio.project.project import Project
from attnstudio.storage_errors import storing

NAME = "corrections.jsonl"
_MOST_BYTES = 2**28
_HELD_OUT_OF = 10


class PairTexts(NamedTuple):
    """What a correction knows its pair by."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person made of the links of a pair.

    Attributes:
        texts: of the pair.
        links: as the person left them.
        found: the links that were found there, between the same words.
        former: the gold links that the pair had before it was ever corrected.
        is_withdrawn: whether the person took it back: the former ones hold again.
    """

    texts: PairTexts
    links: GoldLinks
    found: Alignment
    former: GoldLinks | None = None
    is_withdrawn: bool = False

    @property
    def gold(self) -> GoldLinks | None:
        """What the pair has in a corpus that knows of it."""
        return self.former if self.is_withdrawn else self.links

    @property
    def is_change(self) -> bool:
        """Whether the links are others than the person was shown at first."""
        shown = self.found if self.former is None else self.former.alignment
        return self.links.alignment != shown


class KeptCorrections(NamedTuple):
    """A version of the corpus that was made of corrections.

    Attributes:
        before: what the project said of its corpus.
        after: what it says now.
        pairs: how many pairs have other links.
    """

    before: CorpusState
    after: CorpusState
    pairs: int


def is_held_out(source: str, target: str) -> bool:
    """Whether the corrected links of a pair may only measure, and are never taught."""
    digest = hashlib.sha256(f"{source}\n{target}".encode()).digest()
    return int.from_bytes(digest[:8]) % _HELD_OUT_OF == 0


def withheld_texts(project: Project) -> frozenset[PairTexts]:
    """The pairs whose links a person corrected and nobody is taught.

    Raises:
        StorageError: the corrections are there and cannot be read.
    """
    corrections = read_corrections(project).values()
    return frozenset(
        each.texts for each in corrections if not each.is_withdrawn and is_held_out(*each.texts)
    )


def read_corrections(project: Project) -> dict[PairTexts, Correction]:
    """The last correction of every pair, the withdrawn ones among them, the oldest first.

    What a crash has cut off, and whatever else is none, is passed over.

    Raises:
        StorageError: the file is there and cannot be read.
    """
    path = project.folder / NAME
    with storing(path, "{path} could not be read: {reason}."):
        try:
            content = read_small(path, _MOST_BYTES)
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise OSError(str(error)) from error
    corrections: dict[PairTexts, Correction] = {}
    for line in content.split(b"\n"):
        with suppress(ValueError, AlignmentError):
            correction = _from_json(line)
            corrections.pop(correction.texts, None)
            corrections[correction.texts] = correction
    return corrections


def write_correction(project: Project, correction: Correction) -> None:
    """Append a correction, or that it is withdrawn.

    It is handed to the system at once, so that it outlasts this program; `keep_corrections` makes
    it outlast a power cut.

    Raises:
        StorageError: the disk would not take it.
    """
    path = project.folder / NAME
    with storing(path), open_to_append(path) as file:
        begins = b"\n" if _is_torn(path) else b""
        file.write(begins + _to_json(correction).encode() + b"\n")


def unkept_pairs(
    corpus: ParallelCorpus, corrections: Mapping[PairTexts, Correction]
) -> dict[int, GoldLinks | None]:
    """The pairs of a corpus whose links are others than they were corrected to, and those links.

    Args:
        corpus: read from the first language to the second.
        corrections: of its project.
    """
    if not corrections:
        return {}
    changed: dict[int, GoldLinks | None] = {}
    for block in corpus.blocks(np.arange(len(corpus))):
        for pair, source, target in zip(*block, strict=True):
            correction = corrections.get(PairTexts(source, target))
            if correction is not None and corpus.gold(int(pair)) != correction.gold:
                changed[int(pair)] = correction.gold
    return changed


def keep_corrections(
    project: Project,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> KeptCorrections | None:
    """Make a version of the project's corpus that has all corrections, and make it the current one.

    The corpus before stays on the disk: runs may name it, and `corpus_history.go_to` leads back to
    it. The gold links of other pairs stay. Nothing is written where nothing was corrected.

    Args:
        project: whose corpus.
        progress: told how many pairs of how many were written.
        should_stop: asked now and then; True leaves the project as it was.

    Returns:
        None when it was stopped.

    Raises:
        ProjectError: there is no corpus, or it cannot be changed now.
        CorpusError: the corpus is damaged.
        StorageError: the disk would not take it.
    """
    with project.changing():
        corpus = project.corpus()
        before = CorpusState.of(project.file)
        _flush(project.folder / NAME)
        changed = unkept_pairs(corpus, read_corrections(project))
        if changed:
            done = 0

            def count(pairs: int) -> None:
                nonlocal done
                if should_stop():
                    raise _StoppedError
                done += pairs
                progress(done, len(corpus))

            try:
                with project.corpus_writer() as writer:
                    add_with_gold(writer, corpus, changed, count_pairs=count)
                    project.set_corpus(writer.finish())
            except _StoppedError:
                return None
        return KeptCorrections(before, CorpusState.of(project.file), len(changed))


class _StoppedError(Exception):
    """The version is not wanted any more."""


def _flush(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("rb+") as file:
        os.fsync(file)


def _is_torn(path: Path) -> bool:
    """Whether the last line has no end, because a crash cut it off."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file."""

    source: str
    target: str
    links: str
    found: str
    former: str = ""
    withdrawn: bool = False


def _to_json(correction: Correction) -> str:
    content = {
        "source": correction.texts.source,
        "target": correction.texts.target,
        "links": correction.links.to_line(),
        "found": correction.found.to_pharaoh(),
        "former": correction.former.to_line() if correction.former else "",
        "withdrawn": correction.is_withdrawn,
    }
    return json.dumps(content, ensure_ascii=False)


def _from_json(line: bytes) -> Correction:
    """The correction of a line.

    Raises:
        ValueError: it holds none.
        AlignmentError: its links are none.
    """
    said = from_mapping(_Line, read_json(line))
    texts = PairTexts(said.source, said.target)
    links = _fitting(GoldLinks.from_line(said.links), texts)
    found = Alignment.from_pharaoh(said.found)
    _fitting(GoldLinks(links.source_spans, links.target_spans, found), texts)
    former = _fitting(GoldLinks.from_line(said.former), texts) if said.former else None
    return Correction(texts, links, found, former, said.withdrawn)


def _fitting(links: GoldLinks, texts: PairTexts) -> GoldLinks:
    """The links, which are between words of the texts.

    Raises:
        ValueError: they are not.
    """
    sides = (links.source_spans, links.target_spans)
    for spans, text in zip(sides, texts, strict=True):
        if not _are_in_order(spans, len(text)):
            raise ValueError("its words leave the text")
    if not all(_has(sides, link) for link in links.alignment.possible):
        raise ValueError("a link leaves the words")
    return links


def _are_in_order(spans: Iterable[Span], length: int) -> bool:
    end = 0
    for span in spans:
        if not end <= span.start <= span.end <= length:
            return False
        end = span.end
    return True


def _has(sides: tuple[tuple[Span, ...], tuple[Span, ...]], link: Link) -> bool:
    return link.source < len(sides[0]) and link.target < len(sides[1])
