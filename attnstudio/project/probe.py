"""How fast a run would train here and what memory it takes: found out by a few of its updates.

They are made in a process of their own: its memory is the training's alone, it can be ended at any
moment, and neither the random numbers nor the threads of this one are touched.
"""

from __future__ import annotations

import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from attnstudio.children import run_python
from attnstudio.config import RunConfig
from attnstudio.errors import TrainingError
from attnstudio.storage_errors import storing
from attnstudio.training.expected_end import Pace

_NO_ROOM = "The settings could not be tried in {path}: {reason}."
_CHILD = "from attnstudio.project.probe_worker import main; main()"


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What is tried.

    Attributes:
        corpus: its folder.
        reverse: whether the run translates against the project's direction.
        source_tokenizer: a SentencePiece model for the side that is read.
        target_tokenizer: for the side that is written; the same where both share one.
        config: every knob.
    """

    corpus: Path
    reverse: bool
    source_tokenizer: bytes
    target_tokenizer: bytes
    config: RunConfig

    def to_json(self, folder: str) -> str:
        """As the other process takes it, with a folder for what it writes."""
        return json.dumps(
            {
                "folder": folder,
                "corpus": str(self.corpus),
                "reverse": self.reverse,
                "source_tokenizer": b64encode(self.source_tokenizer).decode(),
                "target_tokenizer": b64encode(self.target_tokenizer).decode(),
                "config": self.config.model_dump(mode="json"),
                "parent": os.getpid(),
            }
        )


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe found.

    Attributes:
        quickest_s: seconds an update, at the least that must be expected.
        slowest_s: at the most.
        updates_an_epoch: updates of one pass over the corpus.
        memory_bytes: what training takes, without what the program itself does.
        on_card: whether that is memory of a graphics card.
        updates: how many were timed; 0 where a whole one took too long and was worked out from
            a part of one.
        device: ``cpu``, ``cuda`` or ``mps``.
    """

    quickest_s: float
    slowest_s: float
    updates_an_epoch: float
    memory_bytes: int
    on_card: bool
    updates: int
    device: str

    @property
    def pace(self) -> Pace:
        """How fast it goes."""
        return Pace(self.quickest_s, self.slowest_s, self.updates_an_epoch)

    def to_json(self) -> str:
        """As the other process gives it."""
        return json.dumps(asdict(self))


def probe(request: ProbeRequest, should_stop: Callable[[], bool] = lambda: False) -> Probed | None:
    """Train a few updates of a run in another process, and forget them.

    Args:
        request: what to try.
        should_stop: asked every 0.1 s; True ends the process.

    Returns:
        What was found; None when stopped.

    Raises:
        TrainingError: it could not be tried.
        StorageError: the folder for temporary files would not take a sample of the corpus.
    """
    with (
        storing(Path(tempfile.gettempdir()), _NO_ROOM),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as asked,
    ):
        asked.write(request.to_json(folder).encode())
        asked.seek(0)
        ended = run_python(_CHILD, stdin=asked, should_stop=should_stop)
    if ended is None:
        return None
    if ended.code != 0:
        lines = ended.errors.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else f"its process ended with code {ended.code}"
        raise TrainingError(
            "These settings could not be tried: {reason}.",
            hint="Training itself may still work; if not, it says what is wrong.",
            reason=reason.rstrip("."),
        )
    return Probed(**json.loads(ended.output))
