"""The word links of a corpus as files that other programs read.

All are UTF-8. Words are those that `attnstudio.interpretation.words` cuts a text into, signs among
them, and where a person gave the links those that this person linked. Links count as sure above
`THRESHOLD`. A pair without links has its empty line, entry or unit, so that the n-th always belongs
to the n-th pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

import attnstudio
from attnstudio.alignment.link_chances import THRESHOLD
from attnstudio.alignment.link_groups import are_neighbours
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.language_codes import names_of, primary_language
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.files import writing
from attnstudio.project.corpus_links import PairLinks
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import WordList, make_word_list, word_groups_of

_TOGETHER = 200  # pairs that are written at once
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class LinkFormat(StrEnum):
    """How links are written."""

    PHARAOH = "pharaoh"
    NAACL = "naacl"
    GIZA = "giza"
    TSV = "tsv"
    TMX = "tmx"
    WORDS = "words"

    @property
    def ending(self) -> str:
        """Of the names of its files."""
        return _ENDINGS[self]


_ENDINGS = {
    LinkFormat.PHARAOH: ".pharaoh",
    LinkFormat.NAACL: ".naacl",
    LinkFormat.GIZA: ".A3.final",
    LinkFormat.TSV: ".links.tsv",
    LinkFormat.TMX: ".tmx",
    LinkFormat.WORDS: ".words.tsv",
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair as the formats need it."""

    number: int  # counted from 1
    source: str
    target: str
    links: PairLinks
    score: float

    @property
    def source_words(self) -> list[str]:
        return _cut(self.source, self.links.source_spans)

    @property
    def target_words(self) -> list[str]:
        return _cut(self.target, self.links.target_spans)


