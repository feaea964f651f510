"""Findings in the words of their pairs, and as a table for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.link_findings import LinkFinding
from attnstudio.project.word_partners import LinksOfPairs

_HEADINGS = (
    "kind", "pair", "source words", "target words", "usually", "figure", "source", "target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindingInWords:
    """A finding with the texts that it is about.

    Attributes:
        finding: what was found.
        source: the source sentence.
        target: the target sentence.
        source_words: the source words that it is about, with spaces between them.
        target_words: the target words.
    """

    finding: LinkFinding
    source: str
    target: str
    source_words: str
    target_words: str


def in_words(corpus: ParallelCorpus, links: LinksOfPairs, finding: LinkFinding) -> FindingInWords:
    """A finding with the texts of its pair.

    Args:
        corpus: in the direction of its links.
        links: of this corpus.
        finding: of these links.
    """
    source, target = corpus.source(finding.pair), corpus.target(finding.pair)
    pair = links[finding.pair]
    return FindingInWords(
        finding,
        source,
        target,
        _written(source, pair.source_spans, finding.sources),
        _written(target, pair.target_spans, finding.targets),
    )


def to_table(rows: Iterable[FindingInWords]) -> str:
    """Tab-separated lines with a heading; pairs are counted from 1."""
    lines = [_HEADINGS]
    for row in rows:
        found = row.finding
        lines.append(
            (
                found.kind.value,
                str(found.pair + 1),
                row.source_words,
                row.target_words,
                " ".join(found.usual),
                f"{found.figure:.4f}",
                row.source,
                row.target,
            )
        )
    return "".join("\t".join(line) + "\n" for line in lines)


def _written(text: str, spans: Sequence[Span], places: Sequence[int]) -> str:
    return " ".join(text[spans[place].start : spans[place].end] for place in places)
