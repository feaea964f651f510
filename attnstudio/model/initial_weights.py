"""What the weights of a model are before the first update."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from attnstudio.model.cells import FedCells
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.residual import (
    Depth,
)
from attnstudio.model.transformer import TransformerModel
from attnstudio.model.transformer_layers import FeedForward
from attnstudio.tokenizer import PADDING_ID


def initialise(module: nn.Module) -> None:
    """Xavier (Glorot and Bengio 2010), a matrix a gate; see `_initialise_gates`."""
    match module:
        case nn.Linear():
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        case nn.Embedding():
            nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
            nn.init.zeros_(module.weight.data[PADDING_ID])
        case nn.GRU() | nn.LSTM():
            for name, parameter in module.named_parameters():
                _initialise_gates(parameter, module.hidden_size, recurrent="_hh_" in name)
        case FedCells():
            for name, parameter in module.named_parameters():
                _initialise_gates(
                    parameter, module.hidden_size, recurrent=name.startswith("hidden_gates")
                )


def initialise_deep(model: TransformerModel, reading: Depth, writing: Depth) -> None:
    """Values, outputs and feed-forward layers start smaller (Wang et al. 2022, figure 2)."""
    for layers, depth in ((model.encoder_layers, reading), (model.decoder_layers, writing)):
        for module in layers.modules():
            match module:
                case MultiHeadAttention():
                    smaller = [module.value, module.output]
                case FeedForward():
                    smaller = [part for part in module if isinstance(part, nn.Linear)]
                case _:
                    continue
            for linear in smaller:
                nn.init.xavier_uniform_(linear.weight, gain=depth.gain)


def _initialise_gates(parameter: Tensor, hidden_size: int, *, recurrent: bool) -> None:
    """Recurrent products start orthogonal (Bahdanau et al. 2015, B.1).

    An LSTM starts by remembering: the bias of its forget gate is 1 (Jozefowicz et al. 2015).
    """
    gates = torch.split(parameter.data, hidden_size)
    for gate in gates:
        if parameter.dim() == 1:
            nn.init.zeros_(gate)
        elif recurrent:
            nn.init.orthogonal_(gate)
        else:
            nn.init.xavier_uniform_(gate)
    if parameter.dim() == 1 and len(gates) == 4 and not recurrent:
        nn.init.ones_(gates[1])
