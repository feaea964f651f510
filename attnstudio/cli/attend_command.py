"""``attend``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from attnstudio.axes import Record
from attnstudio.cli.attention_changes import (
    Changed,
    ChangeFlags,
    comparison_facts,
    comparison_lines,
    with_change,
)
from attnstudio.cli.attention_difference import against_checkpoint, refuse_mixed
from attnstudio.cli.named_values import value_named
from attnstudio.cli.output import Output
from attnstudio.cli.record_writing import is_page, refuse_unwritable_record, write_record
from attnstudio.cli.trained_model import (
    ModelChoice,
    progress_in_lines,
    say_cut,
    translate_lines,
)
from attnstudio.cli.trust_facts import Shown, refuse_with_change, with_trust
from attnstudio.corpus.text import clean_text
from attnstudio.errors import UsageError
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.export import record_to_json
from attnstudio.interpretation.flow import with_flow
from attnstudio.interpretation.matrices import first_reading, matrix_of
from attnstudio.interpretation.methods import Method, measure_of
from attnstudio.interpretation.rollout import sites_with_layers, with_rollout
from attnstudio.interpretation.site_words import axes_words, capitalised, noun_of
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.zeros import mean_looked_at, zero_share
from attnstudio.project.run_loading import LoadedRun
from attnstudio.reading import Measure, Reading
from attnstudio.sites import flow_site


def attend(
    output: Output,
    choice: ModelChoice,
    text: str,
    to: Path,
    *,
    forced: str | None,
    beam: int,
    site: str | None,
    method: str | None,
    change: ChangeFlags,
    against: str | None,
) -> None:
    """``attnstudio attend``."""
    way = value_named(Method, "method", method)
    refuse_mixed(against, asks_more=way is not None or change.is_asked_for)
    refuse_with_change(way, is_changed=change.is_asked_for)
    if not clean_text(text):
        raise UsageError("There is no text to translate.", hint="Give a sentence in quotes.")
    refuse_unwritable_record(to)
    loaded = choice.load(output)
    measures = _measures(loaded, is_all=is_page(to) or way is not None)
    pair, record = _read(output, loaded, text, forced, beam=beam, measures=measures)
    if change.is_asked_for:
        changed = with_change(loaded.translator, pair, record, change, beam=beam, measures=measures)
        shown = _changed(output, loaded, changed, site, way)
    else:
        shown = _unchanged(output, loaded, pair, record, site, way)
    origin = f"run {loaded.run.name}, step {loaded.step}"
    if against is not None:
        there = replace(choice, checkpoint=against)
        compared = against_checkpoint(output, there, pair, shown.record, shown.reading)
        shown = Shown(compared.record, compared.reading)
        origin = f"{origin}, less step {compared.step}"
    record, reading = shown.record, shown.reading
    if record.matrices:
        noun = noun_of(reading.site, record.matrices[reading.site].meaning)
        output.say(f"{capitalised(noun)}, {axes_words(reading.site)}: {reading}")
    numbers = None
    if is_page(to) and not change.is_asked_for:  # a changed attention has no formulas
        numbers = _numbers_of(output, loaded.translator, pair)
    write_record(record, reading, to, facts=shown.facts, origin=origin, numbers=numbers)
    kind = "forced" if record.forced else "free"
    output.result(
        record_to_json(record, reading) | dict(shown.facts) | {"output": str(to)},
        [
            f"{clean_text(record.target.text)} ({kind})",
            *shown.lines,
            *_zero_lines(record, reading),
            str(to),
        ],
    )


def _measures(loaded: LoadedRun, *, is_all: bool) -> set[Measure]:
    """What of the attention is to be read beside its weights."""
    stored = loaded.reading.measure if loaded.reading is not None else Measure.WEIGHTS
    return (set(Measure) if is_all else {stored}) - {Measure.WEIGHTS}


def _read(
    output: Output,
    loaded: LoadedRun,
    text: str,
    forced: str | None,
    *,
    beam: int,
    measures: set[Measure],
) -> tuple[PairToRead, Record]:
    """A text with the translation that is given, or with the model's own."""
    translator = loaded.translator
    if forced is not None:
        say_cut(output, translator, [text])
        pair = translator.read_forced(text, forced)
        return pair, translator.records([pair], measures=measures)[0]
    [translation] = translate_lines(
        output, loaded, [text], beam=beam, attention=True, measures=measures
    )
    assert translation.attention is not None  # it was asked for
    return translator.read_hypothesis(text, translation.hypotheses[0]), translation.attention


def _changed(
    output: Output, loaded: LoadedRun, changed: Changed, site: str | None, way: Method | None
) -> Shown:
    """What is looked at with a change, and what the change did."""
    record = _with_flow(output, with_rollout(changed.record), site)
    reading = first_reading(record, loaded.reading, site)
    if way is not None:
        reading = reading.by(measure_of(way) or Measure.WEIGHTS)
        matrix_of(record, reading)  # refuses what there is not before anything is written
    facts = {"change": comparison_facts(changed.comparison)}
    return Shown(record, reading, facts, tuple(comparison_lines(changed.comparison)))


def _unchanged(
    output: Output,
    loaded: LoadedRun,
    pair: PairToRead,
    record: Record,
    site: str | None,
    way: Method | None,
) -> Shown:
    """What is looked at; where it is read by a method, how far that can be trusted as well."""
    record = _with_flow(output, with_rollout(record), site)
    reading = first_reading(record, loaded.reading, site)
    if way is None:
        return Shown(record, reading)
    return with_trust(loaded.translator, pair, record, reading, way)


def _numbers_of(output: Output, translator: Translator, pair: PairToRead) -> SentenceNumbers | None:
    """What formulas are written out from; None, which is said, where they cannot be."""
    try:
        return translator.numbers(pair)
    except UsageError as error:
        output.say(f"The page has no formulas. {error.message}")
        return None


def _zero_lines(record: Record, reading: Reading) -> tuple[str, ...]:
    """How much is left out for good, by heads that do so."""
    if not record.matrices:
        return ()
    view = view_of(record, reading)
    found, share = mean_looked_at(view), zero_share(view)
    if found is None or share is None:
        return ()
    at, of = (f"{number:.1f}".removesuffix(".0") for number in found)
    return (f"looks at {at} of {of} tokens on average: {share:.0%} of the weights are exactly 0",)


def _with_flow(output: Output, record: Record, name: str | None) -> Record:
    """With the flow that is asked for by its name; it takes long, so that none is there else."""
    asked = [site for site in sites_with_layers(record) if flow_site(site).name == name]
    for site in asked:
        found = with_flow(
            record, site, progress=progress_in_lines(output, len(record.axes[site.queries]), "rows")
        )
        assert found is not None  # nothing stops it
        record = found
    return record
