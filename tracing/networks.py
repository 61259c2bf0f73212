"""Which network a case is about: one function of one module builds and feeds it."""

from collections.abc import Callable, Collection

from tracing import classes, images
from tracing.cases import Case
from tracing.counted import COUNTED
from tracing.recurrent import RECURRENT, words
from tracing.running import Run


def make(case: Case) -> Run:
    """The network of a model on the device, with one batch."""
    return _maker(case)(case)


def _maker(case: Case) -> Callable[[Case], Run]:
    if case.kind == "diffusion":
        from tracing.denoising import denoiser  # diffusers is imported only where it is needed

        return denoiser
    if case.kind == "vision-transformer":
        return images.classifier if case.runtime == "pytorch" else classes.classifier
    for models, maker in _MAKERS:
        if case.model in models:
            return maker
    raise SystemExit(f"{case.model}: no recipe in tracing/; see tracing/networks.py")


_MAKERS: tuple[tuple[Collection[str], Callable[[Case], Run]], ...] = (
    (RECURRENT, words),
    (images.DETECTORS, images.detector),
    (images.SEGMENTERS, images.segmenter),
    (images.CLASSIFIERS, images.classifier),
    (classes.DINO_3, classes.features),
    ([name for name in COUNTED if name.startswith(("clip", "siglip"))], classes.pair),
    ([name for name in COUNTED if name.startswith("sam-vit")], classes.masks),
    ([name for name in COUNTED if name.startswith("wav2vec2")], classes.sound),
)
