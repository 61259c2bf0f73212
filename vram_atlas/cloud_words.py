"""The words of cloud pages. Translate them with page_words.py."""

from typing import Final

from vram_atlas.schema.cloud import InstanceFamily, Provider
from vram_atlas.schema.method import Matrix
from vram_atlas.units import format_size

CLOUDS_PATH: Final = "Clouds"
UNNAMED: Final = "GPU not named by the vendor"
NOT_IN_CATALOG: Final = "not in this catalog"
FITS_TITLE: Final = "What fits on one instance"
TYPES_TITLE: Final = "Instance types"
HEAD_TYPES: Final = ("Family", "GPU", "Memory per GPU", "Instance types")
HEAD_PROVIDERS: Final = ("Provider", "Instance types", "GPUs")
PROVIDERS_CAPTION: Final = "Clouds, and the GPUs that they rent"
RENTED_TITLE: Final = "Cloud instances that have it"
HEAD_RENTED: Final = ("Provider", "GPUs", "Instance types")
GPUS_COLUMN: Final = "GPUs"
NO_PRICES: Final = (
    "Prices are not listed: they change every week. "
    "A region may not have a type, and a type may need an application."
)
READING: Final = (
    "The largest model of this catalog that fits, not only just, with all GPUs of the instance "
    "used together. Small below: what it needs on each GPU, and what a GPU offers. "
    "Settings are those of the pages per task."
)
UNNAMED_NOTE: Final = (
    "Where the vendor does not name the GPU, only its memory is given, and nothing is computed."
)


def description(provider: Provider) -> str:
    """The line that search engines show for a provider."""
    return (
        f"GPU instances of {provider.name}: which GPU, how many, how much memory, "
        "and the largest model that fits for inference, LoRA, QLoRA and full fine-tuning."
    )


def lead(provider: Provider, types: int, boards: int) -> str:
    """What a provider rents, in one sentence."""
    return f"{provider.name} rents {boards} GPUs of this catalog in {types} instance types."


def fits_caption(provider: Provider) -> str:
    """Caption of the table with the largest models."""
    return f"{FITS_TITLE} of {provider.name}: the largest model per task"


def types_caption(provider: Provider) -> str:
    """Caption of the list of instance types."""
    return f"{TYPES_TITLE} of {provider.name}"


def rented_caption(name: str) -> str:
    """Caption of a board's instances."""
    return f"Cloud instances with {name}"


def fits_head(matrices: tuple[Matrix, ...]) -> tuple[str, ...]:
    """Columns of the table with the largest models."""
    return ("Instance", *(matrix.title for matrix in matrices))


def times(count: int, name: str) -> str:
    """'8 x NVIDIA H100 80 GB', or the name alone."""
    return name if count == 1 else f"{count} × {name}"


def stated(family: InstanceFamily) -> str:
    """Memory per GPU as the vendor states it: GB of a label, or MiB of an interface."""
    if family.memory_gb is not None:
        return f"{family.memory_gb} GB"
    return f"{family.memory_mib:,} MiB"


def each(need: int, have: int) -> str:
    """'21.3 GiB of 23.5 GiB each'."""
    return f"{format_size(need)} of {format_size(have)} each"


def count_note(count: int) -> str:
    """How many GPUs a type has."""
    return "1 GPU" if count == 1 else f"{count} GPUs"
