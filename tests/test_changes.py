"""The change log: its template, its page, its feed, and what the check refuses."""

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.change_log import change_list, feed
from vram_atlas.changes import load_changes
from vram_atlas.measurements import load_measurements
from vram_atlas.problems import ProblemsError
from vram_atlas.schema.change import Change

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ with the templates of a change and of measurements in use."""
    copy = Path(shutil.copytree(DATA, tmp_path / "data"))
    shutil.copy(copy / "measurements" / "_template.yml", copy / "measurements" / "example.yml")
    name = "2026-11-26-in-a-few-words.yml"
    shutil.copy(copy / "changes" / "_template.yml", copy / "changes" / name)
    return copy


def loaded(data: Path) -> tuple[Change, ...]:
    """The changes of a folder."""
    return load_changes(load_measurements(load_catalog(data), data / "measurements"), data)


def test_template_loads_and_is_the_newest(data: Path) -> None:
    """Saved under its name, the template is a change; the newest comes first."""
    assert loaded(data)[0].change == "2026-11-26-in-a-few-words"


def test_page(data: Path, catalog: Catalog) -> None:
    """What, why, on whose evidence, which verdicts, with links to what is still there."""
    page = change_list(loaded(data), catalog)
    assert "## 2026-11-26: What changed, in one line { #2026-11-26-in-a-few-words }" in page
    assert "<code>example-1</code>" in page
    assert "1 verdict changed" in page
    assert '<a href="../models/llama-2-7b.html">Llama 2 7B</a>' in page
    assert "from tight to fits on GeForce RTX 4080 (activations)" in page


def test_feed(data: Path) -> None:
    """Valid Atom, an entry per change, dates from the data, the same bytes each time."""
    changes = loaded(data)
    text = feed(changes)
    assert text == feed(changes)
    root = ET.fromstring(text)  # noqa: S314 - our own text
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(changes)
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    assert root.findtext(f"{ATOM}updated") == "2026-11-26T00:00:00Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        pytest.param(
            "measurements: [example-1]",
            "measurements: [example-7]",
            "measurements[0]: saw 'example-7', expected the id of a measured row",
            id="a row that is not there",
        ),
        pytest.param(
            "date: 2026-11-26",
            "date: 2026-11-27",
            "date: saw '2026-11-27' in 2026-11-26-in-a-few-words, expected '2026-11-27', the date",
            id="another date",
        ),
        pytest.param(
            "was: tight, now: fits",
            "was: tight, now: good",
            "flips[0].now: saw 'good', expected one of 'fits', 'tight', 'no' or 'unknown'",
            id="a word that is no verdict",
        ),
    ],
)
def test_mistakes(data: Path, right: str, wrong: str, message: str) -> None:
    """One mistake, one message."""
    file = data / "changes" / "2026-11-26-in-a-few-words.yml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ProblemsError, match="2026-11-26-in-a-few-words") as raised:
        loaded(data)
    assert message in str(raised.value)


def test_flips_need_evidence(data: Path) -> None:
    """Neither a measurement nor a page: refused."""
    file = data / "changes" / "2026-11-26-in-a-few-words.yml"
    head, flips = file.read_text(encoding="utf-8").split("measurements:")
    file.write_text(head + "flips:" + flips.split("flips:")[1], encoding="utf-8")
    with pytest.raises(ProblemsError, match="that justifies the flips"):
        loaded(data)
