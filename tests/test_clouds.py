"""Clouds: what their files may say, and what fits on one instance."""

# ruff: noqa: E501 - a row of a table is one line

import shutil
from pathlib import Path

import pytest

from vram_atlas.catalog import DATA, Catalog, load_catalog
from vram_atlas.cloud_documents import provider_document
from vram_atlas.cloud_pages import provider_page
from vram_atlas.cloud_words import UNNAMED
from vram_atlas.estimator import estimate
from vram_atlas.grid import Grid
from vram_atlas.instances import Instances, rented, with_board
from vram_atlas.pages import board_page
from vram_atlas.problems import ProblemsError
from vram_atlas.request import make_request
from vram_atlas.resolve import resolve
from vram_atlas.verdict import Verdict, judge


@pytest.fixture(scope="module")
def instances(grid: Grid) -> Instances:
    """Estimates over several boards."""
    return Instances(grid)


@pytest.mark.parametrize(
    ("provider", "instance", "board", "count"),
    [
        pytest.param("aws", "g4dn.xlarge", "t4", 1, id="g4dn"),
        pytest.param("aws", "g5.48xlarge", "a10g", 8, id="g5"),
        pytest.param("aws", "g6e.12xlarge", "l40s", 4, id="g6e"),
        pytest.param("aws", "p3.16xlarge", "v100-16gb", 8, id="p3"),
        pytest.param("aws", "p4d.24xlarge", "a100-40gb", 8, id="p4d"),
        pytest.param("aws", "p4de.24xlarge", "a100-80gb", 8, id="p4de"),
        pytest.param("aws", "p5.48xlarge", "h100-80gb", 8, id="p5"),
        pytest.param("aws", "p5en.48xlarge", "h200", 8, id="p5en"),
        pytest.param("aws", "p6-b200.48xlarge", "b200", 8, id="p6"),
        pytest.param("azure", "Standard_NC80adis_H100_v5", "h100-nvl-94gb", 2, id="94 GB, not 80"),
        pytest.param("google-cloud", "g2-standard-24", "l4", 2, id="g2"),
        pytest.param("alibaba-cloud", "ecs.gn7i-c32g1.32xlarge", "a10", 4, id="gn7i"),
        pytest.param("alibaba-cloud", "ecs.gn8v-8x.48xlarge", None, 8, id="gn8v names no gpu"),
        pytest.param("tencent-cloud", "GT4.41XLARGE948", "a100-40gb", 8, id="gt4"),
        pytest.param("lambda", "1x NVIDIA GH200", "gh200-96gb", 1, id="lambda"),
        pytest.param("runpod", "NVIDIA GeForce RTX 4090", "rtx-4090", 1, id="runpod"),
    ],
)
def test_instance_types(
    provider: str, instance: str, board: str | None, count: int, catalog: Catalog
) -> None:
    """Types that people ask for, as the providers' own lists have them."""
    found = {
        one.type: (family.board, one.count) for family, one in rented(catalog.clouds[provider])
    }
    assert found[instance] == (board, count)


MISTAKES = [
    pytest.param("board: a10g", "board: a10h", "families[2].board: saw 'a10h', expected the id of a board", id="unknown board"),
    pytest.param("board: a100-40gb", "board: a100-80gb", "saw 40960 MiB per GPU, expected about the 81920 MiB of 'a100-80gb'", id="another variant"),
    pytest.param("type: g5.2xlarge", "type: g5.xlarge", "families[2].instances[1].type: saw 'g5.xlarge', expected a type once", id="a type twice"),
    pytest.param("memory_mib: 22888", "memory_mib: 22888\n    memory_gb: 24", "expected either memory_gb or memory_mib, as the provider states it", id="two memories"),
    pytest.param("    gpu: NVIDIA A10G\n", "", "expected a board only where the provider names the GPU", id="a board guessed"),
    pytest.param("count: 4}", "count: 0}", "count: saw 0, expected a number greater than 0", id="no gpu"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_mistakes(old: str, new: str, message: str, tmp_path: Path) -> None:
    """Each mistake is found, with its place."""
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "clouds" / "aws.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_catalog(data)
    assert any(
        message in str(problem) and problem.file == "data/clouds/aws.yml" and problem.line
        for problem in caught.value.problems
    ), str(caught.value)


def test_the_largest_fits_and_nothing_larger_does(grid: Grid, instances: Instances) -> None:
    """Asked again as a request with that many boards, for one instance and every matrix."""
    board, count = grid.catalog.boards["h100-80gb"], 8
    for matrix in grid.catalog.matrices.values():
        largest = instances.largest(board, count, matrix)
        assert largest is not None, matrix.id
        for cell in grid.by_size(matrix):
            assert cell.workload is not None
            asked = {"model": cell.entry.id, "task": matrix.task, "boards": count}
            if "weights" in (cell.request.model_fields_set if cell.request else ()):
                asked["weights"] = cell.workload.weights.id
            try:
                workload = resolve(make_request(asked), grid.catalog).workload
            except ProblemsError:
                continue
            assert workload is not None
            found = estimate(workload, grid.catalog)
            fits = judge(found, board.visible) is Verdict.FITS
            assert fits == (cell is largest.cell), (matrix.id, cell.entry.id)
            if fits:
                assert found.peak == largest.estimate.peak
                break


@pytest.mark.parametrize("name", ["a100-40gb", "t4"])
@pytest.mark.parametrize("count", [2, 4, 8])
def test_boards_together_hold_no_less_than_one(
    grid: Grid, instances: Instances, name: str, count: int
) -> None:
    """What is larger than all their memory is not even tried."""
    board = grid.catalog.boards[name]
    for cell in grid.cells.values():
        alone, shared = cell.on(board), instances.over(cell, board, count)
        if alone is not None and shared is not None:
            each = shared.allocated.expected
            assert count * each >= alone.allocated.expected, (cell.entry.id, cell.matrix.id)


def test_every_place_is_answered_the_same_as_page_and_document(instances: Instances) -> None:
    """The page and the JSON document name the same model and need."""
    catalog = instances.grid.catalog
    for provider in catalog.clouds.values():
        page = provider_page(provider, instances)
        document = provider_document(provider, instances, version=1)
        assert (UNNAMED in page) == any(family.gpu is None for family in provider.families)
        places = document["largest"]
        assert isinstance(places, list)
        assert len(places) == len([*instances.places(provider)])
        for place in places:
            for answer in place["models"]:
                entry = catalog.models[answer["model"]]
                need = answer["peak_bytes_per_board"] / 1024**3
                assert need <= catalog.boards[place["board"]].visible / 1024**3
                assert (
                    f'{entry.id}.html">{entry.model.name}</a><small>{need:.1f} GiB' in page
                    or need < 1
                )


def test_a_board_page_names_its_instances(grid: Grid) -> None:
    """Every instance type that has the board, with a link to the provider; none for a laptop."""
    board = grid.catalog.boards["a10g"]
    page = board_page(board, grid)
    types = {instance.type for _, instance in with_board(board, grid)}
    assert {"g5.xlarge", "g5.48xlarge"} <= types
    assert all(name in page for name in types)
    assert '"../clouds/aws.html"' in page
    assert "../clouds/" not in board_page(grid.catalog.boards["rtx-4090-laptop"], grid)
