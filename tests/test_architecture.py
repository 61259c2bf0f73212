"""The order of the modules: imports point left only, and what each side may touch."""

# ruff: noqa: E501 - a row of a table is one line

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "vram_atlas"

ORDER: tuple[tuple[str, ...], ...] = (
    ("units", "problems", "addresses", "adding"),
    ("strict_yaml",),
    ("schema",),
    ("formulas",),
    ("schema_tree", "count_hints", "data_files"),
    ("validation", "board_memory", "crosschecks", "margins"),
    ("names", "reading", "expressions", "cloud_checks", "comparisons", "arithmetic", "support"),
    ("importing", "entries"),
    (
        "catalog",
        "snippets",
    ),  # after formulas: reading the catalog recounts every model's parameters
    ("workload", "projections", "tuning"),
    ("obstacles",),
    ("defaults", "terms"),
    ("recipe",),
    ("parallel", "kernels"),
    ("decoding",),
    ("inference", "trained"),
    ("training",),
    ("estimator",),
    ("crossing",),
    ("verdict",),
    ("judged",),
    ("holding",),
    ("request",),
    ("own_model",),
    ("layouts", "refusal"),
    ("resolve",),
    ("settings", "cases", "altering"),
    ("measurements", "language", "switches", "claims"),
    ("repository", "changes"),
    ("checking",),
    ("accuracy",),
    ("bands",),
    ("calculators",),
    ("cells",),
    ("grid", "formulas_version", "format_tables"),
    ("columns",),
    ("ladder", "inverse", "unequal", "curves", "instances", "name_lists"),
    ("unknown_words",),
    ("sentences",),
    ("change_words",),
    (
        "declarations",
        "whole_blocks",
        "meanwhile",
        "writer",
        "markup",
        "palette",
        "views",
        "reference_words",
        "support_words",
    ),
    (
        "frame",
        "model_sizes",
        "answer_words",
        "note_words",
        "unequal_words",
        "quality",
        "quality_words",
        "board_facts",
    ),
    ("field_words", "contribute_words", "api_parts", "theme_styles"),
    ("json_schema", "api_schema"),
    (
        "buying",
        "facts",
        "page_words",
        "drawing",
        "chart_words",
        "answers",
        "answer_script",
        "entry_text",
        "vocabulary",
        "explain",
        "accuracy_causes",
        "accuracy_report",
        "accuracy_words",
    ),
    (
        "pictures",
        "fit_words",
        "calculator_words",
        "guide_words",
        "claim_words",
        "cloud_words",
        "board_words",
        "kind_templates",
        "tables",
        "question_box",
        "reference_tables",
        "support_tables",
        "accuracy_tables",
    ),
    (
        "listings",
        "not_found",
        "open_tables",
        "ladder_tables",
        "matrix_tables",
        "chart_layouts",
        "figures",
        "cloud_tables",
        "cloud_documents",
        "board_tables",
        "quality_tables",
        "api",
        "badges",
        "illustrated",
        "page_parts",
        "accuracy_rows",
        "calculator_tables",
    ),
    ("memory_lines", "scatter", "browser"),
    ("bundle",),
    ("charts", "guide_tables", "buying_tables", "claim_tables"),
    ("overview", "model_charts", "pages"),
    ("chart_macros", "guide_macros", "cloud_pages", "jobs"),
    ("model_files",),
    ("wanted", "field_reference", "change_log", "doors"),
    ("snapshot", "downloads"),
    ("difference",),
    ("diffing",),
    ("diff_report",),
    ("site", "macros"),
    ("cli",),
)
"""From left to right. A module imports only from groups to its left, a folder also from itself."""

RANK = {name: rank for rank, group in enumerate(ORDER) for name in group}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def name_of(path: Path) -> str:
    """`formulas/decoder.py` as `formulas.decoder`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def imports(tree: ast.Module) -> Iterator[str]:
    """Every imported module; `from vram_atlas import defaults` as `vram_atlas.defaults`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            inside = PACKAGE.parent.joinpath(*module.split("."))
            if inside.is_dir():
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def own(tree: ast.Module) -> Iterator[str]:
    """Imported modules of this package, without its name."""
    for module in imports(tree):
        if module.startswith("vram_atlas."):
            yield module.removeprefix("vram_atlas.")


def group(module: str) -> str:
    """The name that ORDER knows: a folder stands for its modules."""
    return module.split(".", maxsplit=1)[0]


MODULES = [pytest.param(path, id=name_of(path)) for path in FILES]


@pytest.mark.parametrize("path", MODULES)
def test_arrows_point_left(path: Path) -> None:
    """A module imports only what stands to its left, so every part can be read without the next."""
    here = group(name_of(path))
    assert here in RANK, (
        f"{here} is not in ORDER: put it where its imports allow, as far left as possible"
    )
    for module in own(TREES[path]):
        there = group(module)
        folder = here == there and "." in name_of(path)
        assert folder or RANK[there] < RANK[here], (
            f"{name_of(path)} imports {module}, which stands to its right"
        )