def write_links(
    path: Path,
    form: LinkFormat,
    corpus: ParallelCorpus,
    links: StandingLinks,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Write the links of a whole corpus; what stood there before stays until all is written.

    Args:
        path: the file.
        form: how.
        corpus: in the direction of its links.
        links: of this corpus, as they stand.
        progress: told how many pairs of how many are done.
        should_stop: asked now and then; True leaves nothing of it.

    Returns:
        Whether it was written, and not stopped.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: the disk would not take it.
    """
    if form is LinkFormat.WORDS:
        words = make_word_list(corpus, links, progress=progress, should_stop=should_stop)
        if words is not None:
            write_word_list(path, words, corpus)
        return words is not None
    beginning, end = _frame(corpus) if form is LinkFormat.TMX else ("", "")
    write = _WRITERS[form]
    try:
        with writing(path) as file:
            file.write(beginning.encode())
            for pair in _pairs_of(corpus, links):
                file.write(write(pair, corpus).encode())
                if pair.number % _TOGETHER == 0 or pair.number == len(corpus):
                    progress(pair.number, len(corpus))
                    if should_stop():
                        raise _StoppedError
            file.write(end.encode())
    except _StoppedError:
        return False
    return True


def write_word_list(path: Path, words: WordList, corpus: ParallelCorpus) -> None:
    """Write a word list as a table: an entry a line, with the pairs that show it, counted from 1.

    Raises:
        CorpusError: the corpus is damaged.
        StorageError: the disk would not take it.
    """
    source, target = map(_language, (corpus.source_language, corpus.target_language))
    heading = (
        source, target, "Links", "Share", "Share back", "Confidence",
        "Pairs", f"{source} example", f"{target} example",
    )  # fmt: skip
    with writing(path) as file:
        file.write(_row(heading).encode())
        for entry in words.entries:
            example = corpus[entry.examples[0]]
            row = (
                entry.source,
                entry.target,
                str(entry.count),
                f"{entry.share:.4f}",
                f"{entry.target_share:.4f}",
                f"{entry.confidence:.4f}",
                " ".join(str(pair + 1) for pair in entry.examples),
                example.source,
                example.target,
            )
            file.write(_row(row).encode())


def _language(code: str) -> str:
    """A language as the window calls it, its code where it has no name."""
    name = next(iter(names_of(primary_language(code))), "")
    _, _, region = code.replace("_", "-").partition("-")
    if not name:
        return code
    return f"{name.title()} ({region})" if region else name.title()


def _pairs_of(corpus: ParallelCorpus, links: StandingLinks) -> Iterator[_Pair]:
    for block in corpus.blocks(np.arange(len(corpus))):
        for pair, source, target in zip(block.pairs.tolist(), *block[1:], strict=True):
            yield _Pair(pair + 1, source, target, links[pair], links.score(pair))


def _pharaoh(pair: _Pair, _corpus: ParallelCorpus) -> str:
    """``0-0 1-2``: the sure links, counted from 0."""
    return pair.links.alignment().to_pharaoh() + "\n"


def _naacl(pair: _Pair, _corpus: ParallelCorpus) -> str:
    """``1 2 3 S 0.9876``: pair, source and target counted from 1; what is not sure is possible."""
    kept = zip(pair.links.links, pair.links.confidences.tolist(), strict=True)
    return "".join(
        f"{pair.number} {source + 1} {target + 1} {'S' if confidence > THRESHOLD else 'P'} "
        f"{confidence:.4f}\n"
        for (source, target), confidence in kept
    )


def _giza(pair: _Pair, _corpus: ParallelCorpus) -> str:
    """Three lines a pair: each target word has its surest source word, or none (``NULL``)."""
    sources, targets = pair.source_words, pair.target_words
    best = {
        target: (confidence, source)
        for confidence, (source, target) in sorted(
            zip(pair.links.confidences.tolist(), pair.links.links, strict=True)
        )
        if confidence > THRESHOLD
    }
    said: list[list[int]] = [[] for _ in range(len(sources) + 1)]
    for target in range(len(targets)):
        place = best[target][1] + 1 if target in best else 0
        said[place].append(target + 1)
    score = 0.0 if np.isnan(pair.score) else pair.score
    return (
        f"# Sentence pair ({pair.number}) source length {len(sources)} "
        f"target length {len(targets)} alignment score : {score:.6g}\n"
        + "".join(f"{word} " for word in targets)
        + "\n"
        + "".join(
            f"{word} ({{ {''.join(f'{place} ' for place in places)}}}) "
            for word, places in zip(["NULL", *sources], said, strict=True)
        )
        + "\n"
    )


def _tsv(pair: _Pair, _corpus: ParallelCorpus) -> str:
    """Pair counted from 1, both words, confidence: the sure links."""
    heading = _row(("pair", "source", "target", "confidence")) if pair.number == 1 else ""
    sources, targets = pair.source_words, pair.target_words
    return heading + "".join(
        _row((str(pair.number), sources[source], targets[target], f"{confidence:.4f}"))
        for (source, target), confidence in zip(
            pair.links.links, pair.links.confidences.tolist(), strict=True
        )
        if confidence > THRESHOLD
    )


def _tmx(pair: _Pair, corpus: ParallelCorpus) -> str:
    """A unit; words that translate each other stand in ``hi`` elements with the same number."""
    terms = [
        group
        for group in word_groups_of(pair.source, pair.target, pair.links)
        if are_neighbours(group.sources) and are_neighbours(group.targets)
    ]
    sides = (
        (
            corpus.source_language,
            pair.source,
            [_extent(pair.links.source_spans, term.sources) for term in terms],
        ),
        (
            corpus.target_language,
            pair.target,
            [_extent(pair.links.target_spans, term.targets) for term in terms],
        ),
    )
    score = "" if np.isnan(pair.score) else f'<prop type="x-score">{pair.score:.4f}</prop>'
    variants = "".join(
        f"<tuv xml:lang={quoteattr(language)}><seg>{_marked(text, extents)}</seg></tuv>"
        for language, text, extents in sides
    )
    return f'<tu tuid="{pair.number}">{score}{variants}</tu>\n'


def _extent(spans: Sequence[Span], places: Sequence[int]) -> Span:
    """The characters of neighbouring words."""
    return Span(spans[places[0]].start, spans[places[-1]].end)


def _marked(text: str, terms: Sequence[Span]) -> str:
    """A text for XML, its terms marked with their numbers, counted from 1."""
    parts, end = [], 0
    for number in sorted(range(len(terms)), key=lambda number: terms[number]):
        term = terms[number]
        marked = _xml(text[term.start : term.end])
        parts += [_xml(text[end : term.start]), f'<hi type="term" x="{number + 1}">{marked}</hi>']
        end = term.end
    return "".join([*parts, _xml(text[end:])])


def _frame(corpus: ParallelCorpus) -> tuple[str, str]:
    """What stands before and after the units of a TMX file."""
    beginning = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        '<header creationtool="Attention Studio" '
        f"creationtoolversion={quoteattr(attnstudio.__version__)} "
        'segtype="sentence" o-tmf="Attention Studio" adminlang="en" '
        f'srclang={quoteattr(corpus.source_language)} datatype="plaintext"/>\n<body>\n'
    )
    return beginning, "</body>\n</tmx>\n"


_WRITERS: dict[LinkFormat, Callable[[_Pair, ParallelCorpus], str]] = {
    LinkFormat.PHARAOH: _pharaoh,
    LinkFormat.NAACL: _naacl,
    LinkFormat.GIZA: _giza,
    LinkFormat.TSV: _tsv,
    LinkFormat.TMX: _tmx,
}


class _StoppedError(Exception):
    """The file is not wanted any more."""


def _cut(text: str, spans: Sequence[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def _row(cells: Sequence[str]) -> str:
    """A line of a table: what would end a cell or a line is a space in it."""
    return "\t".join(re.sub(r"[\t\r\n]", " ", cell) for cell in cells) + "\n"


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("", text))
