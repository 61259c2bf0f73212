"""Tables of the reference pages: software facts, defaults, bands, sources, coverage."""

from collections import Counter

from vram_atlas import reference_words as words
from vram_atlas.catalog import Catalog
from vram_atlas.markup import Row, link, small, source_link, table_region, text
from vram_atlas.request import Request
from vram_atlas.schema.band import Basis
from vram_atlas.schema.software import Format, Optimizer, Runtime
from vram_atlas.sentences import KIND_NAME
from vram_atlas.units import format_size, from_mib


def formats(catalog: Catalog) -> str:
    """Number formats with their effective bits."""
    rows = (_format_row(item, catalog) for item in catalog.formats.values() if item.weights)
    return table_region(words.FORMATS_CAPTION, words.HEAD_FORMATS, rows)


def _format_row(item: Format, catalog: Catalog) -> Row:
    source = catalog.sources["data/formats.yml"][item.source]
    experts = f"{item.experts.bits:g}" if item.experts is not None else words.DASH
    note = small(text(item.note)) if item.note else ""
    return (
        f"{text(item.name)}{small(f'<code>{item.id}</code>')}{note}",
        f"{item.linear.bits:.4g}",
        experts,
        f"{item.embedding_bits:g}",
        f"{item.head_bits:g}",
        ", ".join(words.format_uses(item)),
        source_link(source),
    )


def optimizers(catalog: Catalog) -> str:
    """What optimizers keep, and what their step needs for a moment."""
    rows = (_optimizer_row(item, catalog) for item in catalog.optimizers.values())
    return table_region(words.OPTIMIZERS_CAPTION, words.HEAD_OPTIMIZERS, rows)


def _optimizer_row(item: Optimizer, catalog: Catalog) -> Row:
    source = catalog.sources["data/optimizers.yml"][item.source]
    return (
        f"{text(item.name)}{small(f'<code>{item.id}</code>')}",
        words.optimizer_states(item),
        words.optimizer_step(item),
        source_link(source),
    )


def licences(catalog: Catalog) -> str:
    """The closed list of licences, with how many models each has."""
    used = Counter(
        entry.model.licence.name for entry in catalog.models.values() if entry.model.licence
    )
    rows = (
        (f"<code>{item.id}</code>", text(item.name), item.spdx or words.DASH, str(used[item.id]))
        for item in catalog.licences.values()
    )
    return table_region(words.LICENCES_CAPTION, words.HEAD_LICENCES, rows)


def runtimes(catalog: Catalog) -> str:
    """Software stacks and how they differ."""
    rows = (_runtime_row(item, catalog) for item in catalog.runtimes.values())
    return table_region(words.RUNTIMES_CAPTION, words.HEAD_RUNTIMES, rows)


def _runtime_row(item: Runtime, catalog: Catalog) -> Row:
    source = catalog.sources["data/runtimes.yml"][item.source]
    context = item.context
    outside = f"{format_size(from_mib(context.expected_mib))}" + small(
        f"{format_size(from_mib(context.low_mib))} to {format_size(from_mib(context.high_mib))}"
    )
    note = small(text(item.note)) if item.note else ""
    return (
        f"{text(item.name)}{small(f'<code>{item.id}</code> {text(item.version)}')}{note}",
        ", ".join(item.tasks),
        item.attention,
        words.loss_buffer(item),
        outside,
        source_link(source),
    )


def request_fields() -> str:
    """The fields of a request to `estimate`, from the model that reads them."""
    rows = (
        (f"<code>{name}</code>", text(field.description or ""))
        for name, field in Request.model_fields.items()
    )
    return table_region(words.REQUEST_CAPTION, words.HEAD_REQUEST, rows)


def defaults(catalog: Catalog) -> str:
    """What is assumed where a question does not say."""
    rows = (
        (
            text(task.title),
            text(task.summary),
            words.defaults(task.defaults),
            words.default_runtimes(
                {kind: catalog.runtimes[name].name for kind, name in task.runtimes.items()}
            ),
        )
        for task in catalog.tasks.values()
    )
    return table_region(words.DEFAULTS_CAPTION, words.HEAD_DEFAULTS, rows)


def bands(catalog: Catalog) -> str:
    """Low and high ends, with the number of measured runs behind them."""
    measured = [
        (
            f"{text(catalog.tasks[band.task].title)}{small(words.band_of(band))}",
            f"{band.low:+.1%}",
            f"{band.high:+.1%}",
            str(band.rows),
            text(words.BASIS[band.basis]),
        )
        for band in catalog.margins.bands.values()
    ]
    stated = [
        (
            f"{text(task.title)}{small(words.OTHER_BANDS)}",
            f"{task.unmeasured.low:+.1%}",
            f"{task.unmeasured.high:+.1%}",
            "0",
            text(words.BASIS[Basis.FEW]),
        )
        for task in catalog.tasks.values()
    ]
    return table_region(words.BANDS_CAPTION, words.HEAD_BANDS, measured + stated)


def proven(catalog: Catalog) -> str:
    """How full a board was when runs finished, and from where on one failed."""
    rows = (
        (
            text(words.CIRCUMSTANCE[item.when]),
            f"{item.share:.1%}",
            str(item.finished),
            str(item.failed),
        )
        for item in catalog.margins.proven.values()
    )
    return table_region(words.PROVEN_CAPTION, words.HEAD_PROVEN, rows)


def methods(catalog: Catalog) -> str:
    """Tricks: what each changes and costs."""
    rows = (
        (
            link(f"../tricks/{item.id}.html", item.title),
            text(item.changes) + small(f"{words.COSTS}{text(item.costs)}"),
        )
        for item in catalog.methods.values()
    )
    return table_region(words.METHODS_CAPTION, words.HEAD_METHODS, rows)


def coverage(catalog: Catalog) -> str:
    """How much there is, and how much of it is observed."""
    kinds: Counter[str] = Counter(
        entry.model.architecture.kind for entry in catalog.models.values()
    )
    rows: list[Row] = [
        (words.coverage_kind(KIND_NAME[kind]), str(kinds[kind]))
        for kind in KIND_NAME
        if kinds[kind]
    ]
    derived = Counter(board.memory.derived for board in catalog.boards.values())
    rows += [
        (words.OBSERVED_BOARDS, str(derived[False])),
        (words.DERIVED_BOARDS, str(derived[True])),
    ]
    return table_region(words.COVERAGE_CAPTION, ("What", "Entries"), rows)
