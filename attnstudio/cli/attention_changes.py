"""The options of ``attend`` that change the attention, and what they say of what came of it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.errors import UsageError
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.changed_rows import Row, checked_row, row_to_words, uniform_row
from attnstudio.interpretation.comparison import Comparison, with_heads_off
from attnstudio.interpretation.word_changes import hidden, text_difference, word_numbered
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.project.what_if import compare, read_unchanged
from attnstudio.reading import Measure
from attnstudio.sites import CROSS, Site, site_named

_HEAD = re.compile(r"(?:(?P<site>\w+):)?(?P<layer>\d{1,4})(?:\.(?P<head>\d{1,4}))?")
_ROW = re.compile(
    r"(?:(?P<site>\w+):)?(?P<layer>\d{1,4})\.(?P<head>\d{1,4})\.(?P<query>\d{1,6})=(?P<row>.+)"
)
_WORD = re.compile(r"word:(\d{1,6})")


@dataclass(frozen=True, slots=True)
class ChangeFlags:
    """The options that change the attention, as they were typed.

    Attributes:
        ablate: heads and layers that are off.
        mask_source: numbers of source words that are hidden.
        set_row: rows of weights.
        temperature: of the softmax; None where it stays.
        site: the attention that `temperature` is of; None for that of the target over the source.
    """

    ablate: tuple[str, ...] = ()
    mask_source: tuple[int, ...] = ()
    set_row: tuple[str, ...] = ()
    temperature: float | None = None
    site: str | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self.ablate or self.mask_source or self.set_row) or (
            self.temperature is not None
        )

    def intervention(self, record: Record) -> Intervention:
        """The change, for the sentence that a record is of.

        Raises:
            UsageError: an option cannot be read, or names what this model or sentence lacks.
        """
        if not record.matrices:
            raise UsageError(
                "This model has no attention to change.",
                hint="Train one with attention, or leave --ablate, --mask-source, --set-row and "
                "--temperature away.",
            )
        return Intervention(
            rows=dict(_row(text, record) for text in self.set_row),
            ablated_heads=frozenset(head for text in self.ablate for head in _heads(text, record)),
            masked=self._hidden(record),
            temperatures=self._temperatures(record),
        )

    def _hidden(self, record: Record) -> dict[Site, frozenset[int]]:
        pieces = [
            piece for number in self.mask_source for piece in word_numbered(record.source, number)
        ]
        return dict(hidden(record, pieces)) if pieces else {}

    def _temperatures(self, record: Record) -> dict[HeadAddress, float]:
        if self.temperature is None:
            return {}
        if not (self.temperature > 0.0 and math.isfinite(self.temperature)):
            raise UsageError(
                "{temperature} is no temperature.",
                hint="--temperature takes a number above 0: below 1 sharpens, above 1 evens out.",
                temperature=self.temperature,
            )
        site = _site(self.site, record)
        return dict.fromkeys(_all_heads(record, site), self.temperature)


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change.

    Attributes:
        comparison: the same target before and after.
        record: with the change, of the given target or of what the model now translates.
    """

    comparison: Comparison
    record: Record


def with_change(
    translator: Translator,
    pair: PairToRead,
    record: Record,
    flags: ChangeFlags,
    *,
    beam: int,
    measures: Collection[Measure],
) -> Changed:
    """Read a sentence once more, with the change that the options ask for.

    Args:
        translator: the model.
        pair: what was read without a change.
        record: what was looked at then.
        flags: the options.
        beam: how translations are searched.
        measures: what is wanted beside the weights.

    Raises:
        UsageError: an option cannot be read, names what this model or sentence lacks, or leaves
            nothing to look at.
    """
    change, decoding = flags.intervention(record), DecodingConfig(beam_size=beam)
    comparison = compare(translator, read_unchanged(translator, pair, decoding), change, decoding)
    if pair.forced:
        [after] = translator.records([pair], measures=measures, intervention=change)
        return Changed(comparison, with_heads_off(after, change))
    found = translator.translate(
        [pair.source], decoding, attention=True, measures=measures, intervention=change
    )
    assert found is not None  # nothing stops it
    assert found[0].attention is not None  # it was asked for
    return Changed(comparison, with_heads_off(found[0].attention, change))


def comparison_facts(comparison: Comparison) -> dict[str, object]:
    """What a change did, for JSON."""
    before, after = comparison.before, comparison.after
    applied = comparison.applied
    difference = text_difference(comparison.text_before, comparison.text_after)
    return {
        "applied": {"total": applied.total, "places": applied.places, "moved": applied.moved},
        "target_tokens": [token.text for token in before.target.tokens],
        "log_probs_before": _numbers(before.token_log_probs),
        "log_probs_after": _numbers(after.token_log_probs),
        "differences": _numbers(comparison.differences.tolist()),
        "reachable": comparison.reach.targets.tolist(),
        "unexpected": comparison.unexpected,
        "text_before": comparison.text_before,
        "text_after": comparison.text_after,
        "changed_before": [list(span) for span in difference.before],
        "changed_after": [list(span) for span in difference.after],
    }


