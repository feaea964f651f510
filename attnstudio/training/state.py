"""Everything that training needs to go on as if it had never stopped, besides the weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class TrainState:
    """Where training stands, in plain numbers.

    Attributes:
        step: updates done.
        epoch: whole passes over the corpus.
        batch: batches done in this pass.
        target_tokens: target tokens seen, without padding.
        elapsed_s: seconds over all segments, preparation and validation included.
        validation_s: seconds of them spent on validation.
        best_value: the metric of the best validation, lower is better; None before the first.
        best_step: its step.
        least_error: the alignment error of the validation that aligned best, as
            `attnstudio.training.scores.alignment_error` has it; None while none was measured.
        aligned_step: its step.
        patience_value: the best metric at a scheduled validation, which early stopping watches:
            an extra validation at a limit does not change when a run stops.
        validations_without_gain: scheduled validations since then.
        validated_step: the last step that was validated.
        horizon_steps: update at which the learning rate reaches zero, where a time budget moved it;
            0 while the plan holds.
        peak_rate: the peak of the line that leads there.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    target_tokens: int = 0
    elapsed_s: float = 0.0
    validation_s: float = 0.0
    best_value: float | None = None
    best_step: int = 0
    least_error: float | None = None
    aligned_step: int = 0
    patience_value: float | None = None
    validations_without_gain: int = 0
    validated_step: int = 0
    horizon_steps: int = 0
    peak_rate: float = 0.0

    def after_update(
        self, *, batches: int, batches_in_epoch: int, target_tokens: int
    ) -> TrainState:
        """The state after one update over so many batches."""
        done = self.epoch * batches_in_epoch + self.batch + batches
        return replace(
            self,
            step=self.step + 1,
            epoch=done // batches_in_epoch,
            batch=done % batches_in_epoch,
            target_tokens=self.target_tokens + target_tokens,
        )

    @property
    def is_aligned_best(self) -> bool:
        """Whether no validation before has aligned as well as the one at this step."""
        return self.least_error is not None and self.aligned_step == self.step

    def after_validation(
        self, value: float, *, scheduled: bool, error: float | None, waits_for_alignment: bool
    ) -> TrainState:
        """The state after a validation.

        Args:
            value: its metric, lower is better.
            scheduled: whether it counts for early stopping.
            error: its alignment error, if that was measured.
            waits_for_alignment: whether a lower alignment error is a gain as well.
        """
        state = replace(self, validated_step=self.step)
        aligns_better = error is not None and (self.least_error is None or error < self.least_error)
        if aligns_better:
            state = replace(state, least_error=error, aligned_step=self.step)
        if self.best_value is None or value < self.best_value:
            state = replace(state, best_value=value, best_step=self.step)
        if not scheduled:
            return state
        if self.patience_value is None or value < self.patience_value:
            return replace(state, patience_value=value, validations_without_gain=0)
        if waits_for_alignment and aligns_better:
            return replace(state, validations_without_gain=0)
        return replace(state, validations_without_gain=self.validations_without_gain + 1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole checkpoint as values.

    Attributes:
        weights: what translates, by name; tied ones once.
        optimiser: the optimiser's tensors, ``<parameter>.<quantity>``.
        random: states of torch's random generators by device, as ``cpu``; of several processes
            those of the first so, and those of the third as ``cpu.2``.
        state: the rest.
        trained: the model's own parameters where ``weights`` is their average; else empty.
    """

    weights: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    random: dict[str, Tensor]
    state: TrainState
    trained: dict[str, Tensor] = field(default_factory=dict)


def random_states(device: torch.device) -> dict[str, Tensor]:
    """The states of torch's random generators that training draws from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    if device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random(states: dict[str, Tensor], device: torch.device) -> None:
    """Put back what `random_states` gave; another device keeps its own state."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    if device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])


def of_all_ranks(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """What several processes draw from, in one table, as a `Snapshot` has it."""
    return {
        f"{device}.{rank}" if rank else device: tensor
        for rank, own in enumerate(states)
        for device, tensor in own.items()
    }


def of_rank(states: dict[str, Tensor], rank: int) -> dict[str, Tensor] | None:
    """What one of several processes draws from; None where there were fewer."""
    ending = f".{rank}" if rank else ""
    own = {
        name.partition(".")[0]: tensor
        for name, tensor in states.items()
        if "".join(name.partition(".")[1:]) == ending
    }
    return own or None


def ranks_in(states: dict[str, Tensor]) -> int:
    """How many processes trained what these random states are of."""
    return sum(name.partition(".")[0] == "cpu" for name in states)


def seed_apart(seed: int, *, rank: int, step: int) -> None:
    """Let one of several processes draw other numbers than the rest; the first goes on as it is.

    Args:
        seed: of the run.
        rank: its number.
        step: where it begins.
    """
    if rank:
        torch.manual_seed(int(np.random.SeedSequence((seed, rank, step)).generate_state(1)[0]))
