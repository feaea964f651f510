"""What of a record is looked at: the one place where the chosen reading is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.errors import AlignmentError
from attnstudio.gui.inspector.shown_change import ShownChange
from attnstudio.gui.inspector.shown_records import (
    KeptRecord,
    has_heads_of,
    taught_at,
    without_difference,
)
from attnstudio.gui.widgets.chip_picture import MOST_HELD
from attnstudio.interpretation.colours import ColourMap, colours_for
from attnstudio.interpretation.difference import with_difference
from attnstudio.interpretation.rollout import sites_with_layers
from attnstudio.interpretation.target_changes import TargetChanges, target_changes
from attnstudio.interpretation.teaching import at_own_step
from attnstudio.interpretation.view import View, view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, Site


class ShownAttention(QObject):
    """A record, and which of it the person looks at.

    What the person chose (site, layer, head, words, colours) stays from one record to the next as
    long as the model has it. The step belongs to the head (see `at_own_step`) until the person
    chooses one.

    Signals:
        changed: something else is to be seen.
        recoloured: the same is to be seen in other colours.
    """

    changed = Signal()
    recoloured = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._record: Record | None = None
        self._stored: Reading | None = None
        self._site = CROSS
        self._readings: dict[Site, Reading] = {}  # each site may have other layers and heads
        self._is_step_chosen = False
        self._are_words_joined = False
        self._is_idle_hidden = False
        self._are_greatest = False
        self._colour_map = ColourMap.VIRIDIS
        self._view: View | None = None
        self.origin = ""  # run and step of the record, for what is compared with it
        self._kept: KeptRecord | None = None
        self._held: list[tuple[int | None, int | None]] = []  # layers and heads
        self.change = ShownChange(self)
        self._unchanged: Record | None = None  # while the one with the change is looked at
        self._unchanged_readings: dict[Site, Reading] = {}
        self.change.changed.connect(self._follow_change)

    @property
    def record(self) -> Record | None:
        """All that was taken down."""
        return self._record

    @property
    def unchanged(self) -> Record | None:
        """The same without the changes of *What if*."""
        return self._record if self._unchanged is None else self._unchanged

    @property
    def is_changed(self) -> bool:
        """Whether the record is the one with these changes."""
        return self._unchanged is not None

    @property
    def target_changes(self) -> TargetChanges | None:
        """What the changes did to each row that is seen; None where nothing is known of it."""
        comparison = self.change.comparison
        if comparison is None or self._view is None:
            return None
        return target_changes(self._view, comparison)

    @property
    def view(self) -> View | None:
        """What is seen of it; None where there is nothing to look at."""
        return self._view

    @property
    def held(self) -> tuple[Reading, ...]:
        """Heads whose lines stay beside those of the one that is read."""
        return tuple(self.of_head(layer, head) for layer, head in self._held)

    @property
    def held_views(self) -> tuple[View, ...]:
        """What is seen of those."""
        return tuple(view for reading in self.held if (view := self._seen(reading)) is not None)

    @property
    def sites(self) -> tuple[Site, ...]:
        """What there is to choose from."""
        return self._record.sites if self._record is not None else ()

    @property
    def has_layers(self) -> bool:
        """Whether there are layers that attention can be followed through."""
        return self._record is not None and bool(sites_with_layers(self._record))

    @property
    def reading(self) -> Reading:
        """Which matrix is looked at."""
        return self.reading_of(self._site)

    def of_head(self, layer: int | None, head: int | None) -> Reading:
        """Another head of what is read, or an average of several, at its own step."""
        reading = self.reading
        other = replace(reading, layer=layer, head=head)
        if self._record is None or self._is_step_chosen or other == reading:
            return other
        return at_own_step(self._record, other, self._stored)

    @property
    def is_best(self) -> bool:
        """Whether this reading was the best of its run on gold links."""
        return self.reading == self._stored

    @property
    def is_shifted(self) -> bool:
        """Whether the target over the source is read one step later, now or when it is shown."""
        cross = (self._record.cross if self._record is not None else None) or CROSS
        reading = self._readings.get(cross)
        return reading is not None and reading.is_shifted

    @property
    def measures(self) -> tuple[Measure, ...]:
        """By what it can be read."""
        return self._record.measures_of(self._site) if self._record is not None else ()

    @property
    def has_words(self) -> bool:
        """Whether the pieces of words are joined, which is done for the target over the source."""
        return self._are_words_joined and not self._site.is_self

    @property
    def colour_map(self) -> ColourMap:
        """The scale of the maps: the chosen one, but of numbers of either sign."""
        meaning = self._view.meaning if self._view is not None else Meaning.DISTRIBUTION
        return colours_for(meaning, self._colour_map)

    def show_record(self, record: Record | None, stored: Reading | None = None) -> None:
        """Look at another record, or at nothing.

        Args:
            record: what was taken down.
            stored: the reading that its run found best on gold links.
        """
        if record is not None:
            self._take_readings(record, stored)
        if record is None or self._record is None or not has_heads_of(record, self._record):
            self._held.clear()
        self._record, self._stored, self._unchanged = record, stored, None
        self._compare()
        self._look()

    def _follow_change(self) -> None:
        """Look at the record with the change, or at the one without it again."""
        comparison, before = self.change.comparison, self.unchanged
        is_wanted = self.change.is_shown and comparison is not None
        if before is None or not (is_wanted or self.is_changed):
            return
        record, self._unchanged = before, None
        if is_wanted and comparison is not None and comparison.is_of(before):
            record, self._unchanged = comparison.after, before
            self._unchanged_readings = self._unchanged_readings or dict(self._readings)
        self._take_readings(record, self._stored)
        self._record = record
        if self._unchanged is None:
            self._read_as_before(record)
        self._compare()
        self._look()

    def _read_as_before(self, record: Record) -> None:
        """Measures that are known without the change alone are read again."""
        for site, reading in self._unchanged_readings.items():
            if reading.measure in record.measures_of(site) and site in record.matrices:
                self._readings[site] = self._readings.get(site, reading).by(reading.measure)
        self._unchanged_readings.clear()

    def reading_of(self, site: Site) -> Reading:
        """How a site is looked at, or was last."""
        return self._readings.get(site, Reading(site=site))

    def add_analyses(self, found: Mapping[Site, Matrix]) -> None:
        """Let more be seen of the same record; what is looked at stays."""
        if self._record is None:
            return
        if self._unchanged is not None:  # they are of the attention without the change
            self.change.show(False)
        record = replace(self._record, matrices={**self._record.matrices, **found})
        self._take_readings(record, self._stored)
        self._record = record
        self._look()

    @property
    def kept_origin(self) -> str:
        """Run and step of what is compared with; empty where nothing is."""
        return self._kept.origin if self._kept is not None else ""

    @property
    def is_kept(self) -> bool:
        """Whether what is shown is the very thing that others are compared with."""
        return self._kept is not None and self._kept.record is self.unchanged

    def keep(self, kept: bool) -> None:
        """Keep what is shown now, to compare what comes with it, or compare no more."""
        self._kept = None
        if self._record is None:
            return
        self._record = without_difference(self._record)
        if self._unchanged is not None:
            self._unchanged = without_difference(self._unchanged)
        if kept:
            self._kept = KeptRecord(self._record, self.origin)
        self._look()

    def _compare(self) -> None:
        """Show the difference to what was kept, where the pieces are the same."""
        if self._record is None or self._kept is None or self._record is self._kept.record:
            return
        try:
            self._record = with_difference(self._record, self._kept.record)
        except AlignmentError:
            return  # another sentence: there is nothing to compare
        self._take_readings(self._record, self._stored)

    def choose_site(self, site: Site) -> None:
        """Look at another attention, as it was looked at last; no head of it is held."""
        self._show_where_known(site)
        self._site = site
        self._held.clear()
        self._look()

    def hold(self, reading: Reading) -> None:
        """Hold a head beside others, or let go of it; of too many the first one goes."""
        place = (reading.layer, reading.head)
        if place in self._held:
            self._held.remove(place)
        else:
            self._held = [*self._held, place][-MOST_HELD:]
        self._look()

    def read_as(self, reading: Reading) -> None:
        """Look at another matrix; of what is known without the change alone, without it."""
        self._show_where_known(reading.site)
        if (reading.site, reading.measure) != (self._site, self.reading.measure):
            self._held.clear()
        self._site = reading.site
        self._readings[reading.site] = reading
        self._look()

    def _show_where_known(self, site: Site) -> None:
        """Of a site that is known without the change alone show the attention without it."""
        if self.is_changed and self._record is not None and self._unchanged is not None:
            is_lacking = site not in self._record.matrices
            if is_lacking and site in self._unchanged.matrices:
                self.change.show(False)

    def read_shifted(self, shifted: bool) -> None:
        """Read target tokens one step later, or at their own, of all heads."""
        self._is_step_chosen = True
        method = ReadingMethod.SHIFTED if shifted else ReadingMethod.NAIVE
        self.read_as(replace(self.reading, method=method))

    def read_by(self, measure: Measure) -> None:
        """Read another measure of it; that of a whole layer lets go of the head."""
        self.read_as(self.reading.by(measure))

    def join_words(self, joined: bool) -> None:
        """Join the pieces of words, or part them."""
        self._are_words_joined = joined
        self._look()

    def hide_idle(self, hidden: bool) -> None:
        """Leave out what is looked at where no word is, or show it."""
        self._is_idle_hidden = hidden
        self._look()

    def take_greatest(self, greatest: bool) -> None:
        """Of several layers and heads show the greatest, or their average."""
        self._are_greatest = greatest
        self._look()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self.recoloured.emit()

    def _take_readings(self, record: Record, stored: Reading | None) -> None:
        """Keep what the person chose where the model has it, else begin with the best known.

        A model that was taught another head is another one.
        """
        before = self._record
        for site in record.sites:
            if (
                before is None
                or before.shape_of(site) != record.shape_of(site)
                or taught_at(before, site) != taught_at(record, site)
            ):
                known = [each for each in (stored, record.taught) if each and each.site == site]
                self._readings[site] = known[0] if known else Reading(site=site)
                if site.is_cross:
                    self._is_step_chosen = False
            reading = self._readings.get(site)
            if reading is not None and reading.measure not in record.measures_of(site):
                self._readings[site] = reading.by(Measure.WEIGHTS)

    def _look(self) -> None:
        before = self.colour_map
        record = self._record
        if record is not None and record.sites and self._site not in record.sites:
            self._site = record.sites[0]
        self._view = self._seen(self.reading)
        self.changed.emit()
        if self.colour_map is not before:
            self.recoloured.emit()

    def _seen(self, reading: Reading) -> View | None:
        if self._record is None or not self._record.matrices:
            return None
        return view_of(
            self._record,
            reading,
            words=self.has_words,
            hide=self._is_idle_hidden,
            greatest=self._are_greatest,
        )
