"""Charts in hand-written pages. Each states what it found; an unknown name fails the build.

A page writes `[[= cases_chart("Mistral 7B", [("QLoRA", {"model": "mistral-7b-v0.3", "task":
"qlora"}), ...]) =]]`: a title of its own, then labels with the fields of a request. The finding
follows the title by itself, so a page states no number. The numbers stand in a table beneath.
"""

from collections.abc import Callable, Mapping, Sequence

from vram_atlas import cases, charts, memory_lines, overview
from vram_atlas import chart_words as words
from vram_atlas.cases import Case, Fields
from vram_atlas.figures import drawn
from vram_atlas.grid import Grid
from vram_atlas.problems import Problem, ProblemsError, nearest

Given = tuple[str, Fields]
"""A label and the fields of a request."""


class Charts:
    """The macros over one grid."""

    def __init__(self, grid: Grid) -> None:
        """Keep the grid, and the catalog that every macro asks."""
        self.grid = grid
        self.catalog = grid.catalog

    def _case(self, fields: Fields) -> Case:
        return cases.case(self.catalog, fields)

    def parts_chart(self, fields: Fields) -> str:
        """What one case holds, as one bar, with a line where its board's memory ends."""
        named = fields.get("board")
        board = cases.board(self.catalog, named) if isinstance(named, str) else None
        return drawn(charts.parts(self._case(fields), board))

    def cases_chart(self, title: str, given: Sequence[Given]) -> str:
        """What several cases hold, as bars."""
        found = [(label, self._case(fields)) for label, fields in given]
        return drawn(charts.cases(title, found))

    def with_and_without_chart(
        self, title: str, asked: Sequence[Fields], without: Given, changed: Given
    ) -> str:
        """Each case without and with a change, as two bars."""
        pairs = [cases.pair(self.catalog, fields, without[1], changed[1]) for fields in asked]
        return drawn(charts.with_and_without(title, pairs, without[0], changed[0]))

    def waterfall_chart(
        self, title: str, start: Given, changes: Sequence[Given], boards: Sequence[str]
    ) -> str:
        """Changes on top of each other, against the memory of boards."""
        found = cases.staircase(self.catalog, start[1], [change for _, change in changes])
        labels = [start[0], *(label for label, _ in changes)]
        named = [cases.board(self.catalog, word) for word in boards]
        return drawn(charts.waterfall(title, list(zip(labels, found, strict=True)), named))

    def sweep_chart(
        self, title: str, given: Sequence[Given], field: str, values: Sequence[int]
    ) -> str:
        """Memory against one number, with lines where boards end; its table follows it."""
        if field not in words.FIELD_AXIS:
            tip = nearest(field, words.FIELD_AXIS)
            raise ProblemsError([Problem("", 0, "field", f"'{field}'", "a field to vary", tip)])
        series = {
            label: [
                (value, found.need)
                for value, found in cases.series(self.catalog, fields, field, values)
            ]
            for label, fields in given
        }
        sizes = memory_lines.common_sizes(self.grid.sizes)
        return drawn(charts.lines(title, series, field, sizes), numbered=False)

    def kv_cache_chart(self, title: str, models: Sequence[str], tokens: int) -> str:
        """The KV cache of models at one context length; its table follows it."""
        fields = {"task": "inference", "context_length": tokens}
        found = [self._case({"model": model, **fields}) for model in models]
        return drawn(charts.kv_cache(title, found, tokens), numbered=False)

    def models_chart(self, matrix: str) -> str:
        """All models of a matrix against the memory of boards."""
        known = self.catalog.matrices
        if matrix not in known:
            tip = nearest(matrix, known)
            raise ProblemsError([Problem("", 0, "matrix", f"'{matrix}'", "a fit matrix", tip)])
        return drawn(overview.models(self.grid, known[matrix]))


def chart_macros(grid: Grid) -> Mapping[str, Callable[..., str]]:
    """Every macro by its name in pages."""
    found = Charts(grid)
    return {
        "parts_chart": found.parts_chart,
        "cases_chart": found.cases_chart,
        "with_and_without_chart": found.with_and_without_chart,
        "waterfall_chart": found.waterfall_chart,
        "sweep_chart": found.sweep_chart,
        "kv_cache_chart": found.kv_cache_chart,
        "models_chart": found.models_chart,
    }
