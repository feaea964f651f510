"""``align`` and ``attend``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from attnstudio.axes import Measure, Reading, ReadingMethod, Record, flow_site
from attnstudio.children import python_command
from attnstudio.cli.aligning import AlignedFiles
from attnstudio.cli.attention_changes import (
    ChangeFlags,
    comparison_facts,
    comparison_lines,
    with_change,
)
from attnstudio.cli.attention_difference import against_checkpoint, refuse_mixed
from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.cli.named_values import value_named
from attnstudio.cli.output import Output
from attnstudio.cli.reading_choice import choice_facts, chosen_by_own_data
from attnstudio.cli.trained_model import (
    ModelChoice,
    progress_in_lines,
    say_cut,
    translate_lines,
)
from attnstudio.cli.trust_facts import refuse_with_change, with_trust
from attnstudio.corpus.text import clean_text
from attnstudio.errors import ExportError, UsageError
from attnstudio.files import write_bytes
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.flow import with_flow
from attnstudio.interpretation.matrices import first_reading, matrix_of
from attnstudio.interpretation.methods import Method, measure_of
from attnstudio.interpretation.rollout import sites_with_layers, with_rollout
from attnstudio.interpretation.site_words import axes_words, capitalised, noun_of
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.web_page import record_to_page
from attnstudio.interpretation.zeros import mean_looked_at, zero_share
from attnstudio.project.both_directions import (
    Joining,
    ReadModel,
    align_both_ways,
    reverse_run,
)
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import is_reversed
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_reading
from attnstudio.project.word_alignment import WordPair, align_words, joiners_of
from attnstudio.project.word_frequencies import training_frequencies

_PNG_BEGINS, _PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_PAGE = ".html"
_ENDINGS = (".json", ".csv", ".svg", ".png", _PAGE)


@dataclass(frozen=True, slots=True)
class ReadingFlags:
    """The options that choose a reading; None where none was given."""

    method: str | None
    layer: int | None
    head: int | None
    measure: str | None

    def refuse_unknown(self) -> None:
        """Refuse a method or a measure that does not exist.

        Raises:
            UsageError: it does not.
        """
        value_named(Measure, "measure", self.measure)
        value_named(ReadingMethod, "method", self.method)

    def reading(self) -> Reading | None:
        """What is asked for, if anything is."""
        if (self.method, self.layer, self.head, self.measure) == (None,) * 4:
            return None
        method = value_named(ReadingMethod, "method", self.method) or ReadingMethod.NAIVE
        measure = value_named(Measure, "measure", self.measure) or Measure.WEIGHTS
        return Reading(self.layer, self.head, method, measure=measure)


@dataclass(frozen=True, slots=True)
class OtherDirection:
    """The options that join the links of a run with those of one of the other direction.

    Attributes:
        run: its name; None for the only one that there is.
        join: how; None for the product.
    """

    run: str | None
    join: str | None

    @property
    def is_asked_for(self) -> bool:
        """Whether both directions are to be read."""
        return (self.run, self.join) != (None, None)

    def joining(self) -> Joining:
        """How the links are joined.

        Raises:
            UsageError: nobody knows how that is.
        """
        if self.join is not None and self.join not in set(Joining):
            raise UsageError(
                "{join} is no way to join links.",
                hint="There are: {ways}.",
                join=repr(self.join),
                ways=", ".join(Joining),
            )
        return Joining(self.join) if self.join else Joining.PRODUCT

    def load(self, output: Output, choice: ModelChoice, run: Run) -> LoadedRun:
        """The model of the other direction than a run's.

        Raises:
            AlignmentError: there is none, or several.
            UsageError: the run that was named has the same direction.
        """
        project = Project.open(choice.folder)
        name = self.run or reverse_run(project, run).name
        loaded = ModelChoice(choice.folder, name, None).load(output)
        if is_reversed(project, loaded.definition) is is_reversed(project, run.definition()):
            raise UsageError(
                "Run {name} translates in the same direction as run {other}.",
                hint="Name one that translates the other way.",
                name=name,
                other=run.name,
            )
        return loaded


def align(
    output: Output,
    choice: ModelChoice,
    files: AlignedFiles,
    reading_options: ReadingFlags,
    other: OtherDirection,
) -> None:
    """``attnstudio align``."""
    reading_options.refuse_unknown()
    joining = other.joining()
    given = files.read()
    loaded = choice.load(output)
    reading, chosen = _reading(output, choice, loaded, reading_options)
    join = joiners_of(loaded.corpus)
    pairs = [
        WordPair.of_tokens(*(one(words) for one, words in zip(join, sides, strict=True)))
        for sides in zip(given.sources, given.targets, strict=True)
    ]
    cut = say_cut(output, loaded.translator, (pair.source for pair in pairs))
    facts: dict[str, object] = {
        "reading": reading.to_mapping(),
        "chosen": chosen,
        "step": loaded.step,
        "truncated": [number + 1 for number in cut],
    }
    method = str(reading)
    if other.is_asked_for:
        back = other.load(output, choice, loaded.run)
        reading_back, chosen_back = _reading(output, choice, back, reading_options)
        progress = progress_in_lines(output, 2 * len(pairs), "pairs")
        models = ReadModel(loaded.translator, reading), ReadModel(back.translator, reading_back)
        alignments = align_both_ways(*models, pairs, joining, progress=progress)
        facts |= {"join": joining.value, "reverse": back.run.name, "chosen_reverse": chosen_back}
        method = f"{method}; {joining} with run {back.run.name}: {reading_back}"
    else:
        progress = progress_in_lines(output, len(pairs), "pairs")
        found = align_words(loaded.translator, pairs, [reading], progress=progress)
        assert found is not None  # nothing stops it
        [alignments] = found
    files.answer(
        output,
        given,
        alignments,
        facts,
        method,
        lambda: training_frequencies(loaded.corpus, given.sources, given.targets),
    )


def _reading(
    output: Output, choice: ModelChoice, loaded: LoadedRun, asked: ReadingFlags
) -> tuple[Reading, dict[str, object]]:
    """By which reading words are linked, and for JSON by what it was chosen."""
    if (given := asked.reading()) is not None:
        return given, {"by": "options"}
    if loaded.reading is not None:
        return loaded.reading, {"by": "training"}
    if (taught := taught_reading(loaded.definition.config)) is not None:
        return taught, {"by": "guidance"}
    own = chosen_by_own_data(output, choice, loaded)
    return own.reading, choice_facts(own)


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
    if to.suffix.lower() not in _ENDINGS:
        raise UsageError(
            "{name} is none of .json, .csv, .svg, .png and .html.",
            hint="The ending of -o chooses what is written.",
            name=to.name,
        )
    refuse_unwritable(to)
    if to.suffix.lower() == ".png":
        _refuse_without_qt()
    loaded = choice.load(output)
    translator = loaded.translator
    stored = loaded.reading.measure if loaded.reading is not None else Measure.WEIGHTS
    wanted = set(Measure) if to.suffix.lower() == _PAGE or way is not None else {stored}
    measures = wanted - {Measure.WEIGHTS}
    if forced is not None:
        say_cut(output, translator, [text])
        pair = translator.read_forced(text, forced)
        record = translator.records([pair], measures=measures)[0]
    else:
        [translation] = translate_lines(
            output, loaded, [text], beam=beam, attention=True, measures=measures
        )
        assert translation.attention is not None  # it was asked for
        record = translation.attention
        pair = translator.read_hypothesis(text, translation.hypotheses[0])
    changed = None
    if change.is_asked_for:
        changed = with_change(translator, pair, record, change, beam=beam, measures=measures)
        record = changed.record
    facts: dict[str, object] = {}
    lines: Sequence[str] = ()
    if changed is not None:
        facts = {"change": comparison_facts(changed.comparison)}
        lines = comparison_lines(changed.comparison)
    record = _with_flow(output, with_rollout(record), site)
    reading = first_reading(record, loaded.reading, site)
    if way is not None and changed is not None:
        reading = reading.by(measure_of(way) or Measure.WEIGHTS)
        matrix_of(record, reading)  # refuses what there is not before anything is written
    elif way is not None:
        trusted = with_trust(translator, pair, record, reading, way)
        record, reading = trusted.record, trusted.reading
        facts, lines = dict(trusted.facts), trusted.lines
    origin = f"run {loaded.run.name}, step {loaded.step}"
    if against is not None:
        there = replace(choice, checkpoint=against)
        compared = against_checkpoint(output, there, pair, record, reading)
        record, reading = compared.record, compared.reading
        origin = f"{origin}, less step {compared.step}"
    if record.matrices:
        noun = noun_of(reading.site, record.matrices[reading.site].meaning)
        output.say(f"{capitalised(noun)}, {axes_words(reading.site)}: {reading}")
    numbers = None
    if to.suffix.lower() == _PAGE and changed is None:  # a changed attention has no formulas
        numbers = _numbers_of(output, translator, pair)
    _write_record(record, reading, to, facts=facts, origin=origin, numbers=numbers)
    kind = "forced" if record.forced else "free"
    output.result(
        record_to_json(record, reading) | facts | {"output": str(to)},
        [
            f"{clean_text(record.target.text)} ({kind})",
            *lines,
            *_zero_lines(record, reading),
            str(to),
        ],
    )


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


def _write_record(
    record: Record,
    reading: Reading,
    to: Path,
    *,
    facts: Mapping[str, object],
    origin: str,
    numbers: SentenceNumbers | None,
) -> None:
    match to.suffix.lower():
        case ".json":
            content = record_to_json(record, reading) | dict(facts)
            write_output(to, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
        case ".csv":
            write_output(to, view_to_table(view_of(record, reading)))
        case ".svg":
            write_output(to, view_to_svg(record, view_of(record, reading), origin=origin))
        case ".html":
            write_output(to, record_to_page(record, reading, origin=origin, numbers=numbers))
        case _:
            _write_png(view_to_svg(record, view_of(record, reading), origin=origin), to)


def _refuse_without_qt() -> None:
    try:
        installed = find_spec("PySide6") is not None
    except ImportError:  # something in this Python forbids it, which is as good as not there
        installed = False
    if not installed:
        raise ExportError(
            "A PNG needs Qt, which is not installed.",
            hint="Write an .svg instead, or install attnstudio[gui].",
        )


def _write_png(svg: str, to: Path) -> None:
    """Through Qt in a process of its own: the command line itself does not know it."""
    command = python_command("from attnstudio.gui.widgets.rasterise import main; sys.exit(main())")
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=False)
    whole = done.stdout.startswith(_PNG_BEGINS) and done.stdout.endswith(_PNG_ENDS)
    if done.returncode or not whole:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise ExportError(
            "{path} could not be drawn: {reason}.",
            hint="Write an .svg instead.",
            path=to,
            reason=reason[-1].rstrip("."),
        )
    write_bytes(to.resolve(), done.stdout)
