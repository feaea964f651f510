"""Lets these tests import the modules beside them, and `tiny_models` of the models' own tests."""

import sys
from pathlib import Path

import torch

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "model"):
    sys.path.insert(0, str(folder))
torch.set_num_threads(1)  # over tensors this small, threads only wait for each other
