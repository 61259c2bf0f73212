"""How each trick is switched on: snippets, and the options of libraries that they may use."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from vram_atlas.schema.base import Identifier, Source, SourceKey, Strict, Text


class Language(StrEnum):
    """What a snippet is written in; the word that marks its block in Markdown."""

    PYTHON = "python"
    JSON = "json"
    BASH = "bash"


class Library(Strict):
    """A library and the version that its options were checked in."""

    id: Identifier
    name: Text
    version: Text
    note: Text | None = None


class Options(Strict):
    """Options of one callable, command or configuration file, as the source has them."""

    library: Identifier
    of: Text = Field(description="a callable, a command, or the name of a configuration file")
    names: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="an option, with its value where that is a word: `optim=adafactor`",
    )
    source: SourceKey


class Switch(Strict):
    """How a trick is switched on in one library."""

    method: Identifier
    library: Identifier
    language: Language = Field(strict=False)
    file: Text | None = Field(default=None, description="the configuration file that it goes into")
    code: Annotated[str, StringConstraints(min_length=1)]
    note: Text | None = None


class SwitchFile(Strict):
    """data/switches.yml."""

    sources: dict[str, Source]
    libraries: tuple[Library, ...] = Field(strict=False, min_length=1)
    options: tuple[Options, ...] = Field(strict=False, min_length=1)
    switches: tuple[Switch, ...] = Field(strict=False, min_length=1)
