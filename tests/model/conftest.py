"""Lets the tests of this folder import `tiny_models`, which importlib mode leaves off the path."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))
torch.set_num_threads(1)  # over tensors this small, threads only wait for each other
