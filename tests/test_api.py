"""The JSON API: what its page promises, for every document."""

import json

import pytest
from golden_files import same_as_golden

from vram_atlas import api
from vram_atlas.catalog import Catalog
from vram_atlas.grid import Grid
from vram_atlas.verdict import Verdict


def test_index_lists_everything(catalog: Catalog) -> None:
    """All models and boards, in the order of the files, with addresses."""
    index = json.loads(api.as_text(api.index(catalog)))
    assert [item["id"] for item in index["models"]] == list(catalog.models)
    assert [item["id"] for item in index["boards"]] == list(catalog.boards)
    assert index["schema_version"] == 1
    dates = [s.accessed for sources in catalog.sources.values() for s in sources.values()]
    assert index["catalog_date"] == max(dates)


def test_parameters_are_exact(grid: Grid) -> None:
    """Integers, recomputed from the shapes; `active` equals `total` for dense models."""
    for entry in grid.catalog.models.values():
        document = json.loads(api.as_text(api.model(entry, grid)))
        assert document["disclosed"] is (entry.groups is not None)
        if entry.groups is None:
            assert "parameters" not in document
            assert document["matrices"] == []
            continue
        assert document["parameters"]["total"] == entry.groups.total
        active = document["parameters"]["active"]
        assert active == entry.groups.total - entry.groups.inactive


@pytest.mark.parametrize(
    ("model", "total", "active"),
    [
        pytest.param(
            "llama-2-7b", 6_738_415_616, 6_738_415_616, id="Llama 2 7B: sum of its shapes"
        ),
        pytest.param("mixtral-8x7b", 46_702_792_704, 12_879_925_248, id="Mixtral: 2 of 8 experts"),
    ],
)
def test_known_counts(grid: Grid, model: str, total: int, active: int) -> None:
    """Counts that the publishers' configuration files imply."""
    document = api.model(grid.catalog.models[model], grid)
    assert document["parameters"] == {"total": total, "active": active}


def test_parts_add_up(grid: Grid) -> None:
    """Parts sum to the expected allocation; low <= expected <= high; the peak is not smaller."""
    for entry in grid.catalog.models.values():
        for cell in json.loads(api.as_text(api.model(entry, grid)))["matrices"]:
            allocated, peak = cell["allocated_bytes"], cell["peak_bytes"]
            assert sum(cell["parts"].values()) == allocated["expected"]
            for spread in (allocated, peak):
                assert spread["low"] <= spread["expected"] <= spread["high"]
            assert peak["expected"] >= allocated["expected"]


def test_models_and_boards_agree(grid: Grid) -> None:
    """A model lists a board exactly when the board lists the model, in every matrix."""
    by_model = {
        (entry.id, cell["id"], board)
        for entry in grid.catalog.models.values()
        for cell in json.loads(api.as_text(api.model(entry, grid)))["matrices"]
        for board in cell["boards_that_fit"]
    }
    by_board = {
        (model, matrix["id"], board.id)
        for board in grid.catalog.boards.values()
        for matrix in json.loads(api.as_text(api.board(board, grid)))["matrices"]
        for model in matrix["models_that_fit"]
    }
    assert by_model == by_board


def test_one_type_per_key(grid: Grid) -> None:
    """A key has the same type in every document of its kind, and none is null."""
    models = [api.model(entry, grid) for entry in grid.catalog.models.values()]
    boards = [api.board(board, grid) for board in grid.catalog.boards.values()]
    for documents in (models, boards):
        types: dict[str, type] = {}
        for document in documents:
            for key, value in json.loads(api.as_text(document)).items():
                assert value is not None, (document["id"], key)
                assert types.setdefault(key, type(value)) is type(value), (document["id"], key)


def test_golden_document(few_boards: Grid) -> None:
    """One document in full, so that a change of shape is seen in review."""
    document = api.model(few_boards.catalog.models["llama-2-70b"], few_boards)
    same_as_golden("llama-2-70b.json", api.as_text(document))


def test_verdict_words_are_closed() -> None:
    """The words that the API page promises."""
    assert [verdict.value for verdict in Verdict] == ["fits", "tight", "no", "unknown"]
