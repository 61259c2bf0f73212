"""A commented template for each kind of architecture, from the schema models and a real model.

`data/models/_template.yml` is the template of a decoder. The others share its head; their
architecture is that of a published model, with a comment from the schema on every key.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, TypeGuard

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vram_atlas.catalog import DATA
from vram_atlas.entry_text import flow
from vram_atlas.field_words import meaning
from vram_atlas.problems import Problem, ProblemsError, nearest
from vram_atlas.reading import Reader
from vram_atlas.schema.model import Family, Model
from vram_atlas.schema_tree import blocks_in, tag

DECODER: Final = "decoder"
_EXAMPLES: Final = {
    "encoder": ("bert", "bert-base-uncased"),
    "encoder-decoder": ("flan-t5", "flan-t5-base"),
    "vision-transformer": ("vit", "vit-b-16"),
    "convolutional": ("resnet", "resnet-50"),
    "recurrent": ("lstm-language-models", "lstm-wikitext-2"),
    "diffusion": ("stable-diffusion", "stable-diffusion-1.5"),
    "weights-only": ("kokoro", "kokoro-82m"),
    "undisclosed": ("openai-gpt", "gpt-4"),
}
"""Family and model whose architecture stands in the template of a kind."""

KINDS: Final = (DECODER, *_EXAMPLES)
_COLUMN: Final = 31
"""Where comments begin, as in the template by hand."""
_LEVEL: Final = "  "
_OPEN: Final = "…"

_UNLIMITED: Final = "unlimited_context"


def kind_template(kind: str) -> str:
    """The template of a kind of architecture. Raises ProblemsError for an unknown kind."""
    text = (DATA / "models" / "_template.yml").read_text(encoding="utf-8")
    if kind == DECODER:
        return text
    if kind not in _EXAMPLES:
        expected = f"one of {', '.join(KINDS)}"
        fault = Problem("", 0, "KIND", f"'{kind}'", expected, nearest(kind, KINDS))
        raise ProblemsError([fault])
    model = _example(kind)
    head, _, rest = text.partition("    architecture:\n")
    tail = [line for line in rest.splitlines() if line.startswith("    # ")]
    lines = [*_head(head, model), "    architecture:"]
    lines += [*_keys(model.architecture, _LEVEL * 3), *tail]
    return "\n".join(lines) + "\n"


def _example(kind: str) -> Model:
    """The model itself; the catalog is not read, for a file of it may just be in the making."""
    file, name = _EXAMPLES[kind]
    reader = Reader(DATA)
    family = reader.file(f"models/{file}.yml", Family)
    if family is None:
        raise ProblemsError(reader.problems)
    return next(model for model in family.models if model.id == name)


def _head(text: str, model: Model) -> Iterator[str]:
    """The lines before the architecture, with the numbers of the example."""
    numbers = {"context_length": model.context_length, "native_format": model.native_format}
    if model.parameters is not None:
        numbers["counted"] = model.parameters.counted
    for line in text.replace("Example 1.5B ", "Example      ").splitlines():
        key = line.strip().partition(":")[0].lstrip("# ")
        if model.parameters is None and key in {"parameters", "counted", "active", "file"}:
            continue
        if key == _UNLIMITED:
            if model.unlimited_context:
                yield line.replace("# ", "", 1).replace("  #", "    #", 1)
        elif key not in {"context_length", "native_format", "counted"}:
            yield line
        elif numbers[key] is not None:
            text, _, said = line.partition(" # ")
            yield _line(re.sub(r": .*", f": {numbers[key]}", text), said)


def _keys(block: BaseModel, indent: str) -> Iterator[str]:
    """Every key of a block: in use where the example has it, else as a comment.

    `source` is left out: the model's own counts for all that is below it.
    """
    for name, field in type(block).model_fields.items():
        if name == "source":
            continue
        value = getattr(block, name)
        said = _comment(block, name, field)
        if not field.is_required() and value == field.default:
            shown = flow(value) if isinstance(value, str | int) else _OPEN
            yield _line(f"{indent}# {name}: {shown}", said)
        elif isinstance(value, BaseModel):
            yield _line(f"{indent}{name}:", said)
            yield from _keys(value, indent + _LEVEL)
        elif _is_blocks(value):
            yield _line(f"{indent}{name}:", said)
            yield from _items(value, indent + _LEVEL)
        else:
            plain = [*value] if isinstance(value, tuple) else value
            yield _line(f"{indent}{name}: {flow(plain)}", said)


def _items(items: tuple[BaseModel, ...], indent: str) -> Iterator[str]:
    """A list: the first block of each sort key by key, later plain ones in one line each."""
    seen: set[type[BaseModel]] = set()
    for item in items:
        plain = not any(isinstance(value, BaseModel) for _, value in item)
        if plain and type(item) in seen:
            yield f"{indent}- {flow(item.model_dump(mode='json', exclude_defaults=True))}"
            continue
        seen.add(type(item))
        first, *others = _keys(item, indent + _LEVEL)
        yield f"{indent}- {first.strip()}"
        yield from others


def _comment(block: BaseModel, name: str, field: FieldInfo) -> str:
    """What a key means, and the words it can have."""
    value, said = getattr(block, name), meaning(type(block), name)
    words: list[str] = [*type(value)] if isinstance(value, StrEnum) else []
    if isinstance(value, BaseModel) or _is_blocks(value):
        words = [word for word in map(tag, blocks_in(field.annotation)) if word]
    new = len(words) > 1 and not all(word in said for word in words)
    return f"{said}: {', '.join(words)}" if new else said


def _is_blocks(value: object) -> TypeGuard[tuple[BaseModel, ...]]:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _line(text: str, comment: str) -> str:
    return f"{text:<{_COLUMN - 1}} # {comment}"
