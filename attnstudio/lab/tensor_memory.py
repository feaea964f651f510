"""The most memory that tensors take at once while something is computed."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, Self

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class TensorMemory(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own
    """Counts the bytes of tensors that are made while it is entered, until they are freed.

    It sees what each of torch's operations gives, also backward, and so counts the same on every
    system and device, whatever the allocator keeps. What an operation needs inside of itself and
    frees before it ends is not seen. Everything takes longer meanwhile.

    Attributes:
        peak_bytes: the most at once so far.
    """

    def __init__(self, known: Sequence[Tensor]) -> None:
        """Count all but the storages of some tensors, such as the weights of a model."""
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own
        self.peak_bytes = 0
        self._bytes = 0
        self._known = {_place(tensor) for tensor in known}

    def __enter__(self) -> Self:
        super().__enter__()  # type: ignore[no-untyped-call]  # torch's own
        return self

    def __torch_dispatch__(
        self,
        operation: Callable[..., Any],
        _types: Sequence[type],
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever an operation gives
        """Let an operation do its work, and count what is new."""
        found = operation(*arguments, **(keywords or {}))
        for each in tree_leaves(found):
            if isinstance(each, Tensor):
                self._count(each)
        return found

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        place, size = _place(tensor), storage.nbytes()
        if place in self._known:  # a view of what was counted, or was there before
            return
        self._known.add(place)
        self._bytes += size
        self.peak_bytes = max(self.peak_bytes, self._bytes)
        weakref.finalize(storage, self._free, place, size)

    def _free(self, place: int, size: int) -> None:
        self._known.discard(place)
        self._bytes -= size


def _place(tensor: Tensor) -> int:
    """What tells a storage from all others that are alive."""
    storage: torch.UntypedStorage = tensor.untyped_storage()
    return int(storage._cdata)
