"""``align``."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.cli.aligning import AlignedFiles
from attnstudio.cli.named_values import value_named
from attnstudio.cli.output import Output
from attnstudio.cli.reading_choice import choice_facts, chosen_by_own_data
from attnstudio.cli.trained_model import (
    ModelChoice,
    progress_in_lines,
    say_cut,
)
from attnstudio.errors import UsageError
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
from attnstudio.reading import Measure, Reading, ReadingMethod


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
