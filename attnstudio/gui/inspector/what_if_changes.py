"""The changes of the attention that a person makes one after the other, and how they are undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import decimals
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.kept_changes import Change
from attnstudio.reading import Reading


@dataclass(frozen=True, slots=True)
class ChangeHistory:
    """What is changed now, and what was before each step.

    Attributes:
        states: all changes that there were at each moment, the newest last.
    """

    states: tuple[tuple[Change, ...], ...] = ((),)

    @property
    def now(self) -> tuple[Change, ...]:
        """The changes, in their order; all of them count."""
        return self.states[-1]

    @property
    def can_undo(self) -> bool:
        """Whether there was something before."""
        return len(self.states) > 1

    @property
    def last_step(self) -> str:
        """What was done last, in a word or two, for a button that takes it back: ``head off``."""
        if not self.can_undo:
            return ""
        before, now = self.states[-2], self.states[-1]
        added = [change for change in now if change not in before]
        was_off, is_off = heads_off(before), heads_off(now)
        if is_off < was_off and now:
            return _heads_on_words(len(was_off - is_off))
        if len(added) != 1:
            return _tr("kept changes") if added else _step_back_words(before, now)
        return _step_words(added[0].intervention)

    def changed_to(self, changes: tuple[Change, ...]) -> ChangeHistory:
        """Other changes take the place of all; the same again are no step."""
        return self if changes == self.now else ChangeHistory((*self.states, changes))

    def with_change(self, change: Change) -> ChangeHistory:
        """One change more; the same thing again takes the place of what it was.

        What is moved on, such as a weight that is dragged, is one step.
        """
        kept = tuple(each for each in self.now if each.key != change.key)
        is_moved_on = bool(self.now) and self.now[-1].key == change.key
        before = ChangeHistory(self.states[:-1]) if is_moved_on and self.can_undo else self
        return before.changed_to((*kept, change))

    def at_temperature(
        self, reading: Reading, heads: Collection[HeadAddress], temperature: float
    ) -> ChangeHistory:
        """Heads at a temperature, or at their own again where that is 1.

        Args:
            reading: which names them.
            heads: one, or those of a layer, or all of a site.
            temperature: what their scores are divided by, above 0.
        """
        named = reading_words(Reading(reading.layer, reading.head, site=reading.site))
        template = QCoreApplication.translate("what_if_changes", "temperature {n}: {heads}")
        words = template.format(n=decimals(temperature, 2), heads=named)
        asked = Intervention(temperatures=dict.fromkeys(sorted(heads, key=str), temperature))
        change = Change(f"temperature {sorted(heads, key=str)}", words, asked)
        if temperature != 1.0:
            return self.with_change(change)
        return self.changed_to(tuple(each for each in self.now if each.key != change.key))

    def undone(self) -> ChangeHistory:
        """As it was before the last step."""
        return ChangeHistory(self.states[:-1]) if self.can_undo else self

    def switched(self, reading: Reading, heads: Collection[HeadAddress]) -> ChangeHistory:
        """Heads off that were on, or on again where all of them were off.

        Args:
            reading: which names them.
            heads: one, or those of a layer, or all of a site.
        """
        if frozenset(heads) <= heads_off(self.now):
            return self.changed_to(_switched_on(self.now, frozenset(heads)))
        return self.with_change(_off(reading, frozenset(heads)))


def undo_words(last_step: str) -> str:
    """What a button says that takes back the last step; the step may be empty."""
    return _tr("Undo: {step}").format(step=last_step) if last_step else _tr("Undo")


def _step_words(change: Intervention) -> str:
    if change.ablated_heads:
        return _tr("head off") if len(change.ablated_heads) == 1 else _tr("heads off")
    if change.temperatures:
        return _tr("temperature")
    return _tr("hidden word") if change.masked else _tr("weights")


def _step_back_words(before: Collection[Change], now: Collection[Change]) -> str:
    """Of a step after which there is less than before."""
    switched = heads_off(before) - heads_off(now)
    if len(before) == len(now) + 1:
        return _heads_on_words(len(switched)) if switched else _tr("temperature")
    return _tr("as it was")


def _heads_on_words(heads: int) -> str:
    return _tr("head on") if heads == 1 else _tr("heads on")


def _tr(text: str) -> str:
    return QCoreApplication.translate("what_if_changes", text)


def heads_off(changes: Collection[Change]) -> frozenset[HeadAddress]:
    """The heads that some changes switch off."""
    return frozenset[HeadAddress]().union(*(each.intervention.ablated_heads for each in changes))


def temperature_of(changes: Collection[Change], head: HeadAddress) -> float:
    """The temperature that some changes give a head: that of the last one, or 1."""
    given = [each.intervention.temperatures.get(head) for each in changes]
    return next((value for value in reversed(given) if value is not None), 1.0)


def _off(reading: Reading, heads: frozenset[HeadAddress]) -> Change:
    named = reading_words(Reading(reading.layer, reading.head, site=reading.site))
    words = QCoreApplication.translate("what_if_changes", "off: {heads}").format(heads=named)
    return Change(f"off {sorted(heads, key=str)}", words, Intervention(ablated_heads=heads))


def _switched_on(changes: tuple[Change, ...], heads: frozenset[HeadAddress]) -> tuple[Change, ...]:
    """Of a change that switched off more than these, each other head stays off by itself."""
    left: dict[str, Change] = {}
    for change in changes:
        off = change.intervention.ablated_heads
        parts = [change]
        if off & heads:
            others = sorted(off - heads, key=str)
            parts = [
                _off(Reading(each.layer, each.head, site=each.site), frozenset({each}))
                for each in others
            ]
            rest = replace(change.intervention, ablated_heads=frozenset())
            if not rest.is_empty:
                parts.append(replace(change, intervention=rest))
        left.update({part.key: part for part in parts})
    return tuple(left.values())
