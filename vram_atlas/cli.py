"""The commands behind build_tables.py. Exit status: 0 fine, 1 problems found, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from vram_atlas.answers import answer_line
from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.explain import explain, explain_division
from vram_atlas.problems import Problem, ProblemsError
from vram_atlas.request import FIELDS, Form, Request
from vram_atlas.wanted import about

FINE, PROBLEMS, USAGE = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Run one command. Problems in data or requests are printed, never raised."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except ProblemsError as error:
        sys.stderr.write(f"{error}\n\n{len(error.problems)} problem(s).\n")
        return PROBLEMS
    except BrokenPipeError:
        return FINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build_tables.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="read and cross-check every file of data/")
    check.add_argument(
        "--changed", metavar="BASE", help="fail only for what this branch changed since BASE"
    )
    check.add_argument(
        "--format",
        choices=["text", "json", "github"],
        default="text",
        help="json for programs, github for annotations on a pull request",
    )
    check.set_defaults(run=_check)
    build = commands.add_parser(
        "build", help="write tables, charts, pages and the JSON API below docs/"
    )
    build.add_argument(
        "--only", metavar="ID", action="append", help="only this model's page (repeatable)"
    )
    build.add_argument("--docs", type=Path, default=None, help="folder to write to (default: docs)")
    build.set_defaults(run=_build)
    schema = commands.add_parser("schema", help="write the JSON Schema of data files for editors")
    schema.set_defaults(run=_schema)
    estimate = commands.add_parser(
        "estimate", help="answer JSON requests, one per line of standard input"
    )
    estimate.set_defaults(run=_estimate)
    shot = commands.add_parser("snapshot", help="print all answers as JSON, for comparisons")
    shot.set_defaults(run=_snapshot)
    diff = commands.add_parser(
        "diff", help="say what this branch does to the published answers, compared with BASE"
    )
    diff.add_argument("base", metavar="BASE", help="a git revision, e.g. origin/main")
    diff.add_argument("--format", choices=["text", "markdown", "json"], default="text")
    diff.add_argument(
        "--require-reason",
        action="store_true",
        help="fail where verdicts change and no file of data/changes/ says why",
    )
    diff.add_argument(
        "--record", metavar="NAME", help="write data/changes/NAME.yml; NAME is YYYY-MM-DD-words"
    )
    diff.set_defaults(run=_diff)
    measure = commands.add_parser("measure", help="compare the estimator with every measured run")
    measure.set_defaults(run=_measure)
    entry = commands.add_parser(
        "import", help="turn a Hugging Face config.json into an entry for data/models/"
    )
    entry.add_argument("file", metavar="FILE", help="the configuration, or - for standard input")
    entry.set_defaults(run=_import)
    template = commands.add_parser(
        "template", help="print a commented entry for data/models/, by kind of architecture"
    )
    template.add_argument("kind", metavar="KIND", help="e.g. decoder, encoder, diffusion")
    template.set_defaults(run=_template)
    bands = commands.add_parser(
        "bands", help="write data/bands.yml from the residuals of every measured run"
    )
    bands.set_defaults(run=_bands)
    tell = commands.add_parser(
        "explain",
        help="say whether a model fits a board, why, and what would make it fit; with --model "
        "alone: whether it is in the catalog, and which rules a new one meets",
    )
    tell.usage = (
        "%(prog)s --model MODEL [--board BOARD [--board BOARD ...] --task TASK] [setting ...]"
    )
    tell.add_argument("--model", required=True, help="id or alias, e.g. llama-2-13b")
    tell.add_argument(
        "--board",
        action="append",
        help="id or alias, e.g. rtx-4090, or a number of GiB; given again for boards that differ",
    )
    tell.add_argument("--task", choices=FIELDS["task"].words)
    _add_settings(tell.add_argument_group("settings"))
    tell.set_defaults(run=_explain, usage_error=tell.error)
    return parser


def _add_settings(group: argparse._ArgumentGroup) -> None:
    """One option per field of a request that has a default."""
    for name, rule in FIELDS.items():
        option, shown = f"--{name.replace('_', '-')}", Request.model_fields[name].description
        match rule.form:
            case Form.SWITCH:
                group.add_argument(option, action=argparse.BooleanOptionalAction, help=shown)
            case Form.WHOLE_NUMBER:
                group.add_argument(option, type=int, metavar="NUMBER", help=shown)
            case Form.TEXT | Form.WORD if not rule.required:
                group.add_argument(option, metavar="WORD", help=shown)
            case Form.TARGETS:
                group.add_argument(option, nargs="+", metavar="NAME", help=shown)
            case _:
                pass  # named apart, or not asked on the command line


def _check(options: argparse.Namespace) -> int:
    from vram_atlas.checking import Style, check, rendered

    style = Style(options.format)
    report = check(options.changed)
    failed = report.own and style is Style.TEXT
    (sys.stderr if failed else sys.stdout).write(rendered(report, style))
    return PROBLEMS if report.own else FINE


def _build(options: argparse.Namespace) -> int:
    from vram_atlas.pictures import explorer_ahead

    if options.only is None:
        explorer_ahead()  # while the rest of the code and the data are read
    from vram_atlas.site import build_site

    report = build_site(load_catalog(), docs=options.docs, only=options.only)
    sys.stdout.write(f"{report}\n")
    return FINE


def _schema(_: argparse.Namespace) -> int:
    from vram_atlas.site import write_schemas

    sys.stdout.write("".join(f"{path}\n" for path in write_schemas(load_catalog())))
    return FINE


def _estimate(_: argparse.Namespace) -> int:
    catalog = load_catalog()
    encode = json.JSONEncoder(ensure_ascii=False).encode
    good = True
    for line in sys.stdin.buffer:
        if line.strip():
            answer, fine = answer_line(line, catalog)
            good = good and fine
            sys.stdout.write(encode(answer) + "\n")
    return FINE if good else PROBLEMS


def _snapshot(_: argparse.Namespace) -> int:
    from vram_atlas.snapshot import snapshot

    sys.stdout.write(json.dumps(snapshot(load_catalog()), ensure_ascii=False) + "\n")
    return FINE


def _diff(options: argparse.Namespace) -> int:
    from vram_atlas import diff_report
    from vram_atlas.diffing import compare_with, unjustified
    from vram_atlas.site import write_change

    catalog = load_catalog()
    found = compare_with(options.base, catalog)
    if options.record is not None:
        sys.stdout.write(f"{write_change(found, options.record)}\n")
        return FINE
    problems = unjustified(found, catalog) if options.require_reason else []
    render = {
        "text": diff_report.as_text,
        "markdown": diff_report.as_markdown,
        "json": diff_report.as_json,
    }[options.format]
    sys.stdout.write(render(found, problems))
    return PROBLEMS if problems else FINE


def _measure(_: argparse.Namespace) -> int:
    from vram_atlas.accuracy_report import report
    from vram_atlas.measurements import load_measurements

    catalog = load_catalog()
    sys.stdout.write(report(catalog, load_measurements(catalog)) + "\n")
    return FINE


def _import(options: argparse.Namespace) -> int:
    from vram_atlas.entry_text import entry_text
    from vram_atlas.importing import import_config, read_config
    from vram_atlas.reading import Reader
    from vram_atlas.schema.importing import ImportFile

    try:
        if options.file == "-":
            file, text = "standard input", sys.stdin.buffer.read()
        else:
            file, text = options.file, Path(options.file).read_bytes()
    except OSError as error:
        saw, tip = f"'{options.file}': {error.strerror}", "Write - to paste it instead."
        raise ProblemsError([Problem("", 0, "FILE", saw, "a config.json", tip)]) from error
    reader = Reader(
        DATA
    )  # not the whole catalog: `> data/models/new.yml` has just made a gap in it
    rules = reader.file("importing.yml", ImportFile)
    if rules is None:
        raise ProblemsError(reader.problems)
    found = import_config(read_config(text, file), rules, file)
    sys.stdout.write(entry_text(found, file))
    return FINE


def _template(options: argparse.Namespace) -> int:
    from vram_atlas.kind_templates import kind_template

    sys.stdout.write(kind_template(options.kind))
    return FINE


def _bands(_: argparse.Namespace) -> int:
    from vram_atlas.accuracy import published
    from vram_atlas.bands import bands_text
    from vram_atlas.writer import Writer

    catalog = load_catalog()
    writer = Writer(DATA)
    writer.write("bands.yml", bands_text(catalog, published(catalog)[1]))
    sys.stdout.write(f"{' '.join(writer.changed) or 'nothing'} changed in data/.\n")
    return FINE


def _board(word: str, catalog: Catalog) -> str | dict[str, float]:
    """A board by its name, or a memory size."""
    size = catalog.find("boards", word) is None and word.replace(".", "", 1).isdigit()
    return {"memory_gib": float(word)} if size else word


def _explain(options: argparse.Namespace) -> int:
    catalog = load_catalog()
    given = {
        key: value
        for key, value in vars(options).items()
        if value is not None and key not in {"run", "usage_error"}
    }
    if given.keys() == {"model"}:
        text, there = about(options.model, catalog)
        sys.stdout.write(text)
        return FINE if there else PROBLEMS
    if options.board is None or options.task is None:
        options.usage_error(
            "--board and --task go together, e.g. --board rtx-4090 --task lora; "
            "or give --model alone"
        )
    if options.lora_targets == ["all-linear"]:
        given["lora_targets"] = "all-linear"
    boards = [_board(word, catalog) for word in given.pop("board")]
    if len(boards) == 1:
        sys.stdout.write(explain({**given, "board": boards[0]}, catalog))
        return FINE
    if options.boards is not None:
        options.usage_error("--boards counts equal boards: give --board once for each that differs")
    sys.stdout.write(explain_division(given, [(board, 1) for board in boards], catalog))
    return FINE
