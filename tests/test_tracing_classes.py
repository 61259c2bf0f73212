"""tracing/: what it does with what it finds. PyTorch is not there; the classes are not run."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import tracing
from tracing.__main__ import main
from tracing.comparing import counts, differences, expected
from tracing.counted import COUNTED, Network
from tracing.denoisers import DENOISERS
from tracing.figures import Adapted, Figures, PerToken, through
from vram_atlas.schema.listed import DiffusionTransformer, Step

FOLDER = Path(tracing.__file__).parent
WITHOUT_TORCH = {
    "__main__",
    "alive",
    "asking",
    "cases",
    "comparing",
    "counted",
    "denoisers",
    "figures",
    "measuring",
    "unets",
}


def test_slopes_through_three_sizes() -> None:
    """8 bytes per token of the image, 5 per token of text, whatever the rest."""
    points = [(n, t, 8 * n + 5 * t + 77) for n, t in ((10, 4), (30, 4), (30, 9))]
    assert through(points) == PerToken(8, 5)


def test_every_traced_denoiser_is_one_of_the_catalog() -> None:
    """And each whose training step is stated has a recipe; FLUX.1's is a formula."""
    listed = expected()
    assert {name for name, one in listed.items() if one.shape.training} <= {*DENOISERS}
    assert {*DENOISERS} - {*listed} == {"flux.1-dev"}


def test_every_counted_network_is_one_of_the_catalog() -> None:
    """SAM, wav2vec 2.0 and the decoders of videos among them."""
    assert {*COUNTED} <= {*counts()}
    assert {"sam-vit-h", "wav2vec2-base", "wan2.2-ti2v-5b", "qwen-image"} <= {*COUNTED}


def test_what_has_no_recipe_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It counts as a difference; so does a wrong count, and a right one does not."""
    monkeypatch.delitem(COUNTED, "sam-vit-b")
    assert main(["sam-vit-b"]) == 1
    assert "no recipe" in capsys.readouterr().out
    monkeypatch.setattr(Network, "parameters", lambda _: counts()["wav2vec2-base"])
    assert main(["wav2vec2-base"]) == 0
    assert main(["wav2vec2-large"]) == 1
    assert "counted 94,371,712" in capsys.readouterr().out
    assert main(["no-such-model"]) == 2


def as_traced(shape: DiffusionTransformer, step: Step) -> Figures:
    """What a trace finds where data/ is right."""
    return Figures(
        blocks=[PerToken(each.image, each.text) for each in step.blocks],
        adapted=[
            [
                Adapted(each.inputs, each.outputs, image=each.image, text=each.text)
                for each in group.adapted
                for _ in range(each.count)
            ]
            for group in shape.blocks
        ],
        outside=PerToken(step.outside.image, step.outside.text),
        transient=PerToken(step.transient.image, step.transient.text),
    )


@pytest.mark.parametrize("model", ["qwen-image", "flux.2-klein-4b", "wan2.1-t2v-1.3b"])
def test_each_figure_is_compared(model: str) -> None:
    """Nothing to say where all agree; one line for each figure that does not."""
    shape = expected()[model].shape
    assert shape.training is not None
    right = as_traced(shape, shape.training.adapters_autocast)
    wrong = [
        replace(right, outside=PerToken(1, right.outside.text)),
        replace(right, transient=PerToken(right.transient.image, 1)),
        replace(right, blocks=[PerToken(1, 1), *right.blocks[1:]]),
        replace(right, adapted=[right.adapted[0][1:], *right.adapted[1:]]),
    ]
    assert [*differences("adapters_autocast", shape, right)] == []
    for changed in wrong:
        assert len([*differences("adapters_autocast", shape, changed)]) == 1


def test_what_needs_pytorch_says_so() -> None:
    """The other modules import it at their top; these can be read and tested without."""
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            name.name.split(".")[0]
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                node.names if isinstance(node, ast.Import) else [ast.alias(name=node.module or "")]
            )
        }
        assert not (path.stem in WITHOUT_TORCH and names & {"torch", "peft", "diffusers"})
