"""Sums are the same in every version of Python: from 3.12 on, sum() of floats is another one."""

import builtins
import json
import math
from fractions import Fraction
from itertools import islice

import pytest
from parity_cases import requests

from vram_atlas.adding import add_up
from vram_atlas.answers import answer_line
from vram_atlas.catalog import Catalog
from vram_atlas.schema.base import Task

TENTHS = [0.1] * 10


def test_floats_are_rounded_at_every_step() -> None:
    """As JavaScript does; the exact sum of these ten doubles rounds to 1.0."""
    assert add_up(TENTHS) == 0.9999999999999999
    assert float(sum(map(Fraction, TENTHS))) == 1.0


def test_whole_numbers_stay_whole() -> None:
    """However large, and where there is none."""
    assert add_up([2**60, 1]) == 2**60 + 1
    assert add_up([]) == 0
    assert isinstance(add_up([1, 2]), int)


def test_answers_do_not_depend_on_the_sum_of_this_python(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sum without rounding errors, and one that is wrong, stand in for other versions."""
    questions = [
        json.dumps(question)
        for entry in islice(catalog.models.values(), 0, None, 7)
        for task in Task
        for question in islice(requests(entry, task, catalog), 4)
    ]
    wanted = [answer_line(question, catalog) for question in questions]
    assert sum(fine for _, fine in wanted) > len(questions) / 3
    for other in (math.fsum, lambda values: max(values, default=0) / 3):
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "sum", other)
            found = [answer_line(question, catalog) for question in questions]
        assert found == wanted
