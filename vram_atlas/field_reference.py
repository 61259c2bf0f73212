"""The field reference: one table per block of a data file, from the models that read it."""

import types
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from vram_atlas import contribute_words as words
from vram_atlas.field_words import meaning
from vram_atlas.json_schema import FILES
from vram_atlas.markup import Row, anchor, blocks, table_region, text
from vram_atlas.schema.base import PATTERN_WORDS
from vram_atlas.schema_tree import Block, blocks_in, is_list, is_mapping, tag, tree


def fields(name: str) -> str:
    """All blocks of one kind of file, by its first key (`family`, `line`), the outermost first."""
    root = FILES[name]
    return blocks(
        *(
            part
            for block, path in tree(root).items()
            for part in (_heading(name, block, path), _lead(block), _table(block))
        )
    )


def _heading(name: str, block: Block, path: str) -> str:
    own = tag(block)
    shown = f"`{path}`" if path else words.FILE_TITLE
    title = f"{shown}: {own}" if own else shown
    return f"### {title} {{ #{anchor(f'{name} {block.__name__}')} data-search-exclude }}"


def _lead(block: Block) -> str:
    """The first paragraph of the model's own sentence about itself."""
    paragraph = " ".join((block.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    return text(paragraph).replace("`", "")


def _table(block: Block) -> str:
    rows = (_row(block, name, field) for name, field in block.model_fields.items())
    caption = words.fields_of(block.__name__)
    return table_region(caption, words.HEAD_FIELDS, rows, "atlas-keys")


def _row(block: Block, name: str, field: FieldInfo) -> Row:
    said = _marked(meaning(block, name))
    return f"<code>{name}</code>", said, text(_type(field)), text(_default(field))


def _marked(sentence: str) -> str:
    """Text with its `code` as HTML."""
    pieces = text(sentence).split("`")
    return "".join(
        f"<code>{piece}</code>" if odd % 2 else piece for odd, piece in enumerate(pieces)
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return words.REQUIRED
    value = field.default
    if value is None or value == ():
        return words.OPTIONAL
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(field: FieldInfo) -> str:
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    inner = [*blocks_in(annotation)]
    if inner:
        if is_list(annotation):
            return words.LIST
        if is_mapping(annotation):
            return words.NAMED_BLOCKS
    named = [words.BLOCK] if inner else []
    return ", ".join([*dict.fromkeys(_plain(annotation)), *named])


def _plain(annotation: object, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """Words for a type without blocks; None is said by 'optional'."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _plain(arguments[0], (*arguments[1:], *metadata))
    elif origin in {Union, types.UnionType}:
        for member in arguments:
            yield from _plain(member, metadata)
    elif origin is Literal:
        yield words.one_of(map(str, arguments))
    elif origin is tuple:
        yield words.list_of(", ".join(_plain(arguments[0])))
    elif origin is dict:
        yield words.MAPPING
    elif isinstance(annotation, type) and not issubclass(annotation, BaseModel | types.NoneType):
        yield _scalar(annotation, metadata)


def _scalar(kind: type, metadata: tuple[Any, ...]) -> str:
    if issubclass(kind, StrEnum):
        return words.one_of(member.value for member in kind)
    if kind is bool:
        return words.TRUTH
    if kind is str:
        return _text_type(metadata)
    return words.number(whole=kind is int, **_bounds(metadata))


def _text_type(metadata: tuple[Any, ...]) -> str:
    for item in _flat(metadata):
        if isinstance(item, StringConstraints) and isinstance(item.pattern, str):
            said = PATTERN_WORDS.get(item.pattern, words.TEXT)
            return words.TEXT if said.startswith(words.TEXT) else said
    return words.TEXT


def _bounds(metadata: tuple[Any, ...]) -> dict[str, float | None]:
    found: dict[str, float | None] = {"above": None, "least": None, "most": None}
    for item in _flat(metadata):
        if isinstance(item, Gt):
            found["above"] = float(str(item.gt))
        elif isinstance(item, Ge):
            found["least"] = float(str(item.ge))
        elif isinstance(item, Le):
            found["most"] = float(str(item.le))
    return found


def _flat(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(tuple(item.metadata))
        else:
            yield item


def unexplained(root: type[BaseModel]) -> list[str]:
    """Fields without a sentence, for the test that wants none."""
    return [
        f"{block.__name__}.{name}"
        for block in tree(root)
        for name in block.model_fields
        if not meaning(block, name)
    ]
