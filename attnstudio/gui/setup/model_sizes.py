"""How large a model becomes: on the card of each preset, and of the draft as it was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, Signal

from attnstudio.config import RunConfig
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.setup.choice_cards import ChoiceCards
from attnstudio.gui.studio.tasks import TaskControl, TaskRunner
from attnstudio.presets import PRESETS

_DRAFT = ""  # beside the names of presets


class ModelSize(NamedTuple):
    """What a model takes."""

    parameters: int
    memory_bytes: int


class ModelSizes(QObject):
    """Counts in tasks, since the first time torch may still be loading.

    Args:
        tasks: does the counting.
        presets: a card each, which says its size.
        config: of the draft as it is now.
        parent: owns it.

    Signals:
        counted: the `ModelSize` of the draft.
    """

    counted = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        presets: ChoiceCards,
        config: Callable[[], RunConfig],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._presets, self._config = tasks, presets, config
        self._of_presets: dict[str, ModelSize] = {}
        self._of_draft: tuple[RunConfig, int] | None = None  # and its parameters

    def count(self) -> None:
        """Count the draft, and the presets that were not counted yet."""
        config = self._config()
        wanted = {_DRAFT: config}
        wanted |= {name: p.config for name, p in PRESETS.items() if name not in self._of_presets}
        self._tasks.run(
            self.tr("Counting"),
            partial(_count_all, wanted),
            on_done=partial(self._take, config),
            quiet=True,
        )

    def show(self) -> None:
        """Say how large each preset is, and the chosen one as it was changed."""
        for name in PRESETS:
            is_changed = self._presets.button(name).is_changed
            known = self._of_presets[name].parameters if name in self._of_presets else None
            if is_changed:
                draft = self._of_draft
                known = draft[1] if draft and draft[0] == self._config() else None
            self._presets.button(name).set_note(_million(known, is_changed=is_changed))

    def _take(self, config: RunConfig, sizes: Mapping[str, ModelSize]) -> None:
        self._of_presets |= {name: size for name, size in sizes.items() if name != _DRAFT}
        if config == self._config():  # else the person has gone on
            self._of_draft = (config, sizes[_DRAFT].parameters)
            self.counted.emit(sizes[_DRAFT])
        self.show()


def _million(parameters: int | None, *, is_changed: bool) -> str:
    """The size of a model; it takes a line from the beginning, so that nothing moves later."""
    n = "…" if parameters is None else decimals(parameters / 1e6, 1)
    words = _tr("Changed: {n} million") if is_changed else _tr("{n} million parameters")
    return words.format(n=n)


def _count_all(configs: Mapping[str, RunConfig], _: TaskControl) -> dict[str, ModelSize]:
    # imported here because it brings torch
    from attnstudio.project.estimate import estimate

    sizes = {}
    for name, config in configs.items():
        found = estimate(config)
        sizes[name] = ModelSize(found.parameters, found.memory_bytes)
    return sizes


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelSizes", text)
