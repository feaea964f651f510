"""How a decoder makes the features from which it predicts; known without torch."""

from __future__ import annotations

from enum import StrEnum


class FeatureKind(StrEnum):
    """How features are made."""

    NORM = "norm"  # the last norm of a Transformer
    TANH = "tanh"  # tanh(W_c [c; h]) (Luong et al. 2015, equation 5)
    MAXOUT = "maxout"  # the larger of each pair (Bahdanau et al. 2015, A.2.2)
