"""``translate`` and ``evaluate``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from attnstudio.allocator import keeping_memory
from attnstudio.cli.alignment_table import interval_words, report_facts, table_lines
from attnstudio.cli.document_commands import is_document, translate_document
from attnstudio.cli.lines import (
    joined,
    read_lines,
    refuse_different_lengths,
    refuse_missing,
    refuse_unwritable,
    write_output,
)
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import (
    ModelChoice,
    UsedEngine,
    progress_in_lines,
    say_sharing,
    say_truncated,
    translate_lines,
)
from attnstudio.config import DecodingConfig
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.errors import UsageError
from attnstudio.inference.translator import Hypothesis, Translation
from attnstudio.project.bulk import Sharing
from attnstudio.project.engines import Engine
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


def translate(
    output: Output,
    choice: ModelChoice,
    file: Path | None,
    to: Path | None,
    *,
    beam: int,
    n_best: int,
    processes: int | None,
    engine: str,
) -> None:
    """``attnstudio translate``."""
    wished = Engine(engine)
    refuse_missing(file)
    if file is not None and is_document(file):
        translate_document(
            output,
            choice,
            file,
            to,
            beam=beam,
            n_best=n_best,
            processes=processes,
            engine=wished,
        )
        return
    refuse_unwritable(to)
    loaded = choice.load(output)
    sharing, used = Sharing(1), UsedEngine(output)

    def on_shared(found: Sharing) -> None:
        nonlocal sharing
        sharing = found
        say_sharing(output, found)

    translations = translate_lines(
        output,
        loaded,
        read_lines(file),
        beam=beam,
        n_best=n_best,
        processes=processes,
        on_shared=on_shared,
        engine=wished,
        on_engine=used.tell,
    )
    lines = [line for i, item in enumerate(translations) for line in _lines_of(i, item, n_best)]
    if to is not None:
        write_output(to, joined(lines))
    output.result(
        {
            "engine": used.engine.value,
            "translations": [
                {
                    "source": item.source,
                    "truncated": item.truncated,
                    "hypotheses": [_facts(hypothesis) for hypothesis in item.hypotheses],
                }
                for item in translations
            ],
            "processes": sharing.processes,
            "bytes_each": sharing.bytes_each,
        },
        [] if to is not None else lines,
    )


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


def _lines_of(index: int, translation: Translation, n_best: int) -> Iterable[str]:
    if n_best == 1:
        return [clean_text(translation.text)]
    return [
        f"{index} ||| {clean_text(hypothesis.text)} ||| {hypothesis.score:.4f}"
        for hypothesis in translation.hypotheses
    ]


def _facts(hypothesis: Hypothesis) -> dict[str, object]:
    are_told = len(hypothesis.token_log_probs) == len(hypothesis.ids)
    return {
        "text": clean_text(hypothesis.text),
        "score": hypothesis.score,
        "tokens": [token.text for token in hypothesis.tokens],
        # CTranslate2 does not say them
        "token_log_probs": list(hypothesis.token_log_probs) if are_told else None,
    }
