"""``align --from-text``: links from the text itself, without a model."""

from __future__ import annotations

from pathlib import Path

from attnstudio.cli.aligning import AlignedFiles
from attnstudio.cli.output import Output
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.project.project import Project
from attnstudio.project.text_alignment import align_beside_corpus
from attnstudio.project.word_frequencies import training_frequencies


def align_from_text(output: Output, folder: Path, files: AlignedFiles) -> None:
    """``attnstudio align --from-text``."""
    given = files.read()
    project = Project.open(folder)
    corpus = project.corpus() if project.file.corpus else None
    found = align_beside_corpus(
        corpus, given.sources, given.targets, progress=WorkProgress(output, "steps").tell
    )
    assert found is not None  # nothing stops it
    alignments = [chances.links() for chances in found.chances]
    confidences = [
        [round(float(chances.confidence[link]), 4) for link in sorted(alignment.sure)]
        for chances, alignment in zip(found.chances, alignments, strict=True)
    ]
    facts = {"confidences": confidences, "learnt_from": found.learnt_from}
    files.answer(
        output,
        given,
        alignments,
        facts,
        f"learnt from {found.learnt_from:,} pairs",
        lambda: training_frequencies(corpus, given.sources, given.targets, are_learnt_from=True),
    )
