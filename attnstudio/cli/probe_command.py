"""``attnstudio probe``: what each head of a model is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.cli.trust_facts import average_facts, average_lines
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import UsageError
from attnstudio.interpretation.site_words import axes_words, capitalised
from attnstudio.project.head_ablation import AblationRequest, HeadAblation, ablate_heads
from attnstudio.project.project import Project
from attnstudio.project.trust_averages import average_trust
from attnstudio.sites import Site

_WIDTH = 10
_Map = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProbeFlags:
    """The options of ``probe``."""

    sentences: int
    split: str
    bleu: bool
    aer: bool
    trust: bool

    def request(self) -> AblationRequest:
        """What is measured.

        Raises:
            UsageError: there is no such split.
        """
        if self.split not in set(Split):
            raise UsageError(
                "{split} is no part of a corpus.",
                hint="--split takes one of {splits}.",
                split=repr(self.split),
                splits=", ".join(Split),
            )
        return AblationRequest(Split(self.split), self.sentences, bleu=self.bleu, aer=self.aer)


def probe(output: Output, choice: ModelChoice, flags: ProbeFlags) -> None:
    """``attnstudio probe``."""
    request = flags.request()
    loaded = choice.load(output)
    found = ablate_heads(
        Project.open(choice.folder), loaded, request, progress=WorkProgress(output, "heads").tell
    )
    assert found is not None  # nothing stops it
    facts, lines = _facts(found), _lines(found)
    if flags.trust:
        trust = average_trust(
            loaded, request.split, flags.sentences, progress=WorkProgress(output, "sentences").tell
        )
        facts |= {"trust": None if trust is None else average_facts(trust)}
        lines += [] if trust is None else ["", *average_lines(trust)]
    about = {"run": loaded.run.name, "step": loaded.step, "split": request.split.value}
    output.result(about | facts, lines)


def _facts(found: HeadAblation) -> dict[str, object]:
    return {
        "sentences": found.sentences,
        "tokens": found.tokens,
        "loss": found.loss,
        "bleu": found.whole.bleu,
        "aer": found.whole.aer,
        "reading": found.reading and found.reading.to_mapping(),
        "sites": {site.name: _site_facts(found, site) for site in found.shapes},
    }


def _site_facts(found: HeadAblation, site: Site) -> dict[str, object]:
    """Of each layer and head, ``[layer][head]``."""
    maps = {
        "loss_added": found.loss_added(site),
        "loss_error": found.loss_error(site),
        "bleu_added": found.bleu_added(site),
        "aer_added": found.aer_added(site),
    }
    return {name: None if each is None else each.tolist() for name, each in maps.items()}


def _lines(found: HeadAblation) -> list[str]:
    lines = [
        f"Loss {found.loss:.4f} nats a token, {found.sentences:,} sentences, "
        f"{found.tokens:,} tokens. Each number is what one head less adds; * is more than chance "
        "(twice its standard error)."
    ]
    if found.whole.bleu is not None:
        lines.append(f"BLEU {found.whole.bleu:.2f}, greedy")
    if found.whole.aer is not None:
        lines.append(f"AER {found.whole.aer:.4f}, {found.reading}")
    for site in found.shapes:
        added = found.loss_added(site)
        is_sure = np.abs(added) > 2 * found.loss_error(site)
        lines += ["", f"{capitalised(axes_words(site))}: loss", *_table(added, is_sure, ".4f")]
        if (bleu := found.bleu_added(site)) is not None:
            lines += ["BLEU", *_table(bleu, None, ".2f")]
        if (aer := found.aer_added(site)) is not None:
            lines += ["AER", *_table(aer, None, ".4f")]
    return lines


def _table(numbers: _Map, marked: NDArray[np.bool_] | None, digits: str) -> list[str]:
    layers, heads = numbers.shape
    titles = ["", *(f"head {head}" for head in range(heads))]
    rows = ["".join(title.rjust(_WIDTH) for title in titles)]
    for layer in range(layers):
        cells = [f"layer {layer}"]
        for head in range(heads):
            mark = "*" if marked is not None and marked[layer, head] else " "
            cells.append(f"{numbers[layer, head]:+{digits}}{mark}")
        rows.append("".join(cell.rjust(_WIDTH) for cell in cells))
    return rows
