"""Names in the browser: every one of the catalog, read back from what is written of it."""

import json
from pathlib import Path

import pytest
from javascript import in_node

from vram_atlas.catalog import Catalog
from vram_atlas.name_lists import id_of, name_script
from vram_atlas.names import normalised, without_publisher

Entry = tuple[str, str, tuple[str, ...]]


def entries(catalog: Catalog) -> dict[str, list[Entry]]:
    """Ids, names and aliases by kind."""
    return {
        "models": [(one.id, one.model.name, one.model.aliases) for one in catalog.models.values()],
        "boards": [(one.id, one.board.name, one.board.aliases) for one in catalog.boards.values()],
        "formats": [(one.id, one.name, one.aliases) for one in catalog.formats.values()],
        "optimizers": [(one.id, one.name, one.aliases) for one in catalog.optimizers.values()],
        "runtimes": [(one.id, one.name, one.aliases) for one in catalog.runtimes.values()],
    }


def test_every_name_is_read_back(catalog: Catalog, tmp_path: Path) -> None:
    """Ids in order, display names as they are; every alias is among the others, however spelt.

    Or one of them with a word in front or behind that the question box passes over.
    """
    script = tmp_path / "names.js"
    script.write_text(name_script(catalog), encoding="utf-8")
    [text] = in_node([script], [""], "() => JSON.stringify(vramAtlas.names)")
    for kind, expected in entries(catalog).items():
        found = json.loads(text)[kind]
        assert [*found] == [identity for identity, _, _ in expected]
        for identity, name, aliases in expected:
            assert found[identity][0] == name
            known = {normalised(one) for one in (identity, *found[identity])}
            for alias in (normalised(without_publisher(one)) for one in aliases):
                assert any(alias.startswith(one) or alias.endswith(one) for one in known), alias


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("GeForce RTX 3060 12 GB", "rtx-3060-12gb"),
        ("Apple M3 Max 36 GB", "m3-max-36gb"),
        ("CLIP ViT-B/32", "clip-vit-b-32"),
        ("Wan2.1 T2V 1.3B", "wan2.1-t2v-1.3b"),
        ("DGX Spark (GB10)", "dgx-spark-gb10"),
    ],
)
def test_ids_follow_from_names(tmp_path: Path, catalog: Catalog, name: str, identity: str) -> None:
    """In both languages; an id that does not is written down."""
    assert id_of(name) == identity
    script = tmp_path / "names.js"
    script.write_text(name_script(catalog), encoding="utf-8")
    [found] = in_node([script], [json.dumps(name)], "text => vramAtlas.idOf(JSON.parse(text))")
    assert found == identity