def test_the_order_names_no_module_twice() -> None:
    """Every module has one place."""
    assert len(RANK) == sum(len(names) for names in ORDER)


def test_there_is_no_circle() -> None:
    """Inside a folder, too, imports have an order."""
    graph = {name_of(path): set(own(tree)) for path, tree in TREES.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"imports go in a circle: {error.args[1]}")


FORMATS = {"json", "html", "csv", "xml", "altair", "markdown", "mkdocs", "yaml", "pathlib", "os", "io", "shutil", "subprocess", "argparse", "sys"}  # fmt: skip
ALLOWED = {
    "strict_yaml": {"yaml", "pathlib"},  # reads data/
    "reading": {"pathlib"},  # reads data/ through strict_yaml
    "data_files": {"pathlib"},  # looks for files of data/ that nothing reads
    "catalog": {"pathlib"},  # knows where data/ is
    "measurements": {"pathlib"},  # reads data/measurements/
    "calculators": {"pathlib"},  # reads data/calculators.yml
    "language": {"pathlib"},  # reads data/language.yml
    "snippets": {"json"},  # reads what a reader would type
    "switches": {"pathlib"},  # reads data/switches.yml
    "claims": {"pathlib"},  # reads data/claims.yml
    "changes": {"pathlib"},  # reads data/changes/
    "repository": {"io", "pathlib", "subprocess"},  # asks git
    "checking": {"json", "subprocess", "sys"},  # prints for programs, and asks another revision
    "request": {"json"},  # a question arrives as JSON
    "own_model": {"json"},  # and so does a shape in it
    "importing": {"json"},  # so does a configuration
}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if RANK.get(group(str(p.id)), 0) < RANK["grid"]]
)
def test_nothing_left_of_the_grid_knows_formats(path: Path) -> None:
    """No Markdown, HTML or JSON, and no file outside data/, before there is an answer."""
    found = {module.split(".")[0] for module in imports(TREES[path])}
    assert found & FORMATS <= ALLOWED.get(name_of(path), set())


TOLERATED = {
    "repository": {"tempfile"},  # a place for the tree of another revision
    "addresses": {"urllib.parse"},  # spells addresses, and opens none
}
NONDETERMINISTIC = {"random", "time", "datetime", "locale", "uuid", "secrets", "tempfile", "socket", "urllib", "requests"}  # fmt: skip


@pytest.mark.parametrize("path", MODULES)
def test_no_clock_no_chance_no_network(path: Path) -> None:
    """Same input, same bytes: the package asks neither the time nor another machine."""
    allowed = TOLERATED.get(name_of(path), set())
    found = {module.split(".")[0] for module in imports(TREES[path]) if module not in allowed}
    assert not found & NONDETERMINISTIC


WRITES = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rmdir",
    "rename",
    "touch",
    "rmtree",
    "copytree",
    "makedirs",
}


@pytest.mark.parametrize("path", [p for p in MODULES if p.id != "writer"])
def test_one_writer(path: Path) -> None:
    """Files are written, and folders made, by one module that leaves unchanged files alone."""
    found = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call)
    }
    assert not found & (WRITES | {"open"})


FACTORS = {1024, 1024**2, 1024**3, 10**9, 10**12}
BASES = {2, 10, 1000, 1024}


@pytest.mark.parametrize("path", [p for p in MODULES if p.id != "units"])
def test_conversion_factors_are_in_one_module(path: Path) -> None:
    """Bytes inside, GiB at the edge: only units.py contains 1024, 2**30 or 1e9."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            assert node.value not in FACTORS, f"line {node.lineno}: {node.value}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift):
            base = node.left.value if isinstance(node.left, ast.Constant) else None
            power = node.right.value if isinstance(node.right, ast.Constant) else None
            large = isinstance(power, int) and power >= 6
            assert not (base in BASES and large), f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", MODULES)
def test_modules_are_short(path: Path) -> None:
    """At most 300 lines; past that, split by idea."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES)
def test_modules_say_what_they_are_for(path: Path) -> None:
    """The first thing in a module is a sentence."""
    text = ast.get_docstring(TREES[path])
    assert text is not None
    assert text.splitlines()[0].rstrip().endswith((".", ":", "?"))


@pytest.mark.parametrize("path", [p for p in MODULES if str(p.id).startswith("formulas.")])
def test_formulas_raise_nothing_to_a_power(path: Path) -> None:
    """Values of a formula meet only + - * / and `ops`: `**` and `//` are for whole-number shapes in counts."""
    for function in ast.walk(TREES[path]):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        if "ops" not in names:
            continue
        for node in ast.walk(function):
            refused = isinstance(node, ast.BinOp) and isinstance(
                node.op, ast.Pow | ast.FloorDiv | ast.Mod
            )
            assert not refused, f"line {getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"max", "min", "round", "abs"}, (
                    f"line {node.lineno}: {node.func.id}()"
                )
