"""What is done in a task to answer what if: each takes a moment of the model's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnstudio.config import DecodingConfig
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.word_changes import TextDifference, text_difference
from attnstudio.model.intervention import Intervention
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.reading import Measure
from attnstudio.tokenizer import END_ID

if TYPE_CHECKING:  # they bring torch, which is loaded behind the window
    from attnstudio.inference.alternatives import Alternative
    from attnstudio.inference.translator import Translator
    from attnstudio.project.head_ablation import HeadAblation
    from attnstudio.project.what_if import Reason, Unchanged

_ALTERNATIVES = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about.

    Attributes:
        project: the run's project.
        run: whose model.
        step: of its checkpoint.
        source: the sentence.
        candidate: its translation that is looked at.
        decoding: how translations are searched.
        has_temperature: whether a temperature changes what its heads look at.
    """

    project: Project
    run: Run
    step: int
    source: str
    candidate: Candidate
    decoding: DecodingConfig
    has_temperature: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """A change and what it did, with what it is compared with, which stays for the next one."""

    unchanged: Unchanged
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why one piece stands somewhere and not another.

    Attributes:
        place: of the piece, in the translation.
        that: id of the other.
        words: what each word of the source does for the first rather than the second.
    """

    place: int
    that: int
    words: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OtherSource:
    """A source with another word or without one, and what becomes of the translation.

    Attributes:
        before: the source.
        after: the other one.
        text_before: the translation.
        text_after: that of the other source.
    """

    before: str
    after: str
    text_before: str
    text_after: str

    @property
    def of_source(self) -> TextDifference:
        """Where the sources differ."""
        return text_difference(self.before, self.after)

    @property
    def of_target(self) -> TextDifference:
        """Where the translations differ."""
        return text_difference(self.text_before, self.text_after)


def find_alternatives(
    engine: Engine, subject: Subject, control: TaskControl
) -> list[tuple[Alternative, ...]] | None:
    """What else the model thought of for each piece of the translation."""
    translator = _translator(engine, subject)
    if control.should_stop():
        return None
    return translator.alternatives(
        subject.candidate.pair, _ALTERNATIVES, max_source_tokens=subject.decoding.max_source_tokens
    )


def find_reasons(
    engine: Engine, subject: Subject, place: int, that: int, control: TaskControl
) -> Reasons | None:
    """Why a piece of the translation stands there and not another one."""
    # imported here because it brings torch
    from attnstudio.project.what_if import why_this

    ids = subject.candidate.pair.target_ids
    translator = _translator(engine, subject)
    if control.should_stop():
        return None
    reasons = why_this(translator, subject.source, ids[:place], ids[place], that)
    return Reasons(place, that, tuple(reasons))


def go_on(
    engine: Engine, subject: Subject, beginning: tuple[int, ...], control: TaskControl
) -> Candidate | None:
    """Let the model go on from a beginning, which may be a whole translation with ``</s>``."""
    translator = _translator(engine, subject)
    score: float | None = None
    if beginning[-1] == END_ID:
        ids = beginning
    else:
        found = translator.translate(
            [subject.source],
            subject.decoding,
            prefixes=[beginning],
            should_stop=control.should_stop,
        )
        if found is None:
            return None
        [translation] = found
        ids, score = translation.hypotheses[0].ids, translation.hypotheses[0].score
    pair = translator.read_ids(subject.source, ids)
    [record] = translator.records(
        [pair],
        max_source_tokens=subject.decoding.max_source_tokens,
        measures=tuple(Measure),
    )
    return Candidate(record.target.text, score, record, pair, len(beginning))


def compare_with(
    engine: Engine,
    subject: Subject,
    unchanged: Unchanged | None,
    change: Intervention,
    control: TaskControl,
) -> Compared | None:
    """What a change of the attention does; what it is compared with is worked out once."""
    # imported here because it brings torch
    from attnstudio.project.what_if import compare, read_unchanged

    translator = _translator(engine, subject)
    if unchanged is None:
        candidate = subject.candidate
        unchanged = read_unchanged(translator, candidate.pair, subject.decoding, candidate.begun)
    if control.should_stop():
        return None
    return Compared(unchanged, compare(translator, unchanged, change, subject.decoding))


def translate_other(
    engine: Engine, subject: Subject, source: str, control: TaskControl
) -> OtherSource | None:
    """Translate another source as well as the one that is looked at."""
    found = _translator(engine, subject).translate(
        [subject.source, source], subject.decoding, should_stop=control.should_stop
    )
    if found is None:
        return None
    before, after = found
    return OtherSource(subject.source, source, before.text, after.text)


def switch_off_each(
    engine: Engine, subject: Subject, bleu: bool, aer: bool, control: TaskControl
) -> HeadAblation | None:
    """What each head is worth on held-out sentences."""
    # imported here because it brings torch
    from attnstudio.project.head_ablation import AblationRequest, ablate_heads

    loaded = engine.load_run(subject.project, subject.run, subject.step)
    return ablate_heads(
        subject.project,
        loaded,
        AblationRequest(bleu=bleu, aer=aer),
        progress=control.report,
        should_stop=control.should_stop,
    )


def _translator(engine: Engine, subject: Subject) -> Translator:
    return engine.load_run(subject.project, subject.run, subject.step).translator
