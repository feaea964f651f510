"""The processor threads of a training, fewer of them while other programs slow all of them down."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import torch

from attnstudio.training.contention import Remark, ThreadChoice


class AdaptedThreads:
    """Sets the threads of torch by what each update took; gives them back when it ends.

    Args:
        is_wanted: whether to change their number at all.
    """

    def __init__(self, *, is_wanted: bool) -> None:
        self._own = torch.get_num_threads()
        self._choice = ThreadChoice(self._own) if is_wanted and self._own > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        torch.set_num_threads(self._own)

    def after_update(self, *, wall_s: float, thread_s: float, tokens: int) -> Remark | None:
        """Take in an update (see `ThreadChoice`); what a trial found that ends with it."""
        choice = self._choice
        if choice is None:
            return None
        before = choice.threads
        found = choice.after_update(wall_s=wall_s, thread_s=thread_s, tokens=tokens)
        if choice.threads != before:
            torch.set_num_threads(choice.threads)
        return found

    def end(self) -> Remark | None:
        """No update comes any more; what there is to say of a trial that was under way."""
        return self._choice.end() if self._choice is not None else None
