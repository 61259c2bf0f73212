"""Recurrent language models of the catalog, as PyTorch's layers on cuDNN."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from tracing.cases import Case
from tracing.places import building, ids
from tracing.running import Run

_DROPPED = 0.5


@dataclass(frozen=True)
class Recurrent:
    """A recurrent language model of the catalog."""

    cell: str
    embedding: int
    hidden: tuple[int, ...]
    vocabulary: int
    tied: bool = False


RECURRENT: Mapping[str, Recurrent] = {
    "lstm-wikitext-2": Recurrent("lstm", 200, (200, 200), 33278),
    "gru-wikitext-2": Recurrent("gru", 200, (200, 200), 33278),
    "awd-lstm-wikitext-2": Recurrent("lstm", 400, (1150, 1150, 400), 33278, tied=True),
    "awd-lstm-penn-treebank": Recurrent("lstm", 400, (1150, 1150, 400), 10000, tied=True),
    "zaremba-lstm-medium": Recurrent("lstm", 650, (650, 650), 10000),
    "zaremba-lstm-large": Recurrent("lstm", 1500, (1500, 1500), 10000),
}
"""By the id of the model."""


class _Words(nn.Module):
    """Embedding, recurrent layers, output matrix. Layers of one width are one module of cuDNN."""

    def __init__(self, shape: Recurrent, *, dropout: bool) -> None:
        super().__init__()
        cell = nn.LSTM if shape.cell == "lstm" else nn.GRU
        share = _DROPPED if dropout else 0.0
        widths = shape.hidden
        self.dropout = nn.Dropout(share)
        self.embedding = nn.Embedding(shape.vocabulary, shape.embedding)
        self.layers = nn.ModuleList(
            [cell(shape.embedding, widths[0], len(widths), dropout=share)]
            if len({*widths}) == 1
            else [
                cell(entry, out)
                for entry, out in zip((shape.embedding, *widths), widths, strict=False)
            ]
        )
        self.head = nn.Linear(widths[-1], shape.vocabulary)
        if shape.tied:
            self.head.weight = self.embedding.weight

    def forward(self, words: Any, states: list[Any] | None = None) -> Any:
        stream = self.dropout(self.embedding(words))
        new = []
        for number, layer in enumerate(self.layers):
            stream, state = layer(stream, None if states is None else states[number])
            new.append(state)
            stream = self.dropout(stream)
        return self.head(stream), new


def words(case: Case) -> Run:
    """The network with a text; without gradients three tokens, one after the other."""
    shape = RECURRENT[case.model]
    with building(case.form):
        network = _Words(shape, dropout=case.dropout)
    text = ids(case.tokens if case.trains else 1, case.batch, below=shape.vocabulary)

    def forward() -> None:
        states = None
        for _ in range(3):
            logits, states = network(text, states)
            torch.softmax(logits, -1)

    def loss() -> Any:
        logits, _ = network(text)
        return functional.cross_entropy(logits.view(-1, shape.vocabulary), text.view(-1))

    return Run(network, forward, loss)
