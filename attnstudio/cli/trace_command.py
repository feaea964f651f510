"""``attnstudio attend --trace``: every number of one step of one head."""

from __future__ import annotations

import json
import re
from pathlib import Path

from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice, say_cut, translate_lines
from attnstudio.corpus.text import clean_text
from attnstudio.errors import AlignmentError, UsageError
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.step_numbers import StepPlace
from attnstudio.interpretation.formula_cards import cards_of
from attnstudio.interpretation.formula_export import step_to_json
from attnstudio.sites import CROSS, Site, site_named


def trace(
    output: Output,
    choice: ModelChoice,
    text: str,
    to: Path,
    asked: str,
    *,
    forced: str | None,
    beam: int,
    site: str | None,
    asks_more: bool,
) -> None:
    """Write the numbers down, as JSON.

    Args:
        output: where is said what is done.
        choice: of which model.
        text: the source sentence.
        to: the file.
        asked: ``LAYER.HEAD.TARGET``.
        forced: a translation to read; None for the model's own.
        beam: how wide to search for that.
        site: the name of the attention; None for the target over the source.
        asks_more: whether another method or a change of the attention is asked for as well.

    Raises:
        UsageError: there is no text, the file is no JSON, three numbers are not given, or more is
            asked for.
        AlignmentError: the model has no such attention, layer or head, or there is no such piece.
    """
    place = _numbers(asked)
    if asks_more:
        raise UsageError(
            "--trace goes with neither another method nor a change.",
            hint="It writes the numbers as the model has them: leave --method, --ablate, "
            "--mask-source, --set-row and --temperature out.",
        )
    if not clean_text(text):
        raise UsageError("There is no text to translate.", hint="Give a sentence in quotes.")
    if to.suffix.lower() != ".json":
        raise UsageError(
            "{name} is no .json.", hint="--trace writes numbers as JSON.", name=to.name
        )
    refuse_unwritable(to)
    loaded = choice.load(output)
    translator = loaded.translator
    if forced is not None:
        say_cut(output, translator, [text])
        pair = translator.read_forced(text, forced)
    else:
        [translation] = translate_lines(output, loaded, [text], beam=beam)
        pair = translator.read_hypothesis(translation.source, translation.hypotheses[0])
    numbers = translator.numbers(pair)
    step = numbers.step(StepPlace(_site_of(numbers, site), *place))
    content = {
        "source_text": pair.source,
        "text": pair.target_text,
        "forced": pair.forced,
        "step": loaded.step,
        **step_to_json(step, cards_of(step)),
    }
    write_output(to, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")
    kind = "forced" if pair.forced else "free"
    output.result(
        content | {"output": str(to)}, [f"{clean_text(pair.target_text)} ({kind})", str(to)]
    )


def _numbers(asked: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){2}", asked):
        raise UsageError(
            "{asked} is not LAYER.HEAD.TARGET.",
            hint="Give three numbers, all counted from 0: --trace 1.0.2 is layer 1, its head 0, "
            "and the third piece of the translation.",
            asked=repr(asked),
        )
    layer, head, target = map(int, asked.split("."))
    return layer, head, target


def _site_of(numbers: SentenceNumbers, name: str | None) -> Site:
    """The site of a name; without one, the first where the target looks at a source."""
    if name is None:
        return next((site for site in numbers.sites if site.is_cross), CROSS)
    site = site_named(name)
    if site is None:
        raise AlignmentError(
            "This model has no attention of the name {name}.",
            hint="What it has: {sites}.",
            name=repr(name),
            sites=", ".join(each.name for each in numbers.sites) or "none",
        )
    return site
