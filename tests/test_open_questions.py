"""Lists of all models that fit: found by asking few of them, and the same as by asking all."""

import json
from pathlib import Path

import pytest
from javascript import in_node, write_box

from vram_atlas.catalog import Catalog

ALL = """text => {
  const { setting, sizes } = JSON.parse(text);
  const { catalog, matrixRequest, need, printed } = vramAtlas;
  const wrong = [];
  const sound = (usual, found) => {
    if (!found?.peak_bytes) return true;
    const together = found.peak_bytes.expected * (setting.boards ?? 1);
    return Boolean(usual?.peak_bytes) && together >= usual.held;
  };
  const rank = (model) => catalog.models[model].rank;
  const before = (one, other) =>
    rank(other.model) - rank(one.model) ||
    other.peak.expected - one.peak.expected ||
    (one.model < other.model ? -1 : 1);
  for (const id of Object.keys(catalog.matrices)) {
    const all = [];
    for (const model of Object.keys(catalog.models)) {
      const fields = { model, ...matrixRequest(model, id) };
      const found = need({ ...fields, ...setting });
      if (!sound(need(fields), found)) wrong.push([id, model, "less than at the defaults"]);
      if (found?.peak_bytes) all.push({ model, peak: found.peak_bytes });
    }
    all.sort(before);
    for (const gib of sizes) {
      const have = gib * 2 ** 30;
      const fitting = all.filter((one) => printed.judge(one, have) === "fits");
      const models = [[...vramAtlas.fittingIn(id, setting, have)], fitting].map((found) =>
        found.map(({ model }) => model).join(),
      );
      if (models[0] !== models[1]) wrong.push([id, gib, ...models]);
    }
  }
  return JSON.stringify(wrong);
}"""
USUAL = """for (const id of Object.keys(vramAtlas.catalog.matrices)) {
  for (const _ of vramAtlas.fittingIn(id, {}, Infinity));
}
"""
"""Asks all models at the defaults, as a reader's browser does while the reader types."""

SETTINGS = (
    {"boards": 2},
    {"boards": 3},
    {"boards": 8},
    {"context_length": 131072},
    {"context_length": 512, "boards": 2},
    {"sequence_length": 8192, "boards": 2},
    {"sequence_length": 128, "boards": 8},
    {"micro_batch_size": 4, "boards": 4},
)
"""Fields of which a list takes what the defaults hold for what a model needs at least."""


@pytest.fixture(scope="module")
def scripts(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All scripts of the question box, and the needs at the defaults."""
    folder = tmp_path_factory.mktemp("open")
    usual = folder / "usual.js"
    usual.write_text(USUAL, encoding="utf-8")
    return [*write_box(catalog, folder), usual]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: ", ".join(map(str, one.items())))
def test_no_model_that_fits_is_passed_over(scripts: list[Path], setting: dict[str, int]) -> None:
    """Every matrix: models that are not asked need more than there is, or cannot be computed."""
    asked = {"setting": setting, "sizes": [4, 8, 11.5, 16, 24, 48, 80, 141]}
    [wrong] = in_node(scripts, [json.dumps(asked)], ALL)
    assert json.loads(wrong) == []
