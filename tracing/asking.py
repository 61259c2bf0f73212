"""From a request of the Atlas to the run that it describes. Needs no PyTorch."""

from collections.abc import Mapping

from tracing.cases import Case
from vram_atlas.catalog import Catalog
from vram_atlas.formulas.numerics import FP32
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.schema.architecture import Encoder
from vram_atlas.schema.base import Precision, Task
from vram_atlas.schema.layers import Diffusion, JointTransformer, Recurrent, UNet
from vram_atlas.schema.listed import DiffusionTransformer
from vram_atlas.workload import Workload

RECTANGLES: Mapping[str, tuple[int, int]] = {
    "wan2.1-t2v-1.3b": (832, 480),
    "cogvideox-2b": (720, 480),
    "cogvideox-5b": (720, 480),
    "ltx-video-2b": (704, 512),
    "wan2.2-ti2v-5b": (1280, 704),
    "stable-video-diffusion-xt": (1024, 576),
}
"""Videos whose default size is no square: the Atlas has a square of as many pixels."""


def case_of(request: Mapping[str, object], catalog: Catalog) -> Case:
    """The run of a request, every default filled in. Raises ProblemsError as `estimate` does."""
    question = resolve(make_request(dict(request)), catalog)
    workload = question.workload
    if workload is None:
        model = str(request["model"])
        raise ProblemsError([Problem("", 0, "model", model, "a model whose size is published")])
    architecture = workload.entry.architecture
    trains = workload.task is not Task.INFERENCE
    width, height = _pixels(workload, request)
    adapters = workload.adapters
    wide = adapters is not None and adapters.element_bytes == FP32
    return Case(
        model=workload.entry.id,
        kind=workload.entry.model.architecture.kind,
        runtime=workload.runtime.id,
        task=workload.task.value,
        form=_form(workload),
        batch=workload.micro_batch_size,
        autocast=_autocast(workload),
        adapter_form="" if adapters is None else "fp32" if wide else _form(workload),
        rank=0 if adapters is None else int(adapters.rank),
        optimizer=workload.optimizer.id,
        width=width,
        height=height,
        frames=architecture.frames if isinstance(architecture, Diffusion) else 1,
        tokens=workload.sequence_length if trains else workload.context_length,
        text=_text(architecture) if isinstance(architecture, Diffusion) else 0,
        checkpointing=workload.gradient_checkpointing and trains,
        decoding=workload.decoding.value,
        dropout=isinstance(architecture, Encoder | Recurrent) and bool(architecture.dropout),
    )


def _pixels(workload: Workload, request: Mapping[str, object]) -> tuple[int, int]:
    """Width and height; 1 where a model takes no images."""
    if "image_size" not in request and workload.entry.id in RECTANGLES:
        return RECTANGLES[workload.entry.id]
    return workload.image_size, workload.image_size


def _text(architecture: Diffusion) -> int:
    """Tokens of text that the denoiser sees."""
    return next(
        part.shape.context_tokens
        for part in architecture.components
        if isinstance(part.shape, UNet | JointTransformer | DiffusionTransformer)
    )


def _form(workload: Workload) -> str:
    if workload.task is not Task.FULL:
        return workload.weights.id
    return "bf16" if workload.precision is Precision.BF16 else "fp32"


def _autocast(workload: Workload) -> bool:
    if workload.task is Task.FULL:
        return workload.precision is Precision.AMP
    return workload.autocast and workload.task is not Task.INFERENCE
