"""The schema models as a tree: which blocks a file has, where they are, and their fields."""

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Block = type[BaseModel]


def blocks_in(annotation: object) -> Iterator[Block]:
    """Schema models that a field of this type can hold, in the order they are written."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    if get_origin(annotation) is Literal:
        return
    for argument in get_args(annotation):
        yield from blocks_in(argument)


def is_list(annotation: object) -> bool:
    """Whether the value is a list (`tuple[X, ...]` in the schema)."""
    origin = get_origin(annotation)
    if origin in {Annotated, Union, types.UnionType}:
        return any(is_list(argument) for argument in get_args(annotation))
    return origin is tuple


def is_mapping(annotation: object) -> bool:
    """Whether the value is a mapping with keys of the writer's choice."""
    return get_origin(annotation) is dict


def tag(block: Block) -> str:
    """The word that tells a block from its alternatives (`kind: grouped`); empty without one."""
    for field in block.model_fields.values():
        words = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        if words:
            return str(words[0])
    return ""


def _mark(annotation: object) -> str:
    return "[]" if is_list(annotation) else ".*" if is_mapping(annotation) else ""


@cache
def tree(root: Block) -> dict[Block, str]:
    """Every block of a file with the path of its first appearance: `models[].architecture`."""
    found: dict[Block, str] = {root: ""}
    pending = [root]
    while pending:
        block = pending.pop(0)
        for name, field in block.model_fields.items():
            mark = (
                "[]" if is_list(field.annotation) else ".*" if is_mapping(field.annotation) else ""
            )
            path = f"{found[block]}.{name}{mark}".lstrip(".")
            for inner in blocks_in(field.annotation):
                if inner not in found:
                    found[inner] = path
                    pending.append(inner)
    return found


def block_at(root: Block, location: tuple[int | str, ...]) -> list[Block]:
    """Blocks that a place of a file can hold; more than one where no tag was given."""
    here = [root]
    for part in location:
        below = [
            inner
            for block in here
            if part in block.model_fields
            for inner in blocks_in(block.model_fields[str(part)].annotation)
        ]
        tagged = [block for block in here if tag(block) == part]
        here = below or tagged or here
    return here
