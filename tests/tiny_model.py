"""A language model for tests that needs no download: random weights in llama's architecture, half a megabyte.

It knows nothing, but a real server (llama.cpp's own, in the package xllamacpp) loads it, streams its tokens over HTTP and
holds it to a JSON schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import numpy as np

WIDTH, FEED, HEADS, LAYERS = 64, 128, 4, 2
CONTEXT = 8192


def write_model(path: Path, *, seed: int = 3) -> None:
    """Write the model to ``path`` in GGUF."""
    random = np.random.default_rng(seed)
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += ["\u2581", *(f"\u2581{letter}" for letter in "etaoinsh"), *'etaoinshrdlucmfwypvbgkqjxz0123456789.,:"{}[]']
    kinds = [2, 3, 3, *[6] * 256, *[1] * (len(pieces) - 259)]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(pieces))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: "
    )

    def drawn(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.1).astype(np.float32)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, drawn(*shape))

    # One number of every embedding is the same, so that it works as a bias: against stray bytes, for the end of a string.
    embedding, output = drawn(len(pieces), WIDTH), drawn(len(pieces), WIDTH) * 4
    embedding[:, 0] = 2.0
    output[:, 0] = [
        -4.0 if kind == 6 else 1.2 if piece == '"' else 0.0 for piece, kind in zip(pieces, kinds, strict=True)
    ]
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", output)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, dtype=np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", WIDTH, WIDTH)
        add(f"blk.{layer}.ffn_gate.weight", FEED, WIDTH)
        add(f"blk.{layer}.ffn_up.weight", FEED, WIDTH)
        add(f"blk.{layer}.ffn_down.weight", WIDTH, FEED)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextmanager
def tiny_server(folder: Path) -> Iterator[str]:
    """llama.cpp's server with the model, on loopback; yields the address of its OpenAI-compatible API."""
    import xllamacpp

    path = folder / "tiny.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.warmup = False
    params.cpuparams.n_threads = 1  # two wait for one another where the machine is busy
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.verbosity = -1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
