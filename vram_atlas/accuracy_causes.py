"""What we believe about each large miss and each wrong verdict: rows by rule, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vram_atlas.accuracy import source
from vram_atlas.measurements import Measurement
from vram_atlas.schema.base import Task
from vram_atlas.schema.measurement import Metric


@dataclass(frozen=True, slots=True)
class Cause:
    """What we believe about rows of one source: those of these models, or of all."""

    file: str
    metric: Metric
    task: Task
    why: str
    models: frozenset[str] = frozenset()

    def explains(self, one: Measurement) -> bool:
        """Whether a row is one of them."""
        question = one.question
        return (
            source(one) == self.file
            and one.row.metric is self.metric
            and question.request.task is self.task
            and (not self.models or question.entry.id in self.models)
        )


_OWN: Final = "vram-atlas-images"
CAUSES: Final = (
    Cause(
        "vram-atlas-language",
        Metric.PEAK_ALLOCATED,
        Task.INFERENCE,
        "Disentangled attention needs one tensor of scores more than a trace of the class without "
        "a GPU finds: the GPU kernels of it were not looked at.",
        frozenset({"deberta-v3-base"}),
    ),
    Cause(
        "vram-atlas-language",
        Metric.PEAK_ALLOCATED,
        Task.INFERENCE,
        "Eager attention of BERT rotates nothing, so queries and keys exist once. We count them "
        "before and after rotation.",
        frozenset({"bert-base-uncased"}),
    ),
    Cause(
        "fms-acceleration",
        Metric.STATIC_ALLOCATED,
        Task.QLORA,
        "Memory at rest on 4 GPUs with FSDP. Each GPU keeps all quantisation constants, the "
        "gradients of its adapters and work buffers. We count a share of the weights and the "
        "optimizer states. That is about 0.2 GiB of 1.2 GiB; the peak of the same runs is within "
        "the band.",
        frozenset({"llama-3-8b", "mistral-7b-v0.1"}),
    ),
    *(
        Cause(
            "meta-pytorch-torchtune",
            Metric.PEAK_ALLOCATED,
            task,
            "These runs were compiled. torch.compile fuses the loss: 16-bit logits are kept, not "
            "fp32 probabilities. We compute the recipes as they are published, uncompiled.",
        )
        for task in (Task.LORA, Task.QLORA)
    ),
    Cause(
        "ggml-org-llama.cpp",
        Metric.FILE_SIZE,
        Task.INFERENCE,
        "Early Q2_K files of LLaMA and Llama 2 use a mix of block types with more bits. Those of "
        "later models agree.",
        frozenset({"llama-33b", "llama-65b", "llama-2-7b"}),
    ),
    Cause(
        "huggingface-blog",
        Metric.WEIGHTS_ONLY,
        Task.INFERENCE,
        "The figure is what was reserved after loading. Loading reads 16-bit weights and then "
        "quantises them, and the allocator keeps the freed memory. We count the weights alone.",
        frozenset({"flux.1-dev"}),
    ),
    Cause(
        "llm-d-incubation-llm-d-planner",
        Metric.ACTIVATIONS_ONLY,
        Task.INFERENCE,
        "Not explained. vLLM reserved less than half of what it reserves for other dense models "
        "with a vocabulary of this size.",
        frozenset({"mistral-small-3.1-24b"}),
    ),
    Cause(
        "ikawrakow-ik-llama.cpp",
        Metric.ACTIVATIONS_ONLY,
        Task.INFERENCE,
        "llama.cpp of April 2025 also kept the attention mask in two formats beside the logits: "
        "45 MiB at 32,768 tokens. Another log of the same file has exactly the estimate.",
        frozenset({"glm-4-32b-0414"}),
    ),
    Cause(
        "vram-atlas-llama.cpp",
        Metric.ACTIVATIONS_ONLY,
        Task.INFERENCE,
        "The order in which llama.cpp gives places to tensors. The logits go behind the last "
        "stream, and that lies before or behind a hole that they do not fit into: by 20 to 80 MiB. "
        "We count the stream alone, and behind a shared expert the outputs of the experts.",
        frozenset(
            {
                "glm-4.5-air",
                "mistral-nemo-12b",
                "phi-3-mini",
                "phi-4",
                "qwen3-235b-a22b",
                "qwen3-30b-a3b",
            }
        ),
    ),
    Cause(
        "vram-atlas-llama.cpp",
        Metric.ACTIVATIONS_ONLY,
        Task.INFERENCE,
        "At 131,072 tokens the mask of the attention layers is 128 MiB, and in these stacks of "
        "state layers the logits lie behind it. In others with state layers they do not, so we "
        "count the larger of both.",
        frozenset({"nemotron-nano-9b-v2", "qwen3-next-80b-a3b"}),
    ),
    Cause(
        "vram-atlas-llama.cpp",
        Metric.ACTIVATIONS_ONLY,
        Task.INFERENCE,
        "llama.cpp multiplies BitNet's logits with the input table itself. That one stays in the "
        "host's memory and is copied into this buffer, 261 MiB. We count it with the weights.",
        frozenset({"bitnet-b1.58-2b-4t"}),
    ),
    Cause(
        _OWN,
        Metric.PEAK_ALLOCATED,
        Task.LORA,
        "DINOv2 scales each branch by a vector. Under autocast the result is fp32, and so is its "
        "gradient, which the backward pass of a recomputed block holds beside the 16-bit one. Not "
        "counted.",
        frozenset({"dinov2-s"}),
    ),
    Cause(
        _OWN,
        Metric.PEAK_ALLOCATED,
        Task.FULL,
        "These networks are written down as a whole, without blocks. So all gradients are added to "
        "everything that is saved, though saved tensors are freed while gradients come: too much.",
        frozenset(
            {
                "efficientnet-v2-s",
                "fcn-resnet-50",
                "ssd300-vgg-16",
            }
        ),
    ),
    Cause(
        _OWN,
        Metric.PEAK_ALLOCATED,
        Task.FULL,
        "cuDNN's workspaces for the convolutions over the wave, in the backward pass. They are "
        "counted without gradients only.",
        frozenset({"wav2vec2-base", "wav2vec2-xlsr-53"}),
    ),
    Cause(
        _OWN,
        Metric.PEAK_ALLOCATED,
        Task.INFERENCE,
        "cuDNN chooses its kernels layer by layer. Here it copied the maps of a 1x1 convolution, "
        "for which we count no workspace, or did without one for a single small image.",
        frozenset({"deeplabv3-resnet-101", "fcn-resnet-50", "ssd300-vgg-16"}),
    ),
    Cause(
        _OWN,
        Metric.PEAK_ALLOCATED,
        Task.LORA,
        "Not explained: without gradient checkpointing the blocks keep less than a trace of their "
        "class without data finds. With it the same model is within 1 %.",
        frozenset({"flux.2-klein-4b"}),
    ),
    Cause(
        "hpcaitech-colossalai",
        Metric.AFTER_FORWARD,
        Task.FULL,
        "A GPU that is not named. After the forward pass one thread has worked, and cuBLAS takes "
        "8 MiB in it on most GPUs; we count 33 MiB in each of two, as on Hopper.",
        frozenset({"resnet-18", "resnet-34", "resnet-50"}),
    ),
)
"""Of every row with an error beyond 10 %. A test fails when one is missing or explains nothing."""

WRONG_CAUSES: Final[tuple[Cause, ...]] = ()
"""Of every wrong verdict, with the same promise; none is wrong now."""


def cause(one: Measurement, causes: Sequence[Cause]) -> str:
    """What we believe about a row; empty without a cause."""
    return next((item.why for item in causes if item.explains(one)), "")
