"""Another process works meanwhile: what it makes arrives here, and so does what it raises."""

import os

import pytest

from vram_atlas import meanwhile as module
from vram_atlas.meanwhile import meanwhile
from vram_atlas.problems import Problem, ProblemsError

PROBLEM = Problem("", 0, "here", "one", "another")


def _refuse() -> None:
    raise ProblemsError([PROBLEM])


@pytest.fixture(params=[True, False], ids=["two processes", "this process alone"])
def forks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether there is another process. Test runners have threads, which a fork would lack."""
    forks: bool = request.param
    monkeypatch.setattr(module, "can_fork", lambda: forks)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return forks


def test_what_is_made_arrives(forks: bool) -> None:  # noqa: FBT001 - a fixture
    """Also more than a pipe holds at a time."""
    process, text = meanwhile(lambda: (os.getpid(), "x" * 1_000_000))()
    assert (process != os.getpid()) is forks
    assert text == "x" * 1_000_000


@pytest.mark.usefixtures("forks")
def test_what_is_raised_arrives() -> None:
    """Problems in data are told as if this process had found them."""
    made = meanwhile(_refuse)
    with pytest.raises(ProblemsError, match="here: saw one, expected another") as caught:
        made()
    assert caught.value.problems == [PROBLEM]
