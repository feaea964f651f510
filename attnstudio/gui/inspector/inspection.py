"""What is done in a task to look at one sentence: translate it or read a given translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.config_attention import NormaliserKind
from attnstudio.corpus.text import clean_text
from attnstudio.errors import UsageError
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.interpretation.rollout import with_rollout
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.reading import Measure, Reading

if TYPE_CHECKING:  # it brings torch
    from attnstudio.inference.reader import PairToRead


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is to be looked at.

    Attributes:
        project: the run's project.
        run: whose model.
        checkpoint: ``best``, ``last`` or a step.
        source: the sentence.
        forced: a translation to read; None lets the model translate.
        decoding: how it searches.
    """

    project: Project
    run: Run
    checkpoint: str | int
    source: str
    forced: str | None
    decoding: DecodingConfig


@dataclass(frozen=True, slots=True)
class Candidate:
    """A translation and what was looked at for it.

    Attributes:
        text: the translation.
        score: log probability over the length penalty; None for one that a person gave.
        record: its attention.
        pair: what was read and fed for it.
        begun: how many of its pieces a person gave as its beginning.
    """

    text: str
    score: float | None
    record: Record
    pair: PairToRead
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Inspection:
    """The answer.

    Attributes:
        run: name of the run.
        step: of the checkpoint.
        candidates: best first; one for a given translation.
        reading: the reading that was best on gold links, if the run has one.
        truncated: whether the source was too long and was cut.
        target_language: code of the language that was translated into.
        unknown: characters of the source that the model has no piece for.
        notice: which checkpoint was passed over for this one, and why; empty where none was.
        has_temperature: whether a temperature changes what its heads look at.
        places_exceeded: how many places the model has learnt that met a longer text; 0 where it
            knows all.
    """

    run: str
    step: int
    candidates: tuple[Candidate, ...]
    reading: Reading | None
    truncated: bool
    target_language: str
    unknown: tuple[str, ...] = ()
    notice: str = ""
    has_temperature: bool = True
    places_exceeded: int = 0


def inspect(engine: Engine, inquiry: Inquiry, control: TaskControl) -> Inspection | None:
    """Load the model, translate or read, and take down the attention.

    Returns:
        The answer, or None when stopped.

    Raises:
        UsageError: there is no text.
        ProjectError: the run has no such checkpoint.
    """
    source = clean_text(inquiry.source)
    if not source:
        raise UsageError("There is no text to translate.", hint="Type a sentence first.")
    loaded = engine.load_run(inquiry.project, inquiry.run, inquiry.checkpoint)
    translator = loaded.translator
    decoding = inquiry.decoding
    if inquiry.forced is not None:
        pairs = [translator.read_forced(source, inquiry.forced)]
        scores: list[float | None] = [None]
    else:
        found = translator.translate([source], decoding, should_stop=control.should_stop)
        if found is None:
            return None
        hypotheses = found[0].hypotheses
        pairs = [translator.read_hypothesis(source, hypothesis) for hypothesis in hypotheses]
        scores = [hypothesis.score for hypothesis in hypotheses]
    if control.should_stop():
        return None
    read = translator.records(
        pairs, max_source_tokens=decoding.max_source_tokens, measures=tuple(Measure)
    )
    records = [with_rollout(record) for record in read]
    return Inspection(
        run=inquiry.run.name,
        step=loaded.step,
        candidates=tuple(
            Candidate(record.target.text, score, record, pair)
            for record, score, pair in zip(records, scores, pairs, strict=True)
        ),
        reading=loaded.reading,
        truncated=translator.is_cut(source, decoding.max_source_tokens),
        target_language=loaded.definition.target.language,
        unknown=tuple(translator.unknown_in(source)),
        notice=loaded.notice.message if loaded.notice is not None else "",
        places_exceeded=max(
            translator.places_exceeded(source, len(pair.target_ids), decoding.max_source_tokens)
            for pair in pairs
        ),
        has_temperature=loaded.definition.config.model.normaliser is not NormaliserKind.LINEAR,
    )
