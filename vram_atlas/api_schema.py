"""What the documents of the API look like: JSON Schema for those who read them by program.

No key has values of two types. What is not known is left out, never null.
"""

from collections.abc import Iterator
from typing import Any, Final, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from vram_atlas.addresses import page
from vram_atlas.api_parts import (
    CLOSED,
    Document,
    Listed,
    MatrixEntry,
    SourceEntry,
    Spread,
    TaskWord,
    VerdictWord,
)

FOLDER: Final = "api/v1/schema"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Index(Document):
    """index.json: everything there is, with addresses."""

    catalog_date: str
    """The latest day on which a source was read."""
    formulas_version: str
    """Changes with every formula, constant and default; see formulas.json."""
    matrices: list[MatrixEntry]
    models: list[Listed]
    boards: list[Listed]
    clouds: list[Listed]


class ParameterCounts(TypedDict):
    """All parameters, and those that a token uses."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    total: int
    active: int


class EstimateEntry(TypedDict):
    """What somebody says about a size that is not published; never computed with."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    total: str
    author: str
    date: str
    url: str


class ModelCell(TypedDict):
    """What a model needs in one matrix, and the boards that have it."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    id: str
    task: TaskWord
    weights: str
    runtime: str
    allocated_bytes: Spread
    """Inside the allocator of PyTorch."""
    peak_bytes: Spread
    """Allocated, and context and libraries: compared with the board."""
    parts: dict[str, int]
    """Adds up to allocated_bytes.expected."""
    phase: str
    assumptions: str
    boards_that_fit: list[str]
    boards_that_are_tight: list[str]
    """On every other board the verdict is `no`."""


class Model(Document):
    """models/<id>.json: a model, and its fit on all boards."""

    id: str
    name: str
    aliases: list[str]
    family: str
    developer: str
    kind: str
    released: str
    licence: NotRequired[str]
    disclosed: bool
    """False: the size is not published, and every verdict is `unknown`."""
    parameters: NotRequired[ParameterCounts]
    native_format: NotRequired[str]
    context_length: NotRequired[int]
    unlimited_context: NotRequired[bool]
    """True: nothing in the model ends a text."""
    why: NotRequired[str]
    """Why no matrix is computed; absent where they are."""
    estimates: NotRequired[list[EstimateEntry]]
    matrices: list[ModelCell]
    sources: list[SourceEntry]


class MemoryEntry(TypedDict):
    """Memory of a board: the label, the driver's total, what a program can use."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    label_gb: int
    total_bytes: int
    visible_bytes: int
    derived: bool
    """True: visible_bytes follows from a rule, nobody has published it."""
    windows_bytes: NotRequired[int]
    """What a program saw on Windows, where somebody looked."""
    type: NotRequired[str]
    bandwidth_gb_s: NotRequired[float]


class Precisions(TypedDict):
    """Formats that a board computes in."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    bf16: bool
    fp8: bool
    int8: NotRequired[bool]
    """Absent: not published."""
    fp4: bool


class BoardCell(TypedDict):
    """Models of one matrix that fit a board, the most parameters first."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    id: str
    task: TaskWord
    models_that_fit: list[str]
    models_that_are_tight: list[str]


class CloudInstance(TypedDict):
    """A cloud instance that has the board."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    provider: str
    type: str
    count: int


class PciExpressEntry(TypedDict):
    """How a card is connected to its host."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    generation: str
    lanes: int


class Board(Document):
    """boards/<id>.json: a board, and the models that fit it."""

    id: str
    name: str
    aliases: list[str]
    line: str
    vendor: str
    segment: str
    architecture: str
    memory: MemoryEntry
    precision: Precisions
    pcie: NotRequired[PciExpressEntry]
    link_gb_s: NotRequired[float]
    """Between boards, both directions together; 0: none besides PCI Express."""
    power_watt: NotRequired[int]
    launched: NotRequired[str]
    """Month or year."""
    matrices: list[BoardCell]
    cloud_instances: list[CloudInstance]
    sources: list[SourceEntry]


class InstanceEntry(TypedDict):
    """An instance type, and the GPUs of it."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    type: str
    gpu: NotRequired[str]
    """As the provider names it; absent where it does not."""
    board: NotRequired[str]
    """Absent where the GPU is not in this catalog."""
    count: int
    memory_gb: NotRequired[int]
    """Per GPU, as the provider says."""
    memory_mib: NotRequired[int]


class LargestModel(TypedDict):
    """The largest model of a matrix that fits."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    matrix: str
    model: str
    peak_bytes_per_board: int


class InstancePlace(TypedDict):
    """A number of equal boards, the instance types that have it, and what fits."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    board: str
    count: int
    types: list[str]
    models: list[LargestModel]


class Cloud(Document):
    """clouds/<id>.json: a provider's instance types, and the largest model on each."""

    id: str
    name: str
    instances: list[InstanceEntry]
    largest: list[InstancePlace]


class MeasurementEntry(TypedDict):
    """A measured row beside its estimate. Without a figure it has a board and a verdict."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    id: str
    task: TaskWord
    model: str
    runtime: str
    metric: str
    measured_bytes: NotRequired[int]
    estimated_bytes: NotRequired[int]
    error: NotRequired[float]
    """Measured divided by estimated, less one."""
    quality: str
    board: NotRequired[str]
    verdict: NotRequired[VerdictWord]
    source: str
    locator: str
    request: str
    """JSON that `build_tables.py estimate` reads."""


class Measurements(Document):
    """measurements.json: all measured rows."""

    measurements: list[MeasurementEntry]


class Formulas(Document):
    """formulas.json: which formulas, constants and defaults the numbers were made with."""

    formulas_version: str
    files: dict[str, str]
    """SHA-256 of each file that an estimate depends on."""


class GridRow(TypedDict):
    """A row of grid.csv.gz and grid.parquet. Sizes are bytes, 0 where nothing is known."""

    __pydantic_config__ = CLOSED  # type: ignore[misc]
    model: str
    matrix: str
    board: str
    verdict: VerdictWord
    need_low_bytes: int
    need_expected_bytes: int
    need_high_bytes: int
    usable_bytes: int


DOCUMENTS: Final[dict[str, Any]] = {
    "index": Index,
    "model": Model,
    "board": Board,
    "cloud": Cloud,
    "measurements": Measurements,
    "formulas": Formulas,
    "grid-row": GridRow,
}
"""By the name of their schema."""


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Path below docs/ and JSON Schema of each kind of document."""
    for name, kind in DOCUMENTS.items():
        path = f"{FOLDER}/{name}.json"
        schema = TypeAdapter(kind).json_schema()
        yield path, {"$schema": DIALECT, "$id": page(path), **schema}
