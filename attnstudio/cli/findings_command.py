"""``findings``: doubtful pairs and words of the corpus, by its word links."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.interpretation.lettering import elide
from attnstudio.project.finding_table import FindingInWords, in_words, to_table
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.link_findings import FindingKind, find_in_links
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks

_SHOWN_EM = 32.0  # of a sentence
_LABELS = {
    FindingKind.NOT_TRANSLATED: "perhaps not a translation of each other",
    FindingKind.WEAK: "the two directions agree little",
    FindingKind.UNLINKED: "without a link, but mostly linked elsewhere",
    FindingKind.UNUSUAL: "linked to something else than usual",
}


def findings(output: Output, folder: Path, to: Path | None, *, examples: int) -> None:
    """``attnstudio findings``."""
    refuse_unwritable(to)
    project = Project.open(folder)
    corpus = project.corpus()
    tell = WorkProgress(output).tell
    aligned = find_corpus_links(project, corpus, progress=tell)
    assert aligned is not None  # nothing stops it
    links = StandingLinks.read(project, corpus, aligned)
    found = find_in_links(corpus, links, progress=WorkProgress(output).tell)
    assert found is not None  # nothing stops it
    if to is not None:
        write_output(to, to_table(in_words(corpus, links, one) for one in found))
    counts = Counter(one.kind for one in found)
    content = {
        "corpus": aligned.corpus,
        "pairs": len(corpus),
        "counts": {kind.value: counts[kind] for kind in FindingKind},
        "findings": [_facts(in_words(corpus, links, one)) for one in found],
    }
    lines = []
    for kind in FindingKind:
        lines.append(f"{counts[kind]:>9,}  {_LABELS[kind]}")
        shown = [one for one in found if one.kind is kind][:examples]
        lines += [_line(in_words(corpus, links, one)) for one in shown]
    output.result(content, [*lines, *([str(to)] if to is not None else [])])


def _line(row: FindingInWords) -> str:
    found = row.finding
    words = " - ".join(filter(None, (row.source_words, row.target_words)))
    usual = f" (usually {', '.join(found.usual)})" if found.usual else ""
    about = f"{words}{usual}: " if words else ""
    sides = f"{elide(row.source, _SHOWN_EM)} | {elide(row.target, _SHOWN_EM)}"
    return f"           {found.pair + 1}: {about}{sides}  {found.figure:.2f}"


def _facts(row: FindingInWords) -> dict[str, object]:
    found = row.finding
    return {
        "kind": found.kind.value,
        "pair": found.pair + 1,
        "source_words": row.source_words,
        "target_words": row.target_words,
        "usual": list(found.usual),
        "figure": found.figure,
        "source": row.source,
        "target": row.target,
    }
