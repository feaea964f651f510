"""What a dense model cut to the density of a sparse one says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it brings torch, which words do not need
    from attnstudio.project.density_control import DensityControl, Difference


def in_words(found: DensityControl) -> str:
    """What it says, and no more."""
    cut, sparse = found.dense.run, found.sparse.run
    return (
        f"Cut to as few places as {sparse} looks at, {cut} loses {_said(found.cost)}. Against "
        f"{sparse} it then loses {_said(found.behind)}. It was cut while it reads and never "
        "trained so: what training with the cut would bring, this does not say."
    )


def _said(difference: Difference) -> str:
    more = "more" if difference.loss >= 0 else "less"
    chance = "more than chance" if difference.is_sure else "it may be chance"
    return (
        f"{abs(difference.loss):.4f} nats a token {more} (standard error "
        f"{difference.error:.4f}: {chance})"
    )
