"""An imported configuration as text for a file of data/models/, with what a person must add."""

from collections.abc import Iterator, Mapping
from typing import Final

from vram_atlas.expressions import Value
from vram_atlas.formulas.counting import count
from vram_atlas.importing import SOURCE, Imported
from vram_atlas.validation import OPEN

_SPECIAL: Final = frozenset(",:#{}[]'\"&*!|>%@`")

_HEAD: Final = f"""\
# Read from {{file}}. Replace every {OPEN}; `build_tables.py check` names those that are left.
# Into a family that exists in data/models/ goes only what stands below `models:`, with its sources.
family: {OPEN} # the name of the file
name: {OPEN}
developer: {OPEN}
sources:
  {SOURCE}:
    kind: config
    url: https://huggingface.co/{OPEN}/blob/{OPEN}/config.json # repository, 40-digit commit
    shows: The published configuration.
    accessed: {OPEN} # the day you read it, YYYY-MM-DD
  licence:
    kind: licence
    url: https://huggingface.co/{OPEN}/blob/{OPEN}/LICENSE
    shows: {OPEN}
    accessed: {OPEN}
models:
  - id: {OPEN} # lower case, digits, dots and hyphens: llama-3.1-8b
    name: {OPEN}
    aliases: [{OPEN}] # as people type it: the repository, short names
    released: {OPEN} # 'YYYY-MM', in quotes
    licence: {{{{name: {OPEN}, source: licence}}}}"""


def entry_text(found: Imported, file: str) -> str:
    """YAML of a family with one model; the count is recomputed from the shapes."""
    groups = count(found.architecture)
    active = f", active: {groups.total - groups.inactive}" if groups.inactive else ""
    native = found.native_format or f"{OPEN} # the format of the weights on the hub"
    lines = [_HEAD.format(file=file), f"    native_format: {native}", f"    source: {SOURCE}"]
    if found.context_length is not None:
        lines.append(f"    context_length: {found.context_length}")
    lines.append(
        f"    parameters: {{counted: {groups.total}{active}}}"
        " # compare with the total that the hub shows; a difference needs a reason under `file`"
    )
    lines += ["    architecture:", *_block(found.shape, " " * 6)]
    if found.uncounted is not None:
        lines += [
            "      other_parameters:",
            f"        - {{name: {_scalar(found.uncounted)}, count: {OPEN}, source: {SOURCE}}}",
        ]
    return "\n".join(lines) + "\n"


def _block(block: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in block.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {flow(item)}" for item in value)
        else:
            yield f"{indent}{key}: {flow(value)}"


def flow(value: Value) -> str:
    """A value in one line of YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _scalar(value)


def _scalar(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, str) and _SPECIAL.intersection(text):
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return text
