"""The models that aili knows by name: a few small ones that keep close to a text, each pinned to the bytes of one file.

Commit, size and checksum were taken from public records of others who downloaded these files, at least two independent
ones for each, and agree with one another; docs/models.md says more. Whatever a server sends, only these bytes are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 8_192  # tokens: some 4,500 English words and a digest of them
# Scratch space and the program itself. Measured by others for Qwen3-4B: 307 MiB of compute buffer at 512 tokens a step,
# nearly all of it scores over the vocabulary, which these models have in common.
_WORKING = 500_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A model in one GGUF file.

    ``repository``, ``commit`` and ``file`` say where its publisher has it; ``size`` is in bytes and ``sha256`` in lower
    hexadecimal digits. ``context`` is the most tokens that it reads and writes at once, ``token_bytes`` what it keeps in
    memory for each of them (layers × 2 × key-value heads × head width × 2 bytes).
    """

    name: str
    title: str
    repository: str
    commit: str
    file: str
    size: int
    sha256: str
    licence: str
    context: int
    token_bytes: int

    def memory(self, window: int = WINDOW) -> int:
        """Bytes of memory that it needs with a window of so many tokens."""
        return self.size + window * self.token_bytes + _WORKING


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            name="qwen3-1.7b",
            title="Qwen3 1.7B, 8 bits",
            repository="Qwen/Qwen3-1.7B-GGUF",
            commit="90862c4b9d2787eaed51d12237eafdfe7c5f6077",
            file="Qwen3-1.7B-Q8_0.gguf",
            size=1_834_426_016,
            sha256="061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
            licence="Apache-2.0",
            context=32_768,
            token_bytes=28 * 2 * 8 * 128 * 2,
        ),
        Model(
            name="qwen3-4b",
            title="Qwen3 4B, 4 bits",
            repository="Qwen/Qwen3-4B-GGUF",
            commit="bc640142c66e1fdd12af0bd68f40445458f3869b",
            file="Qwen3-4B-Q4_K_M.gguf",
            size=2_497_280_256,
            sha256="7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
            licence="Apache-2.0",
            context=32_768,
            token_bytes=36 * 2 * 8 * 128 * 2,
        ),
        Model(
            name="qwen3-8b",
            title="Qwen3 8B, 4 bits",
            repository="Qwen/Qwen3-8B-GGUF",
            commit="7c41481f57cb95916b40956ab2f0b139b296d974",
            file="Qwen3-8B-Q4_K_M.gguf",
            size=5_027_783_488,
            sha256="d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
            licence="Apache-2.0",
            context=32_768,
            token_bytes=36 * 2 * 8 * 128 * 2,
        ),
    )
}
