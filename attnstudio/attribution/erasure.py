"""What a source word is worth: how much less likely the target becomes where it is erased.

Erasing is replacing by ``<unk>`` (Zintgraf et al. 2017 and Li et al. 2016 call it occlusion and
representation erasure). A word is erased whole, since half a word still tells what it was. This is
no estimate: it is what the model does, and what the other attributions are held against.
"""

from __future__ import annotations

import torch
from torch import Tensor

from attnstudio.attribution.example import Example, log_probs_in_parts
from attnstudio.attribution.work import Work
from attnstudio.model.interface import SequenceModel


@torch.inference_mode()
def erasure(model: SequenceModel, example: Example, work: Work | None = None) -> Tensor | None:
    """log p(y_t | source) - log p(y_t | source without word j), in nats, of either sign.

    What a word changes is shared out evenly among its pieces, so that the pieces of a word add up
    to it. A place of no word has 0.

    Returns:
        (tgt_len, src_len); None when stopped.
    """
    work = work or Work()
    erased = [example.without([word]) for word in range(len(example.words))]
    sources = torch.stack([example.source[0], *erased])
    parts: list[Tensor] = []
    for part in log_probs_in_parts(model, example, sources):
        parts.append(part)
        if work.should_stop():
            return None
        work.progress(sum(map(len, parts)) / len(sources))
    log_probs = torch.cat(parts)
    changes = log_probs[0] - log_probs[1:]  # (words, tgt_len)
    found = torch.zeros(example.targets.size(1), example.source.size(1), device=changes.device)
    for word, change in zip(example.words, changes, strict=True):
        found[:, list(word)] = (change / len(word)).unsqueeze(1)
    return found
