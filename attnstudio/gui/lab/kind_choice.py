"""The kinds of attention as check boxes, those of a family below each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attnstudio.gui.widgets.choice_boxes import ChoiceBox, ChoiceBoxes, ChoiceGroup
from attnstudio.lab.kinds import LabKind


class KindChoice(ChoiceBoxes):
    """Which kinds are to be measured."""

    def offer(self, kinds: Sequence[LabKind], chosen: Iterable[str]) -> None:
        """Offer these; those of these names are chosen."""
        names = set(chosen)
        self._kinds = kinds
        groups: dict[str, list[ChoiceBox]] = {}
        for kind in kinds:
            groups.setdefault(self._family_words(kind), []).append(
                ChoiceBox(
                    kind.name, self.words(kind), kind.label, kind.name, is_ticked=kind.name in names
                )
            )
        self.show_groups([ChoiceGroup(heading, boxes) for heading, boxes in groups.items()])

    @property
    def chosen(self) -> tuple[LabKind, ...]:
        """Those that are ticked."""
        return tuple(kind for kind in self._kinds if self.boxes[kind.name].isChecked())

    def words(self, kind: LabKind) -> str:
        """A kind below the name of its family."""
        if kind.is_usual:
            return self.tr("as its preset has it")
        return f"{kind.part[:1].upper()}{kind.part[1:]}: {kind.value}"

    def _family_words(self, kind: LabKind) -> str:
        if kind.family == "transformer":
            return self.tr("Transformer")
        return self.tr("Recurrent")
