"""Events as lines of JSON, and back: also lines of earlier versions, and never those of a liar.

Beside a template and its values stands what they say in words, ``message`` and ``hint``, for who
reads the lines without this program; it is never read back.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from string import Formatter
from typing import Any

from attnstudio.names import is_watch_file
from attnstudio.plain_values import from_mapping, read_json
from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    FindingLinks,
    Finished,
    Held,
    Notice,
    Started,
    Step,
    TrainingEvent,
    Validation,
    WatchTranslated,
)
from attnstudio.training.scores import AER, BLEU, CHRF, LOSS, PERPLEXITY, TOKEN_ACCURACY, are_scores

_PLAIN = re.compile(r",?(\.\d)?[defgs%]?")  # how numbers may be written: not a page long
_READING = re.compile(r"(?:all layers|layer (\d{1,9})), (?:all heads|head (\d{1,9})), (\w{1,40})")
_ALWAYS_MEASURED = (LOSS, PERPLEXITY, TOKEN_ACCURACY)
_SOMETIMES_MEASURED = (BLEU, CHRF, AER)

_KINDS: dict[str, type[TrainingEvent]] = {
    kind.event: kind
    for kind in (
        FindingLinks, Started, Step, Validation, WatchTranslated, CheckpointSaved, Notice,
        Finished, Failed, Held,
    )
}  # fmt: skip


def to_json(event: TrainingEvent) -> str:
    """One line of JSON; null stands for numbers that are not finite."""
    content: dict[str, Any] = {"event": event.event}
    for item in fields(event):
        content[item.name] = _plain(getattr(event, item.name))
    if isinstance(event, Notice | Failed | Held):
        content["message"] = event.message
    if isinstance(event, Failed | Held):
        content["hint"] = event.hint
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def from_json(line: str) -> TrainingEvent:
    """The event that `to_json` wrote, of this version or an earlier one.

    Raises:
        ValueError: the line is torn or of another format.
    """
    content = read_json(line)
    name = content.get("event") if isinstance(content, dict) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"not a training event: {line[:80]}")
    if kind is Validation and "scores" not in content:
        _name_scores(content)
    if kind in (Failed, Held) and "template" not in content:
        _make_templates(content)
    event = from_mapping(kind, content)
    match event:
        case WatchTranslated() if not is_watch_file(event.attention):
            raise ValueError(f"not a file of attention: {event.attention[:80]}")
        case Validation() if not (
            are_scores(event.scores) and event.lowest.keys() == event.highest.keys()
        ):
            raise ValueError(f"not scores: {line[:80]}")
        case Notice() if not can_be_said(event.template, event.values):
            raise ValueError(f"not a sentence: {event.template[:80]}")
        case Failed() | Held() if not (
            can_be_said(event.template, event.values, may_be_empty=True)
            and can_be_said(event.hint_template, event.values, may_be_empty=True)
        ):
            raise ValueError(f"not a sentence: {event.template[:80]}")
    return event


def can_be_said(
    template: str, values: Mapping[str, int | float | str], *, may_be_empty: bool = False
) -> bool:
    """Whether the values fit the places of the template, and ask for nothing but their own text."""
    try:
        places = [place for place in Formatter().parse(template) if place[1] is not None]
        if not all(n in values and _PLAIN.fullmatch(spec or "") for _, n, spec, _ in places):
            return False
        return bool(template.format(**values)) or may_be_empty
    except (ValueError, LookupError, TypeError):
        return False


def as_template(words: str) -> str:
    """The template that says just these words."""
    return words.replace("{", "{{").replace("}", "}}")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _name_scores(content: dict[str, Any]) -> None:
    """Logs once had a field for each score, null for one not measured, and a reading in words."""
    if missing := [score.name for score in _ALWAYS_MEASURED if score.name not in content]:
        raise ValueError(f"{missing[0]} is missing")
    measured = [s for s in _SOMETIMES_MEASURED if content.get(s.name) is not None]
    names = [score.name for score in (*_ALWAYS_MEASURED, *measured)]
    content["scores"] = {name: content[name] for name in names}
    words = content.get("reading")
    found = _READING.fullmatch(words) if isinstance(words, str) else None
    content["reading"] = found and {
        "layer": int(found[1]) if found[1] else None,
        "head": int(found[2]) if found[2] else None,
        "method": found[3],
    }


def _make_templates(content: dict[str, Any]) -> None:
    """Logs once held a failure in words alone."""
    for template, words in (("template", "message"), ("hint_template", "hint")):
        if not isinstance(content.get(words), str):
            raise ValueError(f"{words} is missing")
        content[template] = as_template(content[words])
