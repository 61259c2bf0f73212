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
  for (const asked of [{}, { boards: 2 }]) {
    for (const _ of vramAtlas.fittingIn(id, asked, Infinity));
  }
}
"""
"""Asks all models at the defaults and on two boards, as a browser does while its reader types."""

IN_FORMAT = """text => {
  const { setting, sizes } = JSON.parse(text);
  const { catalog, need, fittingOf, printed } = vramAtlas;
  const wrong = [];
  for (const gib of sizes) {
    const have = gib * 2 ** 30;
    const found = new Set([...fittingOf(setting, have)].map(({ model }) => model));
    for (const model of Object.keys(catalog.models)) {
      const peak = need({ model, ...setting })?.peak_bytes;
      const fits = Boolean(peak) && printed.judge({ peak }, have) === "fits";
      if (found.has(model) !== fits) wrong.push([model, gib]);
    }
  }
  return JSON.stringify(wrong);
}"""

SETTINGS = (
    {"boards": 2},
    {"boards": 3},
    {"boards": 8},
    {"context_length": 131072},
    {"context_length": 512, "boards": 2},
    {"sequence_length": 8192, "boards": 2},
    {"sequence_length": 128, "boards": 8},
    {"sequence_length": 2048},
    {"context_length": 32768, "boards": 2, "micro_batch_size": 2},
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


@pytest.mark.parametrize("boards", [1, 2])
@pytest.mark.parametrize(
    ("task", "weights"),
    [("inference", "gptq-int4"), ("inference", "q4_k_m"), ("inference", "fp8"), ("qlora", "nf4")],
)
def test_weights_that_are_too_large_pass_over_none(
    scripts: list[Path], task: str, weights: str, boards: int
) -> None:
    """A format that the reader names: no model fits whose weights alone are said not to."""
    asked = {
        "setting": {"task": task, "weights": weights, "boards": boards},
        "sizes": [4, 8, 11.5, 16, 24, 48, 80, 141],
    }
    [wrong] = in_node(scripts, [json.dumps(asked)], IN_FORMAT)
    assert json.loads(wrong) == []
