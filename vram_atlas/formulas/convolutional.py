"""Memory of convolutional networks: parameters, saved activations, inference transients.

The unit of account is the *feature map*: `micro-batch x channels x side x side` elements, with
`side' = floor((side + 2 padding - kernel) / stride) + 1` after a convolution or a pooling.

What PyTorch keeps for the backward pass (checked with `saved_tensors_hooks` against torchvision's
networks, see tests/test_convolutional.py):

* a convolution and a linear layer keep their input; a batch norm keeps its input and two fp32
  values per channel; a ReLU in place keeps its output, which is the storage that the next layer
  keeps as its input: one feature map, counted here with the layer that *produces* it;
* ReLU6 in place keeps a copy of its input besides;
* max pooling keeps its input and the int64 index of every winner; dropout keeps a mask of one byte;
* adding the identity keeps nothing.

Under autocast every feature map is 16-bit (batch norm runs in the type of its input), and each
weight of a convolution or linear layer has a 16-bit copy. cuDNN's workspace: for a convolution
wider than 1x1 a copy of its input, output and kernel, since kernels for tensor cores want channels
last (`copied` 1; 0 without cuDNN); seen byte for byte on an H200, in 16 bits and in TF32. Networks
that are listed as a whole are given with it, or never need it at their peak.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import assert_never

from vram_atlas.adding import add_up
from vram_atlas.formulas import listed
from vram_atlas.formulas.feature_maps import FeatureMap, Unit, units
from vram_atlas.formulas.numerics import FP32, HALF
from vram_atlas.formulas.ops import Ops
from vram_atlas.formulas.terms import InferenceActivations, ParameterGroups, TrainingActivations
from vram_atlas.schema.layers import (
    AveragePool,
    Basic,
    Bottleneck,
    Convolution,
    Convolutional,
    Dropout,
    InvertedResidual,
    Linear,
    MaxPool,
)
from vram_atlas.schema.listed import Listed


@dataclass(frozen=True, slots=True)
class _Tensors:
    """Parameters of one block: its matrices and kernels one by one, and the rest in sum.

    `margins` is what an optimizer that factors the last two dimensions keeps of the matrices:
    rows plus columns of a matrix, `2 out in k` of a kernel.
    """

    matrices: tuple[int, ...]
    other: int = 0
    margins: int = 0


@cache
def count(architecture: Convolutional) -> ParameterGroups:
    """Parameters of every block. Unit: elements.

    `linear` holds convolution kernels (`out x in/groups x kernel^2`) and fully connected matrices;
    `other` holds batch norms (a weight and a bias per channel) and biases.
    Source: torch.nn.Conv2d, BatchNorm2d, Linear; totals in torchvision's weight metadata.
    """
    tensors = tuple(_tensors(architecture))
    extra = add_up(part.count for part in architecture.other_parameters)
    largest = max(elements for block in tensors for elements in block.matrices)
    return ParameterGroups(
        linear=add_up(add_up(block.matrices) for block in tensors),
        other=add_up(block.other for block in tensors) + extra,
        largest=largest,
        largest_linear=largest,
        block=max(add_up(block.matrices) for block in tensors),
        margins=add_up(block.margins for block in tensors),
    )


def training(
    architecture: Convolutional,
    *,
    micro_batch_size: float,
    image_size: float,
    element_bytes: float,
    autocast: bool,
    ops: Ops,
    copied: float = 0,
) -> TrainingActivations:
    """Bytes that the forward pass keeps, for the whole micro-batch.

    `element_bytes` is the size of an element of the weights; under autocast feature maps are
    16-bit whatever it is. `checkpoints` are the inputs of the units that gradient checkpointing
    would wrap: one residual block, a run of plain layers up to its pooling, the classifier.
    `recomputed` is the largest such unit *with* the gradients inside it, at most everything.
    `outside` is the image batch (fp32, plus its 16-bit copy under autocast) and the fp32
    log-probabilities.
    `transient` is what the backward pass needs above `saved` at its peak: gradients are born while
    saved tensors are freed, so it is small.
    """
    element = HALF if autocast else element_bytes
    walk = tuple(
        units(
            architecture,
            micro_batch_size,
            image_size,
            element,
            ops,
            autocast=autocast,
            copied=copied,
        )
    )
    image = micro_batch_size * architecture.channels * image_size * image_size
    saved: float = 0
    peak: float = 0
    for unit in walk:
        saved = saved + unit.times * unit.saved
        peak = ops.maximum(peak, saved + unit.gradients)
    groups = count(architecture)
    copies = HALF * groups.linear if autocast else 0
    return TrainingActivations(
        saved=saved,
        checkpoints=add_up(unit.times * unit.entry for unit in walk[1:] if unit.checkpointed),
        recomputed=ops.minimum(ops.maximum(*(size for size in _recomputed(walk))), saved),
        outside=image * (element + FP32 if autocast else element) + walk[-1].log_probabilities,
        transient=peak - saved,
        weight_copies=copies,
        block_weight_copies=HALF * groups.block if autocast else 0,
        cached_copies=copies,
    )


def inference(
    architecture: Convolutional,
    *,
    micro_batch_size: float,
    image_size: float,
    element_bytes: float,
    ops: Ops,
    copied: float = 0,
) -> InferenceActivations:
    """Largest set of feature maps live at once in a forward pass without gradients. Unit: bytes.

    The image batch stays with the caller throughout. A convolution needs input + output, a batch
    norm that runs out of place input + output, a residual block its input besides; the first block
    of a stage needs a third output-sized map for its downsampling branch, and the later ones the
    stage's input, which `torch.nn.Sequential` still holds.
    """
    walk = units(architecture, micro_batch_size, image_size, element_bytes, ops, copied=copied)
    image = micro_batch_size * architecture.channels * image_size * image_size * element_bytes
    return InferenceActivations(transient=image + ops.maximum(*(unit.live for unit in walk)))


def _recomputed(walk: tuple[Unit, ...]) -> Iterator[float]:
    """Saved tensors and gradients of every unit that checkpointing wraps as one."""
    run: float = 0
    for unit in walk:
        run = unit.saved if unit.checkpointed else run + unit.times * unit.saved
        yield run / unit.blocks + unit.gradients


def _tensors(architecture: Convolutional) -> Iterator[_Tensors]:
    """Parameters block by block, repeats spelled out."""
    shape = FeatureMap(architecture.channels, architecture.image_size)
    for block in architecture.blocks:
        match block:
            case Linear():
                width = shape.channels * int(shape.side) ** 2
                yield _Tensors((width * block.features,), block.features, width + block.features)
                shape = FeatureMap(block.features, 1)
            case AveragePool():
                shape = FeatureMap(shape.channels, block.size)
            case MaxPool() | Dropout():
                pass
            case Listed():
                sizes = listed.sizes(block.tensors)
                total = listed.count_tensors(block.tensors).total
                yield _Tensors(sizes, total - add_up(sizes), listed.sides(block.tensors))
            case _:
                for index in range(block.repeat):
                    yield _block_tensors(block, shape.channels, first=index == 0)
                    shape = FeatureMap(block.channels, shape.side)


def _block_tensors(
    block: Convolution | Basic | Bottleneck | InvertedResidual, entry: int, *, first: bool
) -> _Tensors:
    """Kernels of one block with `entry` input channels."""
    out = block.channels
    kernels: tuple[int, ...]
    match block:
        case Convolution():
            kernel = out * (entry // block.groups) * block.kernel**2
            other = out * (2 * block.batch_norm + block.bias)
            return _Tensors((kernel,), other, 2 * kernel // block.kernel)
        case InvertedResidual():
            width = entry * block.expansion
            expand = (entry * width,) if block.expansion > 1 else ()
            norms = 2 * width * (len(expand) + 1) + 2 * out
            margins = 2 * (add_up(expand) + 3 * width + width * out)
            return _Tensors((*expand, 9 * width, width * out), norms, margins)
        case Basic():
            kernels = (9 * entry * out, 9 * out * out)
            norms = 4 * out
            margins = 2 * add_up(kernels) // 3
        case Bottleneck():
            width = block.width
            kernels = (entry * width, 9 * width * (width // block.groups), width * out)
            norms = 4 * width + 2 * out
            margins = 2 * (kernels[0] + kernels[1] // 3 + kernels[2])
        case _:
            assert_never(block)
    if first and (entry != out or block.stride != 1):
        return _Tensors((*kernels, entry * out), norms + 2 * out, margins + 2 * entry * out)
    return _Tensors(kernels, norms, margins)
