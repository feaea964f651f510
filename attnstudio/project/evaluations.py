"""Evaluations of a run's checkpoint on sentence pairs: computed once, and kept in the run's folder.

``evaluations/<step>-<key>.json`` holds one. The key is a hash of all that it depends on: the
weights, the reading, the pairs with their gold links, how was searched, and our and sacrebleu's
version. One that is damaged or does not fit is computed anew, and those of checkpoints that are
gone go as well. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import sacrebleu
from pydantic import BaseModel, ConfigDict

import attnstudio
from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.errors import AlignmentError, CorpusError, StorageError
from attnstudio.evaluation.alignment_report import AlignmentReport, report_alignments
from attnstudio.evaluation.evaluation import AlignedReading, Evaluation, readings_of
from attnstudio.evaluation.metrics import TranslationScores, bleu_tokenizer, score_translations
from attnstudio.files import SMALL_BYTES, hash_file, read_small, sweep, write_bytes
from attnstudio.inference.translation import Translation
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.checkpoint_index import folder_of
from attnstudio.project.engines import Engine, Sharing
from attnstudio.project.run import Run
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_reading
from attnstudio.project.word_alignment import WordPair, align_words
from attnstudio.project.word_frequencies import training_frequencies
from attnstudio.reading import Reading
from attnstudio.seals import sealed_text, text_sealed

_FOLDER = "evaluations"
_KEY_LENGTH = 16


def pairs_to_test(loaded: LoadedRun) -> list[SentencePair]:
    """The test pairs of a run's corpus, in its direction.

    Raises:
        CorpusError: there are none, or their texts are damaged.
    """
    loaded.corpus.check()  # a score on other texts would look like one on these
    pairs = list(loaded.corpus.pairs(Split.TEST))
    if not pairs:
        raise CorpusError(
            "The project has no test pairs.",
            hint="Import some sentence pairs for the test split.",
            command_hint="Import some with --as test, or give --source-file and --reference-file.",
        )
    return pairs


def evaluate(
    loaded: LoadedRun,
    pairs: Sequence[SentencePair],
    decoding: DecodingConfig,
    *,
    processes: int | None = None,
    on_shared: Callable[[Sharing], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Translate sentence pairs and score the result; what is kept of the same is read back.

    Args:
        loaded: the model.
        pairs: in its direction.
        decoding: how translations are searched.
        processes: how many translate side by side; None for as many as pay.
        on_shared: told how many there were, where anything is translated.
        progress: called with how many sentences are translated.
        should_stop: asked before each batch that is translated, and before each whose words are
            linked.

    Returns:
        The evaluation, or None when stopped; nothing is kept then.

    Raises:
        CorpusError: there are no pairs.
    """
    # by our own engine always: a score must not depend on what else is installed
    translate = partial(translate_bulk, engine=Engine.OWN, processes=processes, on_shared=on_shared)
    try:
        path = _path(loaded, pairs, decoding)
    except OSError:  # the checkpoint has gone since it was loaded: no place is its own
        return _computed(loaded, pairs, decoding, translate, progress, should_stop)
    kept = _read(path, len(pairs))
    if kept is not None:
        return kept
    evaluation = _computed(loaded, pairs, decoding, translate, progress, should_stop)
    if evaluation is not None:
        with suppress(OSError, StorageError):  # the project may be where nobody may write
            _keep(loaded.run, path, evaluation)
    return evaluation


def kept_scores(run: Run, step: int) -> list[TranslationScores]:
    """The scores of all evaluations of a checkpoint that are kept, the largest set first.

    Of what pairs they are is not kept with them, only how many.
    """
    found = []
    for path in sorted((run.folder / _FOLDER).glob(f"{step}-*.json")):
        with suppress(OSError, ValueError):
            text = text_sealed(read_small(path), name=path.name)
            found.append(_Kept.model_validate_json(text).scores)
    return sorted(found, key=lambda scores: -scores.n)


def _computed(
    loaded: LoadedRun,
    pairs: Sequence[SentencePair],
    decoding: DecodingConfig,
    translate: Callable[..., list[Translation] | None],
    progress: Callable[[int], None],
    should_stop: Callable[[], bool],
) -> Evaluation | None:
    translations = translate(
        loaded,
        [pair.source for pair in pairs],
        decoding,
        progress=progress,
        should_stop=should_stop,
    )
    if translations is None:
        return None
    hypotheses = tuple(clean_text(translation.text) for translation in translations)
    references = [pair.target for pair in pairs]
    scores = score_translations(hypotheses, references, loaded.definition.target.language)
    truncated = tuple(i for i, translation in enumerate(translations) if translation.truncated)
    aligned = _aligned(loaded, pairs, should_stop)
    return None if aligned is None else Evaluation(hypotheses, truncated, scores, aligned)


