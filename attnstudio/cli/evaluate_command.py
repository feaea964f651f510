"""``evaluate``: BLEU, chrF and the alignment error rate of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from attnstudio.allocator import keeping_memory
from attnstudio.cli.alignment_table import interval_words, report_facts, table_lines
from attnstudio.cli.lines import (
    joined,
    read_lines,
    refuse_different_lengths,
    refuse_missing,
    refuse_unwritable,
    write_output,
)
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice, progress_in_lines, say_sharing, say_truncated
from attnstudio.config import DecodingConfig
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import UsageError
from attnstudio.project.evaluations import evaluate as evaluated
from attnstudio.project.evaluations import pairs_to_test
from attnstudio.project.run_loading import LoadedRun

_ALIGNMENTS = ("alignment", "alignment_naive", "alignment_shifted")


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """The files of ``attnstudio evaluate``; None where none was given."""

    source: Path | None
    reference: Path | None
    hypotheses: Path | None

    def pairs(self, loaded: LoadedRun) -> list[SentencePair]:
        """What is evaluated: the files, or the project's test split."""
        if self.source is None or self.reference is None:
            return pairs_to_test(loaded)
        sources, references = read_lines(self.source), read_lines(self.reference)
        refuse_different_lengths(self.source, sources, self.reference, references)
        return [SentencePair(*texts) for texts in zip(sources, references, strict=True)]


def evaluate(
    output: Output,
    choice: ModelChoice,
    files: EvaluationFiles,
    *,
    beam: int,
    details: bool,
    processes: int | None,
) -> None:
    """``attnstudio evaluate``."""
    if (files.source is None) != (files.reference is None):
        raise UsageError(
            "--source-file and --reference-file belong together.",
            hint="Give both, or neither for the project's test split.",
        )
    refuse_missing(files.source)
    refuse_missing(files.reference)
    refuse_unwritable(files.hypotheses)
    loaded = choice.load(output)
    pairs = files.pairs(loaded)
    decoding = DecodingConfig(beam_size=beam)
    progress = progress_in_lines(output, len(pairs), "lines")
    with keeping_memory():
        evaluation = evaluated(
            loaded,
            pairs,
            decoding,
            processes=processes,
            on_shared=partial(say_sharing, output),
            progress=progress,
        )
    assert evaluation is not None  # nothing stops it
    say_truncated(output, evaluation.truncated, decoding)
    if files.hypotheses is not None:
        write_output(files.hypotheses, joined(evaluation.hypotheses))
    scores = evaluation.scores
    content: dict[str, object] = {
        "bleu": scores.bleu,
        "bleu_signature": scores.bleu_signature,
        "chrf": scores.chrf,
        "chrf_signature": scores.chrf_signature,
        "n": scores.n,
        "run": loaded.run.name,
        "step": loaded.step,
    }
    lines = [
        f"BLEU {scores.bleu:.2f}  {scores.bleu_signature}",
        f"chrF {scores.chrf:.2f}  {scores.chrf_signature}",
    ]
    for name, aligned in zip(_ALIGNMENTS, evaluation.alignments, strict=False):  # or none at all
        reading, whole = aligned.reading, aligned.report.whole
        content[name] = report_facts(aligned.report) | {"reading": reading.to_mapping()}
        origin = " (chosen on validation pairs)" if reading == loaded.reading else ""
        lines.append(f"AER  {whole.score.aer:.4f}  {interval_words(whole.aer)}  {reading}{origin}")
        lines += table_lines(aligned.report) if details and name == _ALIGNMENTS[0] else []
    lines.append(f"{scores.n:,} sentences")
    output.result(content, list(dict.fromkeys(lines)))  # the stored reading may be an average
