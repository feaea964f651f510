"""Targets whose beginning is given: the search goes on from there."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID


class Prefixes:
    """What the target of each sentence of a batch begins with.

    Where an id is given it is the only choice, with the log probability that the model gives it:
    the score of a translation is that of the whole, whoever chose its beginning. In a beam the
    other hypotheses then have a total of minus infinity and never come back.

    Args:
        ids: target ids of each sentence, without ``<s>``; none leave the model free.

    Raises:
        ValueError: one of the ids begins, ends or pads a sentence.
    """

    def __init__(self, ids: Sequence[Sequence[int]]) -> None:
        if any(not {PADDING_ID, START_ID, END_ID}.isdisjoint(given) for given in ids):
            raise ValueError("a prefix holds an id that stands for no text")
        self._ids = ids
        self._longest = max(map(len, ids), default=0)

    def refuse_longer(self, max_lengths: Sequence[int]) -> None:
        """Refuse prefixes after which no ``</s>`` could come.

        Args:
            max_lengths: most target ids of each sentence, ``</s>`` included.

        Raises:
            ValueError: there is such a prefix, or there is not one for each sentence.
        """
        for given, most in zip(self._ids, max_lengths, strict=True):
            if len(given) >= most:
                raise ValueError(f"a prefix of {len(given)} ids where {most} are the most")

    def force(self, log_probs: Tensor, sentences: Sequence[int], length: int) -> None:
        """Leave only what is given.

        Args:
            log_probs: (rows, vocabulary) of the next token; changed in place.
            sentences: of which sentence each row is.
            length: which token comes next, counted from 1.
        """
        if length > self._longest:
            return
        rows = [row for row, sentence in enumerate(sentences) if length <= len(self._ids[sentence])]
        if not rows:
            return
        places = torch.tensor(rows, device=log_probs.device)
        given = [self._ids[sentences[row]][length - 1] for row in rows]
        ids = torch.tensor(given, device=log_probs.device)
        of_given = log_probs[places, ids]
        log_probs[places] = -torch.inf
        log_probs[places, ids] = of_given
