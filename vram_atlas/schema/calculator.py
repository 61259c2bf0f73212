"""Other public calculators: which version was read, and what each assumes."""

from typing import Annotated

from pydantic import Field

from vram_atlas.schema.base import Identifier, Source, SourceKey, Strict, Task, Text


class Calculator(Strict):
    """One calculator. Its formula, in our words, is the function of the same id in the code."""

    id: Identifier
    name: Text
    version: Text = Field(description="the release or the date of the commit that was read")
    tasks: tuple[Annotated[Task, Field(strict=False)], ...] = Field(
        strict=False, min_length=1, description="what it answers"
    )
    assumes: Text = Field(description="what its figure stands for, in one or two sentences")
    source: SourceKey


class CalculatorFile(Strict):
    """data/calculators.yml."""

    sources: dict[str, Source]
    calculators: tuple[Calculator, ...] = Field(strict=False, min_length=1)