def _aligned(
    loaded: LoadedRun, pairs: Sequence[SentencePair], should_stop: Callable[[], bool]
) -> tuple[AlignedReading, ...] | None:
    """How well the model links, where gold links and attention exist; None when stopped."""
    golds = [(pair, pair.gold) for pair in pairs if pair.gold is not None]
    if not golds or loaded.definition.config.model.attends_with is None:
        return ()
    words = [
        WordPair(pair.source, pair.target, gold.source_spans, gold.target_spans)
        for pair, gold in golds
    ]
    readings = readings_of(loaded.reading or taught_reading(loaded.definition.config))
    alignments = align_words(loaded.translator, words, readings, should_stop=should_stop)
    if alignments is None:
        return None
    sources = [[pair.source[span.start : span.end] for span in pair.source_spans] for pair in words]
    targets = [[pair.target[span.start : span.end] for span in pair.target_spans] for pair in words]
    frequencies = training_frequencies(loaded.corpus, sources, targets)
    drawn = [gold.alignment for _, gold in golds]
    return tuple(
        AlignedReading(reading, report_alignments(found, drawn, sources, targets, frequencies))
        for reading, found in zip(readings, alignments, strict=True)
    )


class _Aligned(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reading: dict[str, Any]
    report: AlignmentReport


class _Kept(BaseModel):
    """What a file holds of an evaluation."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    hypotheses: tuple[str, ...]
    truncated: tuple[int, ...]
    scores: TranslationScores
    alignments: tuple[_Aligned, ...]

    def evaluation(self, pairs: int) -> Evaluation:
        """The evaluation of so many pairs.

        Raises:
            ValueError: it is of another number.
            AlignmentError: a reading is none.
        """
        scores = self.scores
        counts = (len(self.hypotheses), scores.n, len(scores.sentence_bleu))
        if {*counts, len(scores.sentence_chrf)} != {pairs}:
            raise ValueError("it is of other pairs")
        return Evaluation(
            self.hypotheses,
            self.truncated,
            scores,
            tuple(
                AlignedReading(Reading.from_mapping(aligned.reading), aligned.report)
                for aligned in self.alignments
            ),
        )


def _read(path: Path, pairs: int) -> Evaluation | None:
    """What is kept there; None where nothing is, or it is not whole."""
    try:
        text = text_sealed(read_small(path), name=path.name)
        return _Kept.model_validate_json(text).evaluation(pairs)
    except (OSError, ValueError, AlignmentError):
        return None


def _keep(run: Run, path: Path, evaluation: Evaluation) -> None:
    content = {
        **asdict(evaluation),
        "alignments": [
            {"reading": aligned.reading.to_mapping(), "report": asdict(aligned.report)}
            for aligned in evaluation.alignments
        ],
    }
    whole = sealed_text(json.dumps(content).encode(), name=path.name)  # what it is for
    if len(whole) > SMALL_BYTES:
        return
    path.parent.mkdir(exist_ok=True)
    sweep(path.parent)
    steps = set(map(str, run.checkpoints().steps))
    for other in path.parent.glob("*.json"):
        if other.name.partition("-")[0] not in steps:
            other.unlink(missing_ok=True)
    write_bytes(path, whole, lasting=False)


def _path(loaded: LoadedRun, pairs: Sequence[SentencePair], decoding: DecodingConfig) -> Path:
    """Where the evaluation is kept: another place for another outcome.

    Raises:
        OSError: the checkpoint cannot be read.
    """
    digest = hashlib.sha256()
    checkpoint = folder_of(loaded.run.folder, loaded.step)
    language = loaded.definition.target.language
    facts = (
        attnstudio.__version__,
        (sacrebleu.__version__, bleu_tokenizer(language)),
        hash_file(checkpoint / "model.safetensors"),
        loaded.definition.model_dump(
            mode="json", exclude={"config": {"training", "guidance", "limits"}}
        ),
        loaded.definition.config.training.device,
        loaded.reading and loaded.reading.to_mapping(),
        decoding.model_dump(mode="json"),
    )
    for fact in (*facts, *map(_pair_facts, pairs)):
        digest.update(json.dumps(fact, sort_keys=True).encode() + b"\n")
    name = f"{loaded.step}-{digest.hexdigest()[:_KEY_LENGTH]}.json"
    return loaded.run.folder / _FOLDER / name


def _pair_facts(pair: SentencePair) -> object:
    gold = pair.gold
    if gold is None:
        return pair.source, pair.target
    links = gold.alignment.to_pharaoh()
    return pair.source, pair.target, links, list(gold.source_spans), list(gold.target_spans)
