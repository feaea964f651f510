"""``translate``, ``align``, ``attend`` and ``evaluate``: commands that need a trained model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import TextSource, open_lines, text_sources
from attnstudio.corpus.tokenised_text import TokenisedText, join_tokens
from attnstudio.errors import CorpusError, ExportError, ProjectError, UsageError
from attnstudio.evaluation.alignment_error import AlignmentScore, score_alignments
from attnstudio.evaluation.metrics import score_translations
from attnstudio.inference.record import AttentionRecord
from attnstudio.inference.translator import Hypothesis, Translation
from attnstudio.interpretation.export import record_to_csv, record_to_json, record_to_svg
from attnstudio.interpretation.links import Reading, ReadingMethod, word_links
from attnstudio.project.files import write_text
from attnstudio.project.pipeline import LoadedRun, load_run
from attnstudio.project.project import Project

_AVERAGE = Reading(None, None, ReadingMethod.NAIVE)
_PROGRESS_LINES = 500


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which trained model a command means."""

    folder: Path
    run: str | None
    checkpoint: str

    def load(self) -> LoadedRun:
        """Read it from disk."""
        project = Project.open(self.folder)
        return load_run(project, project.run(self.run), checkpoint=self.checkpoint)


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The options that choose a reading; None where none was given."""

    method: str | None
    layer: int | None
    head: int | None

    def reading(self, stored: Reading | None) -> Reading:
        """The stored reading when nothing is asked for, else what is asked for.

        Raises:
            UsageError: an unknown method.
        """
        if (self.method, self.layer, self.head) == (None, None, None):
            return stored or _AVERAGE
        if self.method is not None and self.method not in set(ReadingMethod):
            raise UsageError(
                "{method} is not a method.",
                hint="--method takes naive or shifted.",
                method=repr(self.method),
            )
        method = ReadingMethod(self.method) if self.method else ReadingMethod.NAIVE
        return Reading(self.layer, self.head, method)


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """The files of ``attnstudio evaluate``; None where none was given."""

    source: Path | None
    reference: Path | None
    hypotheses: Path | None


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
    if file is not None and str(file) != "-" and not file.is_file():
        raise _no_file(file)
    loaded = choice.load()
    lines = _read_lines(file) if file and str(file) != "-" else _standard_input()
    translations = _translate(output, loaded, lines, beam=beam, n_best=n_best)
    text = "\n".join(
        line for i, item in enumerate(translations) for line in _result_lines(i, item, n_best)
    )
    if to is not None:
        write_text(to, text + "\n" if text else "")
    output.result(
        {
            "translations": [
                {
                    "source": item.source,
                    "truncated": item.truncated,
                    "hypotheses": [_hypothesis(hypothesis) for hypothesis in item.hypotheses],
                }
                for item in translations
            ]
        },
        "" if to is not None else text,
    )


def align(
    output: Output,
    choice: ModelChoice,
    source_file: Path,
    target_file: Path,
    to: Path | None,
    reading_choice: ReadingChoice,
    gold_file: Path | None,
) -> None:
    """``attnstudio align``."""
    source_lines, target_lines = _read_lines(source_file), _read_lines(target_file)
    _same_length(source_file, source_lines, target_file, target_lines)
    golds: list[Alignment] | None = None
    if gold_file is not None:
        gold_lines = _read_lines(gold_file)
        _same_length(source_file, source_lines, gold_file, gold_lines)
        golds = [Alignment.from_pharaoh(line) for line in gold_lines]
    loaded = choice.load()
    reading = reading_choice.reading(loaded.reading)
    definition = loaded.definition
    pairs = [
        (
            join_tokens(source.split(), definition.source_language),
            join_tokens(target.split(), definition.target_language),
        )
        for source, target in zip(source_lines, target_lines, strict=True)
    ]
    alignments = _align(loaded, pairs, reading)
    text = "\n".join(alignment.to_pharaoh() for alignment in alignments)
    if to is not None:
        write_text(to, text + "\n" if text else "")
    content: dict[str, object] = {
        "alignments": [alignment.to_pharaoh() for alignment in alignments],
        "reading": reading.to_mapping(),
    }
    if golds is not None:
        score = score_alignments(alignments, golds)
        content |= _score(score)
        output.say(
            f"AER {score.aer:.4f}, precision {score.precision:.4f}, recall {score.recall:.4f} "
            f"({reading})"
        )
    output.result(content, "" if to is not None else text)


def attend(
    output: Output, choice: ModelChoice, text: str, to: Path, *, forced: str | None, beam: int
) -> None:
    """``attnstudio attend``."""
    if not clean_text(text):
        raise UsageError("There is no text to translate.", hint="Give a sentence in quotes.")
    if to.suffix not in (".json", ".csv", ".svg", ".png"):
        raise UsageError(
            "{name} is none of .json, .csv, .svg and .png.",
            hint="The ending of -o chooses what is written.",
            name=to.name,
        )
    loaded = choice.load()
    translator = loaded.translator
    if forced is not None:
        pair = translator.read_forced(text, forced)
    else:
        translation = _translate(output, loaded, [text], beam=beam, n_best=1)[0]
        pair = translator.read_hypothesis(text, translation.hypotheses[0])
    record = translator.records([pair])[0]
    reading = loaded.reading or _AVERAGE
    content = record_to_json(record, reading)
    _write_record(record, reading, to)
    kind = "forced" if record.forced else "free"
    output.result(content | {"output": str(to)}, f"{record.target_text} ({kind})\n{to}")


def evaluate(output: Output, choice: ModelChoice, files: EvaluationFiles, *, beam: int) -> None:
    """``attnstudio evaluate``."""
    if (files.source is None) != (files.reference is None):
        raise UsageError(
            "--source-file and --reference-file belong together.",
            hint="Give both, or neither for the project's test split.",
        )
    loaded = choice.load()
    golds: list[GoldLinks | None]
    if files.source is not None and files.reference is not None:
        sources, references = _read_lines(files.source), _read_lines(files.reference)
        _same_length(files.source, sources, files.reference, references)
        golds = [None] * len(sources)
    else:
        pairs = list(loaded.corpus.pairs(Split.TEST))
        if not pairs:
            raise CorpusError(
                "The project has no test pairs.",
                hint="Import some with --as test, or give --source-file and --reference-file.",
            )
        sources, references = [p.source for p in pairs], [p.target for p in pairs]
        golds = [p.gold for p in pairs]
    hypotheses = [
        clean_text(translation.text)
        for translation in _translate(output, loaded, sources, beam=beam, n_best=1)
    ]
    if files.hypotheses is not None:
        write_text(files.hypotheses, "\n".join(hypotheses) + "\n")
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
    for name, reading, score in _alignment_scores(loaded, sources, references, golds):
        content[name] = _score(score) | {"reading": reading.to_mapping()}
        lines.append(f"AER  {score.aer:.4f}  {name.removeprefix('alignment_')}: {reading}")
    output.result(content, "\n".join([*lines, f"{scores.n:,} sentences"]))


def _translate(
    output: Output, loaded: LoadedRun, lines: Sequence[str], *, beam: int, n_best: int
) -> list[Translation]:
    reported = 0

    def progress(done: int) -> None:
        nonlocal reported
        if done - reported >= _PROGRESS_LINES:
            output.say(f"{done:,} of {len(lines):,} lines")
            reported = done

    config = DecodingConfig(beam_size=max(beam, n_best), n_best=n_best)
    translations = loaded.translator.translate(lines, config, progress=progress) or []
    for number, translation in enumerate(translations, start=1):
        if translation.truncated:
            output.say(
                f"Line {number} is longer than {config.max_source_tokens} tokens: only its "
                "beginning was translated."
            )
    return translations


def _result_lines(index: int, translation: Translation, n_best: int) -> Iterable[str]:
    if n_best == 1:
        return [clean_text(translation.text)]
    return [
        f"{index} ||| {clean_text(hypothesis.text)} ||| {hypothesis.score:.4f}"
        for hypothesis in translation.hypotheses
    ]


def _hypothesis(hypothesis: Hypothesis) -> dict[str, object]:
    return {
        "text": clean_text(hypothesis.text),
        "score": hypothesis.score,
        "tokens": [token.text for token in hypothesis.tokens],
        "token_log_probs": list(hypothesis.token_log_probs),
    }


def _align(
    loaded: LoadedRun, pairs: Sequence[tuple[TokenisedText, TokenisedText]], reading: Reading
) -> list[Alignment]:
    translator = loaded.translator
    full = [i for i, (source, target) in enumerate(pairs) if source.text and target.text]
    records = translator.records(
        [translator.read_forced(pairs[i][0].text, pairs[i][1].text) for i in full]
    )
    alignments = [Alignment()] * len(pairs)
    for i, record in zip(full, records, strict=True):
        alignments[i] = word_links(record, reading, pairs[i][0].spans, pairs[i][1].spans)
    return alignments


def _alignment_scores(
    loaded: LoadedRun,
    sources: Sequence[str],
    references: Sequence[str],
    golds: Sequence[GoldLinks | None],
) -> list[tuple[str, Reading, AlignmentScore]]:
    """The stored reading and the plain averages, where gold links exist."""
    chosen = [
        (source, reference, gold)
        for source, reference, gold in zip(sources, references, golds, strict=True)
        if gold is not None
    ]
    if not chosen:
        return []
    translator = loaded.translator
    records = translator.records(
        [translator.read_forced(source, reference) for source, reference, _ in chosen]
    )
    if not records[0].cross.size:
        return []
    readings = {
        "alignment": loaded.reading or _AVERAGE,
        "alignment_naive": _AVERAGE,
        "alignment_shifted": Reading(None, None, ReadingMethod.SHIFTED),
    }
    scores = []
    for name, reading in readings.items():
        alignments = [
            word_links(record, reading, gold.source_spans, gold.target_spans)
            for record, (_, _, gold) in zip(records, chosen, strict=True)
        ]
        score = score_alignments(alignments, [gold.alignment for _, _, gold in chosen])
        scores.append((name, reading, score))
    return scores


def _score(score: AlignmentScore) -> dict[str, object]:
    return {"aer": score.aer, "precision": score.precision, "recall": score.recall}


def _write_record(record: AttentionRecord, reading: Reading, to: Path) -> None:
    try:
        match to.suffix:
            case ".json":
                content = record_to_json(record, reading)
                write_text(to, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
            case ".csv":
                write_text(to, record_to_csv(record, reading))
            case ".svg":
                write_text(to, record_to_svg(record, reading))
            case ".png":
                _write_png(record_to_svg(record, reading), to)
    except OSError as error:
        raise ExportError(
            "{path} could not be written: {reason}.",
            hint="Choose a folder that you may write to.",
            path=to,
            reason=error.strerror or error,
        ) from error


def _write_png(svg: str, to: Path) -> None:
    """Through Qt in a process of its own: the command line itself does not know it."""
    if find_spec("PySide6") is None:
        raise ExportError(
            "A PNG needs Qt, which is not installed.",
            hint="Write an .svg instead, or install attnstudio[gui].",
        )
    done = subprocess.run(
        [sys.executable, "-m", "attnstudio.gui.rasterise", str(to)],
        input=svg.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise ExportError(
            "{path} could not be drawn: {reason}",
            hint="Write an .svg instead.",
            path=to,
            reason=reason[-1],
        )


def _read_lines(path: Path) -> list[str]:
    sources = text_sources(path)
    lines = []
    with open_lines(sources[0]) as read:
        for number, line in enumerate(read, start=1):
            if line is None:
                raise _not_text(sources[0], number)
            lines.append(line)
    return lines


def _standard_input() -> list[str]:
    return [line.rstrip("\r\n") for line in sys.stdin]


def _same_length(
    first: Path, first_lines: list[str], second: Path, second_lines: list[str]
) -> None:
    if len(first_lines) != len(second_lines):
        raise CorpusError(
            "{first} has {n} lines, {second} has {m}.",
            hint="Each line needs its partner.",
            first=first.name,
            n=len(first_lines),
            second=second.name,
            m=len(second_lines),
        )


def _not_text(source: TextSource, number: int) -> CorpusError:
    return CorpusError(
        "{name}, line {line}, is not valid UTF-8.",
        hint="Save the file as UTF-8.",
        name=source.name,
        line=number,
    )


def _no_file(path: Path) -> ProjectError:
    return ProjectError(
        "There is no file {path}.", hint="Check the name and the folder.", path=path
    )
