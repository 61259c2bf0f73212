"""LoRA beside the experts of a layer, where they are one parameter and not linear modules.

Measured with peft 0.21 on OLMoE 1B-7B and DeepSeek-V2-Lite, tensor by tensor: gate and up share a
matrix and get twice the rank; adapters are added to a copy of the experts of a layer, which the
graph keeps, and the copy has a gradient of its own. Symbols: h hidden size, m width of an expert.
"""

from vram_atlas.formulas.block import Block
from vram_atlas.formulas.numerics import Numerics
from vram_atlas.schema.architecture import ExpertsMlp


def _adapted(block: Block, numerics: Numerics) -> ExpertsMlp | None:
    """The experts of a block if they have adapters."""
    mlp = block.mlp
    if not isinstance(mlp, ExpertsMlp) or not numerics.adapts_experts:
        return None
    return mlp


def _inputs(block: Block, mlp: ExpertsMlp) -> int:
    return block.hidden if mlp.latent_size is None else mlp.latent_size


def adapter_elements(block: Block, numerics: Numerics) -> float:
    """Weights of a layer's adapters: per expert 2 r (h + 2 m) and r (m + h). Unit: elements."""
    mlp, adapters = _adapted(block, numerics), numerics.adapters
    if mlp is None or adapters is None:
        return 0
    width, inputs = mlp.expert_width, _inputs(block, mlp)
    first = 2 * (inputs + 2 * width) if mlp.gated else inputs + width
    return mlp.experts * adapters.rank * (first + width + inputs)


def merged_bytes(block: Block, numerics: Numerics) -> float:
    """The copy of a layer's experts that adapters are added to. Bytes."""
    mlp = _adapted(block, numerics)
    if mlp is None:
        return 0
    matrices = 3 if mlp.gated else 2
    return numerics.element_bytes * mlp.experts * matrices * mlp.expert_width * _inputs(block, mlp)


def merged_gradient_bytes(block: Block, numerics: Numerics) -> float:
    """Gradient of the copy of the experts' last matrices, the first one made. Bytes."""
    mlp = _adapted(block, numerics)
    if mlp is None:
        return 0
    return numerics.element_bytes * mlp.experts * mlp.expert_width * _inputs(block, mlp)
