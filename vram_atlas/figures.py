"""A chart on a page: its finding as the title, the picture, the way to explore it, its numbers."""

from vram_atlas import chart_words as words
from vram_atlas.markup import details, region, table, text
from vram_atlas.pictures import Chart, draw, spec_json


def figure(chart: Chart, picture: str, *, numbered: bool = True) -> str:
    """A chart with its picture. `numbered`: with its numbers, where no table follows it.

    The button is not shown where no script runs. What it explores is the chart's description
    in Vega-Lite, which no browser runs before a reader asks for it.
    """
    head = tuple(text(cell) for cell in chart.numbers.head)
    rows = (tuple(text(cell) for cell in row) for row in chart.numbers.rows)
    numbers = region(chart.title, table(chart.title, head, rows), "atlas-numbers")
    below = details(words.NUMBERS, numbers) if numbered else ""
    return (
        f'<figure class="atlas-chart" data-search-exclude>'
        f"<figcaption>{text(chart.title)}</figcaption>{picture}"
        f'<script type="application/json">{_as_data(spec_json(chart))}</script>'
        f'<button type="button" class="md-button atlas-explore" data-close="{words.CLOSE}">'
        f'{words.EXPLORE}</button><span role="status" hidden>{words.FAILED}</span>'
        f"{below}</figure>"
    )


def drawn(chart: Chart, *, numbered: bool = True) -> str:
    """A figure of a hand-written page, drawn when the page is made."""
    return figure(chart, draw(chart), numbered=numbered)


def _as_data(json: str) -> str:
    """JSON that cannot end the element it stands in."""
    return json.replace("</", "<\\/")