def comparison_lines(comparison: Comparison) -> list[str]:
    """What a change did, in words: first how much was changed at all."""
    applied = comparison.applied
    if applied.is_nothing:
        return ["The change changed nothing: the attention is what it was."]
    places = "1 place" if applied.places == 1 else f"{applied.places:,} places"
    lines = [f"Σ|Δα| = {applied.total:.3f}, applied to {places}"]
    if comparison.text_before != comparison.text_after:
        lines.append(f"Before: {comparison.text_before}")
    if comparison.turns_earlier_words:
        lines.append(
            "Words before those that the change reaches are others: the search keeps several "
            "translations and chooses by their ends. With --beam 1 they stay."
        )
    lines.append("Log probability of each piece of the target before, after, and the difference:")
    before, after = comparison.before, comparison.after
    for place, reached in enumerate(comparison.reach.targets):
        numbers = before.token_log_probs[place], after.token_log_probs[place]
        difference = f"{numbers[1] - numbers[0]:+9.4f}" if reached else "cannot change"
        lines.append(
            f"{before.target.label(place):>16} {numbers[0]:9.4f} {numbers[1]:9.4f} {difference}"
        )
    return lines


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _heads(text: str, record: Record) -> list[HeadAddress]:
    """One head, or all of a layer."""
    match = _HEAD.fullmatch(text)
    if match is None:
        raise UsageError(
            "{text} is neither a head nor a layer.",
            hint="--ablate takes LAYER.HEAD or LAYER, such as 1.0 or 1, counted from 0; of another "
            "attention than that of the target over the source, such as encoder_self:1.0.",
            text=repr(text),
        )
    site = _site(match["site"], record)
    layer = _inside("layer", int(match["layer"]), record.shape_of(site)[0], site)
    if match["head"] is None:
        return [head for head in _all_heads(record, site) if head.layer == layer]
    head = _inside("head", int(match["head"]), record.shape_of(site)[1], site)
    return [HeadAddress(site, layer, head)]


def _row(text: str, record: Record) -> tuple[RowAddress, Row]:
    match = _ROW.fullmatch(text)
    if match is None:
        raise UsageError(
            "{text} is no row.",
            hint="--set-row takes LAYER.HEAD.TOKEN=ROW, all counted from 0, such as "
            "1.0.3=uniform, 1.0.3=word:2 or 1.0.3=0.5,0.25,0.25.",
            text=repr(text),
        )
    site = _site(match["site"], record)
    layers, heads = record.shape_of(site)
    address = RowAddress(
        site,
        _inside("layer", int(match["layer"]), layers, site),
        _inside("head", int(match["head"]), heads, site),
        _inside("token", int(match["query"]), len(record.axes[site.queries]), site),
    )
    return address, _weights(match["row"], record, address)


def _weights(text: str, record: Record, place: RowAddress) -> Row:
    if text == "uniform":
        return uniform_row(record, place.site, place.query)
    if word := _WORD.fullmatch(text):
        pieces = word_numbered(record.text_of(place.site.keys), int(word[1]))
        return row_to_words(record, place.site, place.query, [pieces])
    try:
        weights = [float(number) for number in text.split(",")]
    except ValueError:
        raise UsageError(
            "{text} is no row of weights.",
            hint="Write uniform, word:2 for the third word, or weights with commas between.",
            text=repr(text),
        ) from None
    return checked_row(record, place.site, place.query, weights)


def _site(name: str | None, record: Record) -> Site:
    site = CROSS if name is None else site_named(name)
    if site is None or site not in record.matrices:
        raise UsageError(
            "This model has no attention of the name {name}.",
            hint="What it has: {sites}.",
            name=repr(name or CROSS.name),
            sites=", ".join(each.name for each in record.sites),
        )
    return site


def _inside(what: str, index: int, count: int, site: Site) -> int:
    if index < count:
        return index
    raise UsageError(
        "There is no {what} {index} in the attention {site}.",
        hint="They are counted from 0; the last {what} is {last}.",
        what=what,
        index=index,
        site=site.name,
        last=count - 1,
    )


def _all_heads(record: Record, site: Site) -> Sequence[HeadAddress]:
    layers, heads = record.shape_of(site)
    return [HeadAddress(site, layer, head) for layer in range(layers) for head in range(heads)]
