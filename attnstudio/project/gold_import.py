"""Gold links from a file for the pairs that a project has already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from attnstudio.corpus.alignment import GoldLinks, Span
from attnstudio.corpus.gold_changes import add_with_gold
from attnstudio.corpus.gold_file import GoldFile
from attnstudio.corpus.gold_reader import GoldNotation
from attnstudio.project.corpus_history import CorpusState
from attnstudio.project.corrections import PairTexts, read_corrections
from attnstudio.project.project import Project

_WORD = re.compile(r"\S+")


class ImportedGold(NamedTuple):
    """A version of the corpus that was made of a file of links.

    Attributes:
        before: what the project said of its corpus.
        after: what it says now.
        pairs: how many pairs have other links.
    """

    before: CorpusState
    after: CorpusState
    pairs: int


def import_gold(
    project: Project, name: str, lines: Sequence[str], notation: GoldNotation
) -> ImportedGold:
    """Give the pairs of the current corpus the links of a file, in a version of the corpus.

    The links count the words between the spaces of the corpus's texts. Pairs without links in the
    file, and those that a person corrected, stay as they are; so does the version before, which
    `corpus_history.go_to` leads back to.

    Args:
        project: whose corpus.
        name: of the file.
        lines: that it holds: links of each pair, in the order of the corpus.
        notation: how they are written.

    Raises:
        AlignmentError: they are no links of these pairs; the line is named.
        ProjectError: there is no corpus, or it cannot be changed now.
        StorageError: the disk would not take it.
    """
    with project.changing():
        corpus = project.corpus()
        before = CorpusState.of(project.file)
        corrections = read_corrections(project).values()
        corrected = {each.texts for each in corrections if not each.is_withdrawn}
        pairs = [PairTexts(corpus.source(n), corpus.target(n)) for n in range(len(corpus))]
        spans = [(_words(texts.source), _words(texts.target)) for texts in pairs]
        sizes = [(len(sources), len(targets)) for sources, targets in spans]
        given = GoldFile(name, iter(lines), notation).alignments(sizes, "the corpus")
        changed = {
            number: GoldLinks(*spans[number], alignment)
            for number, alignment in enumerate(given)
            if alignment.possible and pairs[number] not in corrected
        }
        changed = {pair: gold for pair, gold in changed.items() if corpus.gold(pair) != gold}
        if changed:
            with project.corpus_writer() as writer:
                add_with_gold(writer, corpus, changed)
                project.set_corpus(writer.finish())
        return ImportedGold(before, CorpusState.of(project.file), len(changed))


def _words(text: str) -> tuple[Span, ...]:
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))
