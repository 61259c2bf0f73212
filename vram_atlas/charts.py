"""From estimates to charts: rows, titles that state what was found, and the same as a table.

How pages use them::

    chart = breakdown(grid.of_model(entry))  # None: nothing to draw
    figure(chart, album.picture(chart))  # figures.py: title, picture, table

Drawn by drawing.py as SVG that takes the page's text colour, so it suits both palettes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vram_atlas import chart_layouts as layouts
from vram_atlas import chart_words as words
from vram_atlas import memory_lines
from vram_atlas.cases import Case, Pair
from vram_atlas.catalog import BoardEntry
from vram_atlas.cells import Cell
from vram_atlas.drawing import Row
from vram_atlas.estimator import Estimate
from vram_atlas.facts import attention_facts
from vram_atlas.formulas.phases import Part
from vram_atlas.memory_lines import gib
from vram_atlas.pictures import Chart, Numbers
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.sentences import VERDICT_WORD, first_upper
from vram_atlas.units import KIB, Bytes, format_size, format_tokens
from vram_atlas.verdict import Verdict

Points = Sequence[tuple[int, int]]
"""A number that is varied, and the bytes that it leads to."""


def breakdown(cells: Sequence[Cell]) -> Chart | None:
    """Bars of what the peak consists of, one per cell that has an estimate; None without any."""
    found = [(cell.matrix.title, cell.estimate) for cell in cells if cell.estimate is not None]
    if not found:
        return None
    name = cells[0].entry.model.name
    return _bars(found, words.model_parts(name, _needs(found)), name)


def parts(found: Case, board: BoardEntry | None = None) -> Chart:
    """One case as one bar, against the memory of a board."""
    label = words.case(found.workload)
    finding = words.one_case(label, dict(_parts(found.estimate)), found.need)
    ends = memory_lines.ends([] if board is None else [board])
    title = words.subject(_model(found), finding)
    return _bars([(label, found.estimate)], title, _model(found), ends)


def cases(title: str, given: Sequence[tuple[str, Case]]) -> Chart:
    """Several cases as bars."""
    found = [(label, case.estimate) for label, case in given]
    finding = words.largest_and_smallest(_needs(found))
    return _bars(found, words.subject(title, finding), title)


def with_and_without(title: str, pairs: Sequence[Pair], without: str, changed: str) -> Chart:
    """Two bars per model: before and after a change."""
    shares = [(_model(pair.before), pair.share) for pair in pairs]
    found = [
        (f"{_model(case)}, {label}", case.estimate)
        for pair in pairs
        for case, label in ((pair.before, without), (pair.after, changed))
    ]
    return _bars(found, words.subject(title, words.with_and_without(shares)), title)


def _model(case: Case) -> str:
    return case.workload.entry.model.name


def _needs(found: Sequence[tuple[str, Estimate]]) -> list[tuple[str, int]]:
    return [(label, estimate.peak.expected) for label, estimate in found]


def _labels(needs: Iterable[tuple[str, int]]) -> list[str]:
    """What stands above the bars. Two bars of one label would be drawn over each other."""
    found = [words.bar(label, size) for label, size in needs]
    twice = sorted({label for label in found if found.count(label) > 1})
    if twice:
        raise ProblemsError(
            Problem("", 0, "chart", f"'{label}' twice", "a label of its own for each bar")
            for label in twice
        )
    return found


def _parts(estimate: Estimate) -> Iterator[tuple[str, Bytes]]:
    """All parts of a peak under their names, in the order of the legend; none that is empty."""
    for part in Part:
        if size := estimate.parts.get(part):
            yield words.part_name(part), size
    yield words.part_name(None), Bytes(estimate.peak.expected - estimate.allocated.expected)


def _bars(
    found: Sequence[tuple[str, Estimate]],
    title: str,
    about: str,
    ends: Mapping[str, Bytes] | None = None,
) -> Chart:
    labels = _labels(_needs(found))
    sizes = [dict(_parts(estimate)) for _, estimate in found]
    order = [words.part_name(part) for part in (*Part, None)]
    names = tuple(name for name in order if any(name in row for row in sizes))
    rows: dict[str, list[Row]] = {
        "parts": [
            {"bar": label, "part": name, "order": order.index(name), "gib": gib(size)}
            for label, row in zip(labels, sizes, strict=True)
            for name, size in row.items()
        ]
    }
    if ends:
        rows["rules"] = memory_lines.across(ends, max(size for _, size in _needs(found)))
    numbers = Numbers(
        (
            words.CASE_COLUMN,
            words.PEAK_COLUMN,
            *(first_upper(name) for name in names),
            words.TOTAL_COLUMN,
        ),
        tuple(
            (
                label,
                words.phase(estimate),
                *(format_size(row[name]) if name in row else words.DASH for name in names),
                format_size(estimate.peak.expected),
            )
            for (label, estimate), row in zip(found, sizes, strict=True)
        ),
    )
    layout = layouts.bars(names, len(found), sizes=bool(ends))
    return Chart(layout, rows, title, words.list_of_bars(about, labels), numbers)


def lines(
    title: str, series: Mapping[str, Points], field: str, sizes: Mapping[str, Bytes] | None = None
) -> Chart:
    """Lines of memory against a field of a request.

    series   by name: pairs of a value and bytes; not empty
    sizes    memory of boards to compare with, by label; those inside the picture are drawn
    """
    rows: list[Row] = [
        {"series": name, "value": value, "gib": gib(size)}
        for name, points in series.items()
        for value, size in points
    ]
    values = sorted({value for points in series.values() for value, _ in points})
    top = max(size for points in series.values() for _, size in points)
    ends = [(name, *points[0], *points[-1]) for name, points in series.items()]
    by_value = [dict(points) for points in series.values()]
    numbers = Numbers(
        (words.FIELD_COLUMN[field], *series),
        tuple(
            (
                format_tokens(value),
                *(format_size(line[value]) if value in line else words.DASH for line in by_value),
            )
            for value in values
        ),
    )
    return Chart(
        layouts.lines(tuple(series), field, values[0], values[-1]),
        {"lines": rows, "rules": memory_lines.inside(sizes or {}, top)},
        words.subject(title, words.growth(field, ends)),
        words.lines(title, ends),
        numbers,
    )


def waterfall(title: str, steps: Sequence[tuple[str, Case]], boards: Sequence[BoardEntry]) -> Chart:
    """What is needed after each change on top of those before, against the memory of boards."""
    needs = [(label, case.need) for label, case in steps]
    rows: list[Row] = []
    before = needs[0][1]
    for bar, (_, need) in zip(_labels(needs), needs, strict=True):
        rows.append({"bar": bar, "kind": "need", "from": 0, "to": gib(need), "gib": gib(need)})
        if need < before:
            saved = gib(before - need)
            hangs = {"from": gib(need), "to": gib(before), "gib": saved}
            rows.append({"bar": bar, "kind": "saved", **hangs})
        before = need
    fits: dict[str, list[str]] = {}
    for board in boards:
        enough = next((s for s, case in steps if case.verdict(board) is Verdict.FITS), None)
        if enough is not None:
            fits.setdefault(enough, []).append(words.size(board))
    head = (
        words.STEP_COLUMN,
        words.NEED_COLUMN,
        words.SAVED_COLUMN,
        *(board.board.name for board in boards),
    )
    numbers = Numbers(head, tuple(_step_rows(steps, boards)))
    finding = words.waterfall(needs[0][1], needs[-1][1], fits)
    return Chart(
        layouts.waterfall(len(steps)),
        {
            "parts": rows,
            "rules": memory_lines.across(memory_lines.ends(boards), max(need for _, need in needs)),
        },
        words.subject(title, finding),
        words.steps(title, needs),
        numbers,
    )


def _step_rows(
    steps: Sequence[tuple[str, Case]], boards: Sequence[BoardEntry]
) -> Iterator[tuple[str, ...]]:
    before: Bytes | None = None
    for label, case in steps:
        saved = words.DASH if before is None else format_size(before - case.need)
        verdicts = (VERDICT_WORD[case.verdict(board)] for board in boards)
        yield label, format_size(case.need), saved, *verdicts
        before = case.need


def kv_cache(title: str, asked: Sequence[Case], tokens: int) -> Chart:
    """The KV cache of models with different attention, the largest first."""
    found = sorted(asked, key=lambda case: -_cache(case))
    sizes = [(_model(case), _cache(case)) for case in found]
    name = words.part_name(Part.KV_CACHE)
    rows: list[Row] = [
        {"bar": bar, "part": name, "order": 0, "gib": gib(size)}
        for bar, (_, size) in zip(_labels(sizes), sizes, strict=True)
    ]
    numbers = Numbers(
        (words.MODEL_COLUMN, words.ATTENTION_COLUMN, words.CACHE_COLUMN, words.PER_LENGTH_COLUMN),
        tuple(
            (
                _model(case),
                "; ".join(attention_facts(case.workload.entry)),
                format_size(_cache(case)),
                format_size(_cache(case) / tokens * KIB),
            )
            for case in found
        ),
    )
    return Chart(
        layouts.bars((name,), len(found)),
        {"parts": rows},
        words.subject(title, words.kv_cache(tokens, sizes)),
        words.caches(tokens, sizes),
        numbers,
    )


def _cache(case: Case) -> Bytes:
    return case.estimate.parts.get(Part.KV_CACHE, Bytes(0))
