"""Kinds of models that are compared: each is trained with the same seeds and the same budget.

A comparison is only a list: one settings base, what each kind changes of it, the seeds, and the
names of its runs, which are runs of the project as any other. It lies in ``comparisons/NAME.json``
(see `attnstudio.project.kept_comparisons`). The first kind is what the others are held against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.errors import ConfigError, UsageError
from attnstudio.evaluation.seed_spread import MOST_SEEDS
from attnstudio.names import is_run_name
from attnstudio.plain_values import plain_line

MOST_KINDS = 50
LONGEST_LABEL = 60  # characters
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|.]+")


@dataclass(frozen=True, slots=True)
class ComparedKind:
    """One kind of model.

    Attributes:
        label: what people read; no two kinds of a comparison share one.
        changes: laid over the base, as nested tables: ``{"model": {"normaliser": "sparsemax"}}``;
            empty for the base as it is.
    """

    label: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KindRun:
    """One of the runs of a comparison.

    Attributes:
        kind: what it trains.
        seed: where its randomness starts.
        name: of the run.
    """

    kind: ComparedKind
    seed: int
    name: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared; made by `attnstudio.project.kept_comparisons.create_comparison`.

    Attributes:
        name: its own, by which its file is called.
        preset: whose settings the base began with.
        base: every knob, the limits among them: they are the budget of each run.
        kinds: the first is what the others are held against.
        seeds: each kind is trained with each of them.
        reverse: whether target is translated to source.
        runs: their names, of the first seed all kinds, then of the next.
        begun: those of them that were made: one whose folder is missing was deleted.
    """

    name: str
    preset: str
    base: RunConfig
    kinds: tuple[ComparedKind, ...]
    seeds: tuple[int, ...]
    reverse: bool
    runs: tuple[str, ...]
    begun: frozenset[str] = frozenset()

    def all_runs(self) -> Iterator[KindRun]:
        """Its runs in the order in which they are trained: of the first seed all kinds first."""
        pairs = ((kind, seed) for seed in self.seeds for kind in self.kinds)
        for (kind, seed), name in zip(pairs, self.runs, strict=True):
            yield KindRun(kind, seed, name)

    def config_of(self, kind: ComparedKind, seed: int) -> RunConfig:
        """All that a run of a kind is asked.

        Raises:
            ConfigError: the kind cannot be combined; it is named, with the reason.
        """
        return kind_config(self.base, kind, seed)


def kind_config(base: RunConfig, kind: ComparedKind, seed: int) -> RunConfig:
    """The base with what a kind changes, and a seed.

    Raises:
        ConfigError: they cannot be combined; the kind is named, with the reason.
    """
    try:
        return merge_config(merge_config(base, kind.changes), {"training": {"seed": seed}})
    except ConfigError as error:
        raise ConfigError(
            "{kind} cannot be trained: {reason}",
            hint="{advice}",
            command_hint="{command_advice}",
            kind=kind.label,
            reason=error.message,
            advice=error.hint,
            command_advice=error.command_hint,
        ) from error


def run_names(name: str, kinds: Sequence[ComparedKind], seeds: Sequence[int]) -> tuple[str, ...]:
    """The names of the runs of a comparison, in the order of `Comparison.all_runs`."""
    return tuple(
        f"{name}-{_NOT_IN_NAMES.sub('-', kind.label).strip('- ') or number}-{seed}"
        for seed in seeds
        for number, kind in enumerate(kinds, start=1)
    )


def refuse_what_cannot_be_compared(comparison: Comparison) -> None:
    """Check all of a comparison, before anything is trained.

    Raises:
        ConfigError: a kind cannot be combined; it is named, with the reason.
        UsageError: kinds, seeds or names are too many, missing or not apart.
    """
    _refuse_kinds(comparison.kinds)
    _refuse_seeds(comparison.seeds)
    _refuse_names(comparison)
    seen: dict[str, str] = {}
    configs = [
        (each.kind, comparison.config_of(each.kind, each.seed)) for each in comparison.all_runs()
    ]
    for kind, config in configs[: len(comparison.kinds)]:
        twin = seen.setdefault(config.model_dump_json(), kind.label)
        if twin != kind.label:
            raise UsageError(
                "{kind} and {twin} are the same settings.",
                hint="Leave out one of them.",
                kind=kind.label,
                twin=twin,
            )


def _refuse_kinds(kinds: Sequence[ComparedKind]) -> None:
    if not 2 <= len(kinds) <= MOST_KINDS:
        raise UsageError(
            "{n} kinds cannot be compared.",
            hint="Choose between 2 and {most}.",
            n=len(kinds),
            most=MOST_KINDS,
        )
    labels = [kind.label for kind in kinds]
    for label in labels:
        if not label or plain_line(label) != label or len(label) > LONGEST_LABEL:
            raise UsageError(
                "{label} cannot be the name of a kind.",
                hint="Give it one line of at most {most} characters.",
                label=repr(label[: LONGEST_LABEL + 20]),
                most=LONGEST_LABEL,
            )
    if twice := _first_twice(labels):
        raise UsageError("Two kinds have the name {label}.", hint="Give each its own.", label=twice)
    for kind in kinds:
        _refuse_another_budget(kind)


def _refuse_another_budget(kind: ComparedKind) -> None:
    """A table that is promised to be of one budget holds no kind with its own."""
    training = kind.changes.get("training")
    set_there = training if isinstance(training, Mapping) else {}
    own = [f"training.{key}" for key in ("seed", "budget_minutes") if key in set_there]
    if "limits" in kind.changes:
        own.append("limits")
    if own:
        raise UsageError(
            "{kind} sets {key}, which is the same for all kinds.",
            hint="Set it for the whole comparison.",
            kind=kind.label,
            key=own[0],
        )


def _refuse_seeds(seeds: Sequence[int]) -> None:
    if not 1 <= len(seeds) <= MOST_SEEDS:
        raise UsageError(
            "{n} seeds cannot be compared.",
            hint="Choose between 1 and {most}.",
            n=len(seeds),
            most=MOST_SEEDS,
        )
    if twice := _first_twice(list(map(str, seeds))):
        raise UsageError("Seed {seed} is given twice.", hint="Give each once.", seed=twice)


def _refuse_names(comparison: Comparison) -> None:
    for name in (comparison.name, *comparison.runs):
        if not is_run_name(name):
            raise UsageError(
                "{name} cannot be the name of a run or a comparison.",
                hint="Use letters, digits, spaces, - and _, and not too many of them.",
                name=repr(name[:80]),
            )
    if len(comparison.runs) != len(comparison.kinds) * len(comparison.seeds):
        raise UsageError(
            "{n} runs are named, but there are {kinds} kinds and {seeds} seeds.",
            hint="Each kind has one run for each seed.",
            n=len(comparison.runs),
            kinds=len(comparison.kinds),
            seeds=len(comparison.seeds),
        )
    if twice := _first_twice([name.casefold() for name in comparison.runs]):
        raise UsageError(
            "Two runs would have the name {name}.",
            hint="Give the kinds names that differ in letters or digits.",
            name=twice,
        )


def _first_twice(texts: Sequence[str]) -> str:
    return next((text for place, text in enumerate(texts) if text in texts[:place]), "")
