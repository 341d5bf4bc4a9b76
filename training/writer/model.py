"""The question writer as a torch module: a causal decoder over the frozen states of the encoder.

UniLM's mask (arXiv 1905.03197) with its source side held fixed: each layer attends to what is written so far and to the
source's states in the encoder, with the projections of the encoder's own layer to begin with. A word piece is either taken
from a few thousand common ones or copied from the source (pointer-generator, arXiv 1704.04368); pieces that are no common
ones are read back in as the source's state where they were copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.entailment_model import Layer as Single

HEADS, WIDTH, POINTER = 12, 384, 128
LAYERS = ((2, 0), (4, 1), (5, 2))  # the encoder's layer that each begins as, and the third of the states it attends to
ROLES = 6
PLACES = 48


class Layer(Single):
    """One of the encoder's layers, attending to a source beside its own past."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.2)

    def source(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (batch, heads, length, width) of the source's states."""
        found = functional.linear(states, self.qkv.weight[WIDTH:], self.qkv.bias[WIDTH:])
        key, value = found.unflatten(-1, (2 * HEADS, -1)).transpose(1, 2).chunk(2, 1)
        return key, value

    def forward(self, x: Tensor, source: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:  # type: ignore[override]
        """States (batch, written, width); mask (batch, 1, written, source + written) is 0 where it may look."""
        query, key, value = self.qkv(x).unflatten(-1, (3 * HEADS, -1)).transpose(1, 2).chunk(3, 1)
        # Plain products: the fused attention's backward pass took a third of a step on a CPU.
        scores = query @ torch.cat([source[0], key], 2).transpose(2, 3) / (WIDTH // HEADS) ** 0.5
        seen = (scores + mask).softmax(-1).to(query.dtype) @ torch.cat([source[1], value], 2)
        x = self.norms[0](x + self.drop(self.mix(seen.transpose(1, 2).flatten(2))))
        found: Tensor = self.norms[1](x + self.drop(self.narrow(functional.gelu(self.wide(x)))))
        return found


class Writer(nn.Module):
    """Scores the next word piece of a question, given the source's states and what is written so far.

    ``common`` are the tokenizer's ids of the pieces that can be written without being copied.
    """

    def __init__(self, common: Sequence[int]) -> None:
        super().__init__()
        self.register_buffer("common", torch.tensor(common))
        self.words = nn.Embedding(len(common), WIDTH)
        self.places = nn.Parameter(torch.zeros(PLACES, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.rare = nn.Linear(WIDTH, WIDTH)
        self.roles = nn.Embedding(ROLES, WIDTH)
        self.marked = nn.Parameter(torch.zeros(WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in LAYERS)
        self.query, self.key = nn.Linear(WIDTH, POINTER), nn.Linear(2 * WIDTH, POINTER)
        self.head = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH))
        self.bias = nn.Parameter(torch.zeros(len(common)))
        self.gate = nn.Linear(WIDTH, 1)
        self.drop = nn.Dropout(0.2)
        nn.init.zeros_(self.roles.weight)

    def take(self, tensors: Mapping[str, Tensor]) -> None:
        """Begin as the encoder."""
        with torch.no_grad():
            self.words.weight.copy_(tensors["embeddings.word_embeddings.weight"][self.common])
            self.places.copy_(
                tensors["embeddings.position_embeddings.weight"][:PLACES]
                + tensors["embeddings.token_type_embeddings.weight"][0]
            )
            self.norm.weight.copy_(tensors["embeddings.LayerNorm.weight"])
            self.norm.bias.copy_(tensors["embeddings.LayerNorm.bias"])
        for layer, (number, _) in zip(self.layers, LAYERS, strict=True):
            layer.take(tensors, number)  # type: ignore[operator]

    def sources(self, states: Tensor, roles: Tensor, marks: Tensor) -> list[Tensor]:
        """The states of the three layers (batch, length, width each), with role and answer mark added."""
        more = self.roles(roles) + marks[..., None] * self.marked
        return [part + more for part in states.chunk(3, -1)]

    def forward(
        self, states: Tensor, roles: Tensor, marks: Tensor, mask: Tensor, of: Tensor, written: Tensor, origins: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Log-probabilities (batch, written, common) and (batch, written, source), and the log-odds of copying.

        ``of`` (batch) is the source of each question; ``written`` (batch, written) are places in ``common``, -1 for a
        piece that was copied from place ``origins``. Questions over one source share what is computed of it.
        """
        sources = self.sources(states, roles, marks)
        length = written.shape[1]
        x = self.words(written.clamp(min=0))
        copied = self.rare(states[..., :WIDTH][of[:, None], origins.clamp(min=0)])
        x = torch.where((written < 0)[..., None], copied.to(x.dtype), x)
        x = self.drop(self.norm(x + self.places[:length]))
        seen = mask[of]
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        look = torch.cat([seen[:, None].expand(-1, length, -1), causal.expand(len(seen), -1, -1)], -1)[:, None]
        hidden = torch.zeros(look.shape).masked_fill(~look, -1e4).to(torch.bfloat16)
        for layer, (_, part) in zip(self.layers, LAYERS, strict=True):
            key, value = layer.source(sources[part])  # type: ignore[operator]
            x = layer(x, (key[of], value[of]), hidden)
        key = self.key(torch.cat([sources[0], sources[2]], -1))[of]
        pointed = self.query(x) @ key.transpose(1, 2) / POINTER**0.5
        pointed = pointed.float().masked_fill(~seen[:, None], -1e9).log_softmax(-1)
        chosen = functional.linear(self.head(x), self.words.weight, self.bias).float().log_softmax(-1)
        return chosen, pointed, self.gate(x)[..., 0].float()
