"""A model cut to the density of another, for ``learnt --control``."""

from __future__ import annotations

from attnstudio.interpretation.site_words import axes_words
from attnstudio.project.control_words import in_words
from attnstudio.project.density_control import ControlRow, DensityControl, Difference

_NAME, _WIDTH = 28, 10


def control_facts(found: DensityControl) -> dict[str, object]:
    """For scripts."""
    rows = {"dense": found.dense, "cut": found.cut, "sparse": found.sparse}
    return {
        "sentences": found.sentences,
        "test_sentences": found.test_sentences,
        **{name: _row_facts(row) for name, row in rows.items()},
        "kept_shares": {site.name: share for site, share in found.kept_shares.items()},
        "cost": _difference_facts(found.cost),
        "behind": _difference_facts(found.behind),
        "in_words": in_words(found),
    }


def control_lines(found: DensityControl) -> list[str]:
    """A line for each of the three, and what they say."""
    titles = ["", "loss", "AER", "BLEU"]
    lines = [
        f"Control, {found.sentences:,} held-out sentences"
        + (f", {found.test_sentences:,} of the test split" if found.test_sentences else ""),
        _cells(titles[0], titles[1:]),
        _cells(found.dense.run, _scores(found.dense)),
        _cells(f"{found.cut.run}, cut", _scores(found.cut)),
        _cells(found.sparse.run, _scores(found.sparse)),
        "",
    ]
    for site, density in found.sparse.densities.items():
        lines.append(
            f"{axes_words(site)}: {found.sparse.run} looks at {density:.1%} of its places, "
            f"{found.cut.run} when it is cut at {found.cut.densities[site]:.1%}."
        )
    return [*lines, in_words(found)]


def _row_facts(row: ControlRow) -> dict[str, object]:
    return {
        "run": row.run,
        "loss": row.loss,
        "tokens": row.tokens,
        "aer": row.worth.aer,
        "bleu": row.worth.bleu,
        "densities": {site.name: density for site, density in row.densities.items()},
    }


def _difference_facts(difference: Difference) -> dict[str, object]:
    return {"loss": difference.loss, "error": difference.error, "is_sure": difference.is_sure}


def _scores(row: ControlRow) -> list[str]:
    aer, bleu = row.worth.aer, row.worth.bleu
    return [
        f"{row.loss:.4f}",
        "" if aer is None else f"{aer:.4f}",
        "" if bleu is None else f"{bleu:.2f}",
    ]


def _cells(name: str, cells: list[str]) -> str:
    return (name.ljust(_NAME) + "".join(cell.rjust(_WIDTH) for cell in cells)).rstrip()
