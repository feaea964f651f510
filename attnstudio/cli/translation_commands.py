"""``translate`` and ``evaluate``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    AVERAGE,
    ModelChoice,
    WordPair,
    align_words,
    score_facts,
    translate_lines,
)
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.errors import CorpusError, UsageError
from attnstudio.evaluation.alignment_error import AlignmentScore, score_alignments
from attnstudio.evaluation.metrics import score_translations
from attnstudio.inference.translator import Hypothesis, Translation
from attnstudio.interpretation.links import Reading, ReadingMethod
from attnstudio.project.pipeline import LoadedRun


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """The files of ``attnstudio evaluate``; None where none was given."""

    source: Path | None
    reference: Path | None
    hypotheses: Path | None

    def pairs(self, loaded: LoadedRun) -> list[SentencePair]:
        """What is evaluated: the files, or the project's test split."""
        if self.source is None or self.reference is None:
            loaded.corpus.check()  # a score on other texts would look like one on these
            pairs = list(loaded.corpus.pairs(Split.TEST))
            if not pairs:
                raise CorpusError(
                    "The project has no test pairs.",
                    hint="Import some with --as test, or give --source-file and --reference-file.",
                )
            return pairs
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
) -> None:
    """``attnstudio translate``."""
    refuse_missing(file)
    refuse_unwritable(to)
    loaded = choice.load(output)
    translations = translate_lines(output, loaded, read_lines(file), beam=beam, n_best=n_best)
    lines = [line for i, item in enumerate(translations) for line in _lines_of(i, item, n_best)]
    if to is not None:
        write_output(to, joined(lines))
    output.result(
        {
            "translations": [
                {
                    "source": item.source,
                    "truncated": item.truncated,
                    "hypotheses": [_facts(hypothesis) for hypothesis in item.hypotheses],
                }
                for item in translations
            ]
        },
        [] if to is not None else lines,
    )


def evaluate(output: Output, choice: ModelChoice, files: EvaluationFiles, *, beam: int) -> None:
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
    translations = translate_lines(output, loaded, [pair.source for pair in pairs], beam=beam)
    hypotheses = [clean_text(translation.text) for translation in translations]
    if files.hypotheses is not None:
        write_output(files.hypotheses, joined(hypotheses))
    references = [pair.target for pair in pairs]
    scores = score_translations(hypotheses, references, loaded.definition.target_language)
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
    for name, reading, score in _alignment_scores(loaded, pairs):
        content[name] = score_facts(score) | {"reading": reading.to_mapping()}
        origin = " (chosen on validation pairs)" if reading == loaded.reading else ""
        lines.append(f"AER  {score.aer:.4f}  {reading}{origin}")
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
    return {
        "text": clean_text(hypothesis.text),
        "score": hypothesis.score,
        "tokens": [token.text for token in hypothesis.tokens],
        "token_log_probs": list(hypothesis.token_log_probs),
    }


def _alignment_scores(
    loaded: LoadedRun, pairs: Sequence[SentencePair]
) -> list[tuple[str, Reading, AlignmentScore]]:
    """The stored reading and the plain averages, where gold links and attention exist."""
    model = loaded.definition.config.model
    has_attention = model.attends_with is not None
    golds = [(pair, pair.gold) for pair in pairs if pair.gold is not None]
    if not golds or not has_attention:
        return []
    readings = {
        "alignment": loaded.reading or AVERAGE,
        "alignment_naive": AVERAGE,
        "alignment_shifted": Reading(None, None, ReadingMethod.SHIFTED),
    }
    words = [
        WordPair(pair.source, pair.target, gold.source_spans, gold.target_spans)
        for pair, gold in golds
    ]
    return [
        (name, reading, score_alignments(alignments, [gold.alignment for _, gold in golds]))
        for (name, reading), alignments in zip(
            readings.items(), align_words(loaded, words, list(readings.values())), strict=True
        )
    ]
