"""Declarations that the minifier would move: the build stops where that is another program."""

import re
from pathlib import Path

import pytest

from vram_atlas import bundle
from vram_atlas.catalog import Catalog
from vram_atlas.declarations import moved, refuse_moved
from vram_atlas.frame import shortened
from vram_atlas.problems import ProblemsError

MOVED = [
    pytest.param("const a = o.pop();\nconst { x, y } = o;\n", id="a call, then a pattern"),
    pytest.param("const a = o.pop();\nconst [x] = [o.pop()];\n", id="a call, then a list"),
    pytest.param("let a = o.pop();\nlet { x } = o;\n", id="let"),
    pytest.param("const a = `${o.pop()}`;\nconst { x } = o;\n", id="a template"),
    pytest.param("const a = (n += 1);\nconst { x } = n;\n", id="a change"),
    pytest.param("const a = 1;\nconst { x = a } = o;\n", id="a default that is not yet there"),
    pytest.param("const a = f({\n  b: 1,\n});\nconst { x } = o;\n", id="over several lines"),
    pytest.param("const a = o.pop();\nconst b = 1;\nconst { x } = o;\n", id="one between"),
    pytest.param("const a = o.pop(); // why\nconst { a: x } = o;\n", id="a key of the same name"),
]
STAYS = [
    pytest.param("const { x } = o;\nconst a = o.pop();\n", id="the pattern first"),
    pytest.param("const a = o.pop();\nconst { x } = a;\n", id="its value names what comes before"),
    pytest.param("const a = 1;\nconst { x } = o;\n", id="nothing is done"),
    pytest.param("const a = (b) => b.pop();\nconst { x } = o;\n", id="a function"),
    pytest.param("const a = o.pop();\na.done();\nconst { x } = o;\n", id="a statement between"),
    pytest.param("let a = o.pop();\nconst { x } = o;\n", id="another keyword"),
    pytest.param("if (b) {\n  const a = o.pop();\n}\nconst { x } = o;\n", id="another block"),
]


def inside(text: str) -> str:
    """A function, so that the minifier may do what it does."""
    return "function f(o, n) {\n" + re.sub("^(?=.)", "  ", text, flags=re.MULTILINE) + "}\n"


@pytest.mark.parametrize("text", MOVED)
def test_what_moves_is_found(text: str) -> None:
    """With its line; and the minifier does move it, or this check can go."""
    (problem,) = moved("a.js", inside(text))
    assert problem.line == inside(text).split("\n").index(f"  {text.splitlines()[-1]}") + 1
    declared = re.search(r"(?:const|let)\s*(.)", shortened(inside(text), ".js"))
    assert declared is not None
    assert declared[1] in "{["


@pytest.mark.parametrize("text", STAYS)
def test_what_stays_is_not(text: str) -> None:
    """Nothing to say where the order stays, or does not matter."""
    assert [*moved("a.js", inside(text))] == []


def test_all_places_are_named() -> None:
    """Every pattern of every script, with what to do."""
    text = inside("const a = o.pop();\nconst { x } = o;\n")
    with pytest.raises(ProblemsError) as raised:
        refuse_moved({"one.js": text}, {"two.js": text})
    assert str(raised.value).count("saw const { x } after a") == 2
    assert "docs/assets/javascripts/two.js:3: declarations" in str(raised.value)
    assert "Write the pattern first" in str(raised.value)


def test_the_build_stops(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it writes a script."""
    (tmp_path / "bad.js").write_text(inside("const a = o.pop();\nconst { x } = o;\n"))
    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    monkeypatch.setattr(bundle, "JOINED", {"bad.js": ("bad.js",)})
    with pytest.raises(ProblemsError, match=r"bad\.js:3"):
        next(bundle.scripts(catalog))
