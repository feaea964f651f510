"""``align --best``: links of the whole corpus, kept with the project and written for others."""

from __future__ import annotations

from pathlib import Path

from attnstudio.cli.lines import refuse_unwritable
from attnstudio.cli.output import Output
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.errors import UsageError
from attnstudio.project.corpus_links import pairs_begun
from attnstudio.project.link_export import LinkFormat, write_links
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks


def align_best(output: Output, folder: Path, to: Path | None, form: str | None) -> None:
    """``attnstudio align --best``."""
    if form is not None and form not in set(LinkFormat):
        raise UsageError(
            "{form} is not a format of word links.",
            hint="--format takes {formats}.",
            form=repr(form),
            formats=", ".join(LinkFormat),
        )
    if form is not None and to is None:
        raise UsageError("A format needs a file.", hint="Name it with -o.")
    refuse_unwritable(to)
    project = Project.open(folder)
    corpus = project.corpus()
    begun = pairs_begun(project, corpus)
    if begun:
        output.say(f"It goes on where it was stopped, at {begun / len(corpus):.0%}.")
    links = find_corpus_links(project, corpus, progress=WorkProgress(output, before=begun).tell)
    assert links is not None  # nothing stops it
    standing = StandingLinks.read(project, corpus, links)
    count, score = standing.totals()
    lines = [f"Linked {count:,} words in {len(links):,} pairs, with a mean score of {score:.2f}."]
    content = {"corpus": links.corpus, "pairs": len(links), "links": count, "score": score}
    if to is not None:
        written = LinkFormat(form or LinkFormat.PHARAOH)
        write_links(to, written, corpus, standing, progress=WorkProgress(output).tell)
        content |= {"output": str(to), "format": written.value}
        lines.append(str(to))
    output.result(content, lines)
