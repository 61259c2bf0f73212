"""Tables of the guide: cases beside each other, with what each assumes."""

from collections.abc import Iterable, Sequence

from vram_atlas import chart_words
from vram_atlas import guide_words as words
from vram_atlas.cases import Case, Pair
from vram_atlas.catalog import BoardEntry
from vram_atlas.facts import attention_facts
from vram_atlas.markup import Row, blocks, link, small, table_region, text
from vram_atlas.sentences import PHASE_NAME, first_upper
from vram_atlas.switches import Switches
from vram_atlas.tables import badge, board_link, model_link
from vram_atlas.units import format_size, format_tokens

Labelled = tuple[str, Case]


def _model(found: Case) -> str:
    return model_link(found.workload.entry) + small(text(words.task_of(found)))


def _sized(found: Case) -> str:
    phase = PHASE_NAME[found.estimate.phase]
    return f"<b>{format_size(found.need)}</b>" + small(text(f"peak {phase}"))


def needs(title: str, cases: Sequence[Labelled], boards: Sequence[BoardEntry]) -> str:
    """Cases with their band, and the verdict on each of some boards."""
    head = (
        words.CASE_COLUMN,
        words.NEED_COLUMN,
        *(board_link(board) for board in boards),
        words.ASSUMED_COLUMN,
    )
    rows: list[Row] = [
        (
            f"{text(name)}{small(_model(found))}",
            f"<b>{format_size(found.need)}</b>{small(words.band(found))}",
            *(badge(found.verdict(board)) for board in boards),
            text(words.assumed([found])),
        )
        for name, found in cases
    ]
    return table_region(title, head, rows, "atlas-assumed")


def with_and_without(title: str, pairs: Iterable[Pair], without: str, changed: str) -> str:
    """Each model before and after one change."""
    head = (
        words.MODEL_COLUMN,
        text(without),
        text(changed),
        words.SAVED_COLUMN,
        words.ASSUMED_COLUMN,
    )
    rows: list[Row] = [
        (
            _model(pair.before),
            _sized(pair.before),
            _sized(pair.after),
            f"<b>{text(words.saved(pair))}</b>",
            text(words.assumed([pair.before, pair.after])),
        )
        for pair in pairs
    ]
    return table_region(title, head, rows, "atlas-assumed")


def steps(title: str, cases: Sequence[Labelled], boards: Sequence[BoardEntry]) -> str:
    """Changes on top of each other, with the verdict on boards after each."""
    head = (
        words.STEP_COLUMN,
        words.NEED_COLUMN,
        *(f"{board_link(board)}{small(format_size(board.visible))}" for board in boards),
    )
    rows: list[Row] = [
        (
            f"{text(name)}{small(text(words.measure(found)))}",
            _sized(found),
            *(badge(found.verdict(board)) for board in boards),
        )
        for name, found in cases
    ]
    caption = f"{title}. {cases[0][1].workload.entry.model.name}."
    return table_region(caption, head, rows)


def sweep(title: str, field: str, lines: Sequence[tuple[str, Sequence[tuple[int, Case]]]]) -> str:
    """Memory against one number: a row per value, a column per case."""
    head = (
        chart_words.FIELD_COLUMN[field],
        *(f"{text(name)}{small(_model(points[0][1]))}" for name, points in lines),
    )
    values = [value for value, _ in lines[0][1]]
    rows: list[Row] = [
        (
            format_tokens(value),
            *(format_size(points[index][1].need) for _, points in lines),
        )
        for index, value in enumerate(values)
    ]
    shared = words.assumed([found for _, points in lines for _, found in points])
    return table_region(f"{title}. {first_upper(shared)}.", head, rows)


def kv_cache(title: str, found: Sequence[Case]) -> str:
    """Keys and values of models at one context length, the largest first."""
    rows: list[Row] = [
        (
            model_link(item.workload.entry),
            f"<b>{format_size(item.cache)}</b>",
            words.bytes_per_token(item.cache_per_token),
            "<br>".join(text(fact) for fact in attention_facts(item.workload.entry)),
        )
        for item in sorted(found, key=lambda item: -item.cache)
    ]
    shared = first_upper(words.assumed(found))
    return table_region(f"{title}. {shared}.", words.KV_COLUMNS, rows)


def switches(method: str, found: Switches) -> str:
    """Snippets of a trick as Markdown, each with its library, version and source."""
    parts: list[str] = []
    for entry in found.of_method(method):
        library = found.libraries[entry.library]
        sources = ", ".join(
            link(source.url, words.page_name(source)) for source in found.sources_of(entry)
        )
        parts.append(words.switch_lead(entry, library, sources))
        parts.append(f"```{entry.language}\n{entry.code.rstrip()}\n```")
    return blocks(*parts)
