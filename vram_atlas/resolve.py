"""From a request to the workload it means: names looked up, defaults filled in, faults named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from vram_atlas import defaults
from vram_atlas.catalog import BoardEntry, Catalog, ModelEntry
from vram_atlas.formulas.numerics import Adapters, Projection
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.kernels import on_board
from vram_atlas.layouts import SUITABLE, make_layout, unsuited
from vram_atlas.own_model import own_entry
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.projections import PROJECTIONS, roles_of
from vram_atlas.refusal import refusals
from vram_atlas.request import OwnBoard, Request
from vram_atlas.schema.base import Decoding, Encoders, Task
from vram_atlas.schema.method import TaskMethod
from vram_atlas.schema.model import Disclosed
from vram_atlas.schema.software import Format, FormatKind, Runtime
from vram_atlas.units import BITS_PER_BYTE, Bytes, from_gib
from vram_atlas.workload import Workload

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Question:
    """A resolved request. `workload` is None where nothing but `weights`, if they, is known."""

    request: Request
    entry: ModelEntry
    workload: Workload | None
    have: Bytes | None
    weights: Bytes | None = None


def resolve(request: Request, catalog: Catalog) -> Question:
    """Look every name up and fill in every default.

    Raises ProblemsError with every fault of the request.
    """
    return _Resolver(request, catalog).question()


@dataclass(slots=True)
class _Resolver:
    """Collects faults while a request becomes a workload."""

    request: Request
    catalog: Catalog
    problems: list[Problem] = field(default_factory=list)

    def question(self) -> Question:
        """Look everything up, then build the workload if nothing was wrong."""
        entry = self._model()
        board = self._board()
        workload = weights = None
        if entry is not None and entry.architecture is not None:
            workload = self._workload(entry, entry.architecture, board)
        elif entry is not None and self.request.offload is None:
            weights = defaults.weights_alone(
                entry, self._weights(entry, board), self.request.boards
            )
        if self.problems or entry is None:
            raise ProblemsError(self.problems)
        return Question(self.request, entry, workload, self._have(board), weights)

    def _fault(self, path: str, saw: object, expected: str, tip: str = "") -> None:
        shown = f"'{saw}'" if isinstance(saw, str) else str(saw)
        self.problems.append(Problem("", 0, path, shown, expected, tip))

    def _look_up(
        self, path: str, kind: str, word: str, offered: Mapping[str, Entry], expected: str
    ) -> Entry | None:
        """An entry by id or alias; a fault that names the nearest ids where there is none."""
        found = word if word in offered else self.catalog.find(kind, word)
        if found is None or found not in offered:
            self._fault(path, word, expected, nearest(word, offered))
            return None
        return offered[found]

    def _format(
        self, path: str, word: str, expected: str, offers: Callable[[Format], bool]
    ) -> Format | None:
        """The same for a format; those that are offered are listed only for a fault."""
        formats = self.catalog.formats
        if word in formats and offers(formats[word]):
            return formats[word]
        offered = {name: one for name, one in formats.items() if offers(one)}
        return self._look_up(path, "formats", word, offered, expected)

    def _model(self) -> ModelEntry | None:
        word = self.request.model
        if not isinstance(word, str):
            entry, faults = own_entry(word, self.catalog.formats)
            self.problems += faults
            return entry
        if word not in self.catalog.models and self.catalog.find("models", word) is None:
            word = word.rsplit("/", 1)[-1]
        return self._look_up(
            "model", "models", word, self.catalog.models, "the id or an alias of a model"
        )

    def _board(self) -> BoardEntry | None:
        """The board of the catalog that is named, if one is."""
        word = self.request.board
        if word is None or isinstance(word, OwnBoard):
            return None
        expected = 'the id or an alias of a board, or a size such as {"memory_gib": 24}'
        return self._look_up("board", "boards", word, self.catalog.boards, expected)

    def _have(self, board: BoardEntry | None) -> Bytes | None:
        own = self.request.board
        if isinstance(own, OwnBoard):
            return from_gib(own.memory_gib)
        return None if board is None else board.visible

    def _workload(
        self, entry: ModelEntry, architecture: Disclosed, board: BoardEntry | None
    ) -> Workload | None:
        request, task = self.request, self.request.task
        method = self.catalog.tasks[task]
        weights = self._weights(entry, board)
        runtime = None if weights is None else self._runtime(architecture, method, weights, board)
        lengths = self._lengths(entry, architecture, method)
        cache = self._cache(runtime, weights)
        name = request.optimizer or (runtime and runtime.optimizer) or defaults.OPTIMIZER
        optimizer = self._look_up(
            "optimizer", "optimizers", name, self.catalog.optimizers, "the id of an optimizer"
        )
        targets = self._targets(request.lora_targets)
        if weights is None or runtime is None or cache is None or optimizer is None:
            return None
        adapters = self._adapters(runtime, weights, targets)
        groups = entry.groups or ParameterGroups(linear=0)
        layout, objections = make_layout(request, runtime, architecture, groups)
        unused = unsuited(
            request, runtime, architecture, optimizer=optimizer, cache=cache, groups=groups
        )
        for one in (*objections, *unused):
            self._fault(one.path, one.saw, one.expected)
        if self.problems:
            return None
        freely = None if request.runtime else board
        usual = weights if freely is None else self._weights(entry, None)
        checkpointing = request.gradient_checkpointing
        found = Workload(
            entry=entry,
            task=task,
            weights=weights,
            runtime=runtime,
            attention=request.attention or runtime.attention,
            micro_batch_size=request.micro_batch_size or method.defaults.micro_batch_size,
            gradient_accumulation_steps=request.gradient_accumulation_steps or 1,
            cache=cache,
            cache_bits=cache.cache_bits or 0,
            precision=request.precision or defaults.precision(entry, runtime, layout),
            optimizer=optimizer,
            gradient_checkpointing=defaults.checkpoints(architecture, method, runtime)
            if checkpointing is None
            else checkpointing,
            autocast=defaults.autocast(request.precision, runtime),
            adapters=adapters,
            sampled_sequences=defaults.sampled_sequences(runtime, self._have(board)),
            layout=layout,
            padded=bool(request.padded),
            decoding=request.image_decoding or Decoding.WHOLE,
            encoders=request.encoders or Encoders.CACHED,
            without_flash=False,
            in_place_of=defaults.replaced(
                entry, method, usual or weights, runtime, freely, catalog=self.catalog
            ),
            **lengths,
        )
        if board is not None:
            self.problems += [*refusals(found, board, self.catalog)]
        return found if board is None else on_board(found, board.board)

    def _weights(self, entry: ModelEntry, board: BoardEntry | None) -> Format | None:
        word, task, asked = self.request.weights, self.request.task, self.request.runtime
        if word is None:
            return defaults.weight_format(entry, task, self.catalog, asked, board)
        found = self._format(
            "weights",
            word,
            SUITABLE[task],
            lambda one: (one.weights or one.id == entry.native_format) and one.suits(task),
        )
        if found is not None and task is Task.INFERENCE and found.id == entry.native_format:
            return defaults.weight_format(entry, task, self.catalog, asked)  # the file of gpt-oss
        return None if found is None else defaults.as_published(entry, found, self.catalog)

    def _runtime(
        self,
        architecture: Disclosed,
        method: TaskMethod,
        weights: Format,
        board: BoardEntry | None,
    ) -> Runtime | None:
        """The named runtime, or the default for this task, kind and format."""
        kind, task, word = architecture.kind, self.request.task, self.request.runtime
        missing = defaults.why_untrainable(architecture)
        if missing and task is not Task.INFERENCE:
            self._fault(
                "task", task.value, f"inference: it is not known what {missing} keep in training"
            )
            return None
        found = None
        if word is None:
            found = defaults.runtime(architecture, method, weights, self.catalog, board)
            if found is not None and weights.kind in found.formats:
                return found
        able = {
            name: runtime
            for name, runtime in self.catalog.runtimes.items()
            if kind in runtime.kinds and task in runtime.tasks
        }
        if not able:
            offered = [other for other, item in self.catalog.tasks.items() if kind in item.runtimes]
            self._fault("task", task.value, f"a task for {kind} models: {' or '.join(offered)}")
            return None
        if word is not None:
            expected = f"a runtime for {task} with {kind} models"
            found = self._look_up("runtime", "runtimes", word, able, expected)
        elif found is None:
            self._fault("runtime", "nothing", f"one of {', '.join(able)}", "Name a runtime.")
        if found is not None and weights.kind not in found.formats:
            loads = [name for name, item in able.items() if weights.kind in item.formats]
            tip = f"It runs in: {', '.join(loads) or 'no runtime for this kind of model'}."
            self._fault("weights", weights.id, f"a format that {found.name} loads", tip)
        return found

    def _lengths(
        self, entry: ModelEntry, architecture: Disclosed, method: TaskMethod
    ) -> dict[str, int]:
        """Lengths in tokens and pixels; one length that is given serves for the other."""
        request, longest = self.request, entry.model.context_length
        if longest is not None and defaults.learned_positions(architecture):
            expected = f"at most {longest}, all that {entry.id} has positions for"
            for name in ("context_length", "sequence_length", "prompt_length"):
                asked = getattr(request, name)
                if asked is not None and asked > longest:
                    self._fault(name, asked, expected)
        held, trained = request.context_length, request.sequence_length
        context = held or trained or defaults.length(method.defaults.context_length, longest)
        sequence = trained or held or defaults.length(method.defaults.sequence_length, longest)
        prompt = request.prompt_length or context
        if prompt > context:
            self._fault("prompt_length", prompt, f"at most the context_length ({context})")
        native = getattr(architecture, "image_size", None)
        if request.image_size is not None and native is None:
            self._fault("image_size", request.image_size, "nothing: pictures are not counted here")
        return {
            "context_length": context,
            "sequence_length": sequence,
            "prompt_length": prompt,
            "image_size": request.image_size or native or 1,
        }

    def _cache(self, runtime: Runtime | None, weights: Format | None) -> Format | None:
        word = self.request.kv_cache or defaults.cache_format(runtime, weights)
        expected = "the id of a KV cache format"
        return self._format("kv_cache", word, expected, lambda one: one.cache_bits is not None)

    def _adapters(
        self, runtime: Runtime, weights: Format, targets: frozenset[Projection]
    ) -> Adapters | None:
        request, recipe = self.request, runtime.adapters
        if request.task not in {Task.LORA, Task.QLORA}:
            return None
        default = defaults.ADAPTER_FORMAT
        if recipe is not None:
            default = (
                recipe.lora_format if weights.kind is FormatKind.FLOAT else recipe.qlora_format
            )
        word = request.adapter_dtype or default
        form = self._format("adapter_dtype", word, "fp32, bf16 or fp16", lambda one: one.trainable)
        if form is None:
            return None
        rank = request.lora_rank or self.catalog.tasks[request.task].defaults.lora_rank or 1
        size, dropout = int(form.linear.bits / BITS_PER_BYTE), bool(request.lora_dropout)
        return Adapters(rank=rank, targets=targets, element_bytes=size, dropout=dropout)

    def _targets(self, targets: Iterable[str] | None) -> frozenset[Projection]:
        found, unknown = roles_of(targets)
        expected = 'the name of a projection, or "all-linear" instead of the list'
        for word in unknown:
            self._fault("lora_targets", word, expected, nearest(word, PROJECTIONS))
        return found
