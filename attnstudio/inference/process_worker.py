"""What a process does that searches batches beside another one: see `processes`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from typing import IO, Any

import psutil
import torch
from pydantic import TypeAdapter
from safetensors.torch import load_file

from attnstudio.allocator import give_back_memory, keeping_memory
from attnstudio.config_model import ModelConfig
from attnstudio.inference.batch_bytes import (
    Frame,
    found_frame,
    read_frame,
    task_of,
    write_frame,
)
from attnstudio.inference.batch_search import BatchSearch
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import ModelSpec, TextSpec
from attnstudio.model.trained import TrainedModel
from attnstudio.model.weights import adopt_weights


def main() -> None:
    """Read what model it is and then batch after batch from stdin; answer each on stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    answers = _own_stdout()
    asked = read_frame(sys.stdin.buffer).facts
    torch.set_num_threads(1)
    search = BatchSearch(TrainedModel.of(_model(asked)))
    give_back_memory()  # which laying out the weights took
    write_frame(answers, Frame({}, {}))  # it is ready
    process = psutil.Process()
    with keeping_memory():
        while True:
            try:
                task = task_of(read_frame(sys.stdin.buffer))
            except EOFError:  # there is nothing more to do
                return
            found = found_frame(search.find(task))
            facts = {**found.facts, "bytes": _own_bytes(process)}
            write_frame(answers, Frame(facts, found.arrays))


def _own_bytes(process: psutil.Process) -> int:
    """Memory that it does not share, as far as the system tells at once.

    To be exact, the system looks at every page, which took 30 ms.
    """
    memory = process.memory_info()
    return int(getattr(memory, "private", memory.rss - getattr(memory, "shared", 0)))


def _own_stdout() -> IO[bytes]:
    """Where answers go; what anybody else prints goes to stderr and spoils none."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _model(asked: Mapping[str, Any]) -> SequenceModel:
    """The model that `processes.model_facts` tells of; its weights stay in their mapped file."""
    config: ModelConfig = TypeAdapter(ModelConfig).validate_python(asked["config"])
    sources = {name: TextSpec(*told) for name, told in asked["sources"].items()}
    with torch.device("meta"):
        model = build_model(config, ModelSpec(sources, asked["target_vocabulary"]))
    adopt_weights(model, load_file(asked["weights"]))
    return model
