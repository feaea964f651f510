"""The gold links of a project as files that an import and other aligners read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.naacl_links import to_naacl
from attnstudio.errors import AlignmentError
from attnstudio.project.corrections import PairTexts, read_corrections
from attnstudio.project.project import Project


class GoldFormat(StrEnum):
    """How links are written."""

    PHARAOH = "pharaoh"  # a line a pair: 0-0 1p2
    NAACL = "naacl"  # a line a link: pair, source, target, S or P, counted from 1


@dataclass(frozen=True, slots=True)
class GoldFiles:
    """What is written.

    Attributes:
        pairs: how many have gold links.
        lines: of each file, by the ending of its name: both languages and ``gold``. Words stand
            between spaces, as the links count them.
    """

    pairs: int
    lines: dict[str, list[str]]


def gold_files(project: Project, form: GoldFormat, *, only_corrected: bool = False) -> GoldFiles:
    """The pairs of the current corpus that have gold links, with the corrections of its person.

    Corrections count whether or not they are kept in the corpus already.

    Args:
        project: whose.
        form: of the links.
        only_corrected: leave out what was imported and not corrected.

    Raises:
        ProjectError: there is no corpus.
        AlignmentError: there are no such pairs.
    """
    corpus = project.corpus()
    corrections = read_corrections(project)
    sources: list[str] = []
    targets: list[str] = []
    links: list[str] = []
    for pair in range(len(corpus)):
        texts = PairTexts(corpus.source(pair), corpus.target(pair))
        correction = corrections.get(texts)
        is_corrected = correction is not None and not correction.is_withdrawn
        if only_corrected and not is_corrected:
            continue
        gold = correction.gold if correction is not None else corpus.gold(pair)
        if gold is None:
            continue
        sources.append(_words(texts.source, gold.source_spans))
        targets.append(_words(texts.target, gold.target_spans))
        if form is GoldFormat.NAACL:
            links += to_naacl(len(sources), gold.alignment)
        else:
            links.append(gold.alignment.to_pharaoh())
    if not sources:
        raise AlignmentError(
            "No pair of {folder} has {kind} links.",
            hint="Import links with their pairs, or correct some.",
            folder=project.folder,
            kind="corrected" if only_corrected else "gold",
        )
    ends = (corpus.source_language, corpus.target_language, "gold")
    return GoldFiles(len(sources), dict(zip(ends, (sources, targets, links), strict=True)))


def _words(text: str, spans: Sequence[Span]) -> str:
    """The words between spaces; a word that holds spaces keeps its number by losing them."""
    return " ".join("".join(text[start:end].split()) or "_" for start, end in spans)
