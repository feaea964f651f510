"""``align`` and ``attend``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from attnstudio.axes import Reading, ReadingMethod, Record
from attnstudio.children import python_command
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
    progress_in_lines,
    say_cut,
    score_facts,
    translate_lines,
)
from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.gold_reader import GoldReader
from attnstudio.corpus.text import clean_text
from attnstudio.errors import AlignmentError, ExportError, UsageError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.evaluation import AVERAGE
from attnstudio.files import write_bytes
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.site_words import axes_words, capitalised, noun_of
from attnstudio.interpretation.view import view_of
from attnstudio.project.word_alignment import WordPair, align_words, joiners_of

_PNG_BEGINS, _PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_ENDINGS = (".json", ".csv", ".svg", ".png")


@dataclass(frozen=True, slots=True)
class ReadingFlags:
    """The options that choose a reading; None where none was given."""

    method: str | None
    layer: int | None
    head: int | None

    def refuse_unknown(self) -> None:
        """Refuse a method that does not exist.

        Raises:
            UsageError: it does not.
        """
        if self.method is not None and self.method not in set(ReadingMethod):
            raise UsageError(
                "{method} is not a method.",
                hint="--method takes naive or shifted.",
                method=repr(self.method),
            )

    def reading(self, stored: Reading | None) -> Reading:
        """The stored reading when nothing is asked for, else what is asked for."""
        if (self.method, self.layer, self.head) == (None, None, None):
            return stored or AVERAGE
        method = ReadingMethod(self.method) if self.method else ReadingMethod.NAIVE
        return Reading(self.layer, self.head, method)


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A file of gold links; see `GoldReader` for its base."""

    path: Path
    base: int | None

    def read(self, pairs: Sequence[WordPair], lines: Sequence[str]) -> list[Alignment]:
        """Its lines, each for its pair.

        Raises:
            AlignmentError: what is no link of its pair, with the line.
        """
        reader, golds = GoldReader(self.base), []
        for number, (pair, line) in enumerate(zip(pairs, lines, strict=True), 1):
            try:
                golds.append(reader.read(pair.source_spans, pair.target_spans, line).alignment)
            except AlignmentError as error:
                raise AlignmentError(
                    "{file}, line {line}: {problem}",
                    hint=error.hint_template,
                    command_hint=error.command_hint_template,
                    file=self.path.name,
                    line=number,
                    problem=error.message,
                    **error.values,
                ) from None
        reader.refuse_other_base(self.path.name)
        return golds


def align(
    output: Output,
    choice: ModelChoice,
    source_file: Path,
    target_file: Path,
    to: Path | None,
    reading_options: ReadingFlags,
    gold: GoldFile | None,
) -> None:
    """``attnstudio align``."""
    reading_options.refuse_unknown()
    refuse_missing(gold.path if gold else None)
    refuse_unwritable(to)
    source_lines, target_lines = read_lines(source_file), read_lines(target_file)
    refuse_different_lengths(source_file, source_lines, target_file, target_lines)
    gold_lines: list[str] = []
    if gold is not None:
        gold_lines = read_lines(gold.path)
        refuse_different_lengths(source_file, source_lines, gold.path, gold_lines)
    loaded = choice.load(output)
    reading = reading_options.reading(loaded.reading)
    join = joiners_of(loaded.corpus)
    pairs = [
        WordPair.of_tokens(*(one(line.split()) for one, line in zip(join, lines, strict=True)))
        for lines in zip(source_lines, target_lines, strict=True)
    ]
    golds = gold.read(pairs, gold_lines) if gold else None
    cut = say_cut(output, loaded.translator, (pair.source for pair in pairs))
    progress = progress_in_lines(output, len(pairs), "pairs")
    found = align_words(loaded.translator, pairs, [reading], progress=progress)
    assert found is not None  # nothing stops it
    alignments = found[0]
    lines = [alignment.to_pharaoh() for alignment in alignments]
    if to is not None:
        write_output(to, joined(lines))
    content: dict[str, object] = {
        "alignments": lines,
        "reading": reading.to_mapping(),
        "truncated": [number + 1 for number in cut],
    }
    if golds is not None:
        score = score_alignments(alignments, golds)
        content |= score_facts(score)
        output.say(
            f"AER {score.aer:.4f}, precision {score.precision:.4f}, recall {score.recall:.4f} "
            f"({reading})"
        )
    output.result(content, [] if to is not None else lines)


def attend(
    output: Output,
    choice: ModelChoice,
    text: str,
    to: Path,
    *,
    forced: str | None,
    beam: int,
    site: str | None,
) -> None:
    """``attnstudio attend``."""
    if not clean_text(text):
        raise UsageError("There is no text to translate.", hint="Give a sentence in quotes.")
    if to.suffix.lower() not in _ENDINGS:
        raise UsageError(
            "{name} is none of .json, .csv, .svg and .png.",
            hint="The ending of -o chooses what is written.",
            name=to.name,
        )
    refuse_unwritable(to)
    if to.suffix.lower() == ".png":
        _refuse_without_qt()
    loaded = choice.load(output)
    translator = loaded.translator
    if forced is not None:
        say_cut(output, translator, [text])
        record = translator.records([translator.read_forced(text, forced)])[0]
    else:
        [translation] = translate_lines(output, loaded, [text], beam=beam, attention=True)
        assert translation.attention is not None  # it was asked for
        record = translation.attention
    reading = first_reading(record, loaded.reading, site)
    if record.matrices:
        noun = noun_of(reading.site, record.matrices[reading.site].meaning)
        output.say(f"{capitalised(noun)}, {axes_words(reading.site)}: {reading}")
    _write_record(record, reading, to)
    kind = "forced" if record.forced else "free"
    output.result(
        record_to_json(record, reading) | {"output": str(to)},
        [f"{clean_text(record.target.text)} ({kind})", str(to)],
    )


def _write_record(record: Record, reading: Reading, to: Path) -> None:
    match to.suffix.lower():
        case ".json":
            content = record_to_json(record, reading)
            write_output(to, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
        case ".csv":
            write_output(to, view_to_table(view_of(record, reading)))
        case ".svg":
            write_output(to, view_to_svg(record, view_of(record, reading)))
        case _:
            _write_png(view_to_svg(record, view_of(record, reading)), to)


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
    command = python_command(
        "from attnstudio.gui.inspector.rasterise import main; sys.exit(main())"
    )
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
