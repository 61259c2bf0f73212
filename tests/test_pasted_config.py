"""A pasted config.json in the browser's interpreter: the same model as Python reads from it."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from javascript import in_node, write_box

from vram_atlas.catalog import Catalog
from vram_atlas.expressions import Config
from vram_atlas.importing import import_config
from vram_atlas.problems import ProblemsError

CONFIGS: Final = Path(__file__).resolve().parent / "configs"
Call = Callable[[str, Iterable[object]], Iterator[Any]]


@pytest.fixture(scope="module")
def call(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """What a function of the scripts gives for each argument."""
    scripts = write_box(catalog, tmp_path_factory.mktemp("own"))

    def work(function: str, arguments: Iterable[object]) -> Iterator[Any]:
        code = f"text => JSON.stringify(({function})(JSON.parse(text)))"
        return map(json.loads, in_node(scripts, map(json.dumps, arguments), code))

    return work


def configurations() -> dict[str, dict[str, Any]]:
    """Every published configuration of the importer's tests, by file."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CONFIGS.glob("*.json"))
    }


def test_real_configurations_read_the_same(call: Call, catalog: Catalog) -> None:
    """The architecture as JSON is equal, and so are context, format and what is not counted."""
    files = configurations()
    assert len(files) >= 40
    read = call("vramAtlas.importConfig", (one["config"] for one in files.values()))
    for (name, document), found in zip(files.items(), read, strict=True):
        expected = import_config(document["config"], catalog.importing, name)
        assert found == {
            "architecture": expected.shape,
            "context_length": expected.context_length,
            "native_format": expected.native_format,
            "uncounted": expected.uncounted,
        }, name


def test_real_configurations_answer_as_the_catalog(call: Call, catalog: Catalog) -> None:
    """A pasted configuration needs what the catalog's entry of the same model needs."""
    files = configurations()
    ask = """({config, model, request}) => {
      const {model: own} = vramAtlas.readPasted(JSON.stringify(config));
      const need = (model) => vramAtlas.answer({model, ...request}).peak_bytes;
      return [need(own), need(model)];
    }"""
    whole = {
        name: one
        for name, one in files.items()
        if import_config(one["config"], catalog.importing, name).uncounted is None
    }
    request = {"task": "inference", "weights": "bf16", "context_length": 256}
    asked = [
        {"config": one["config"], "model": one["model"], "request": request}
        for one in whole.values()
    ]
    for name, (own, listed) in zip(whole, call(ask, asked), strict=True):
        assert own is not None, name
        assert own == listed, name


HOSTILE: Final[tuple[Config, ...]] = (
    {},
    {"model_type": "no-such-model"},
    {"model_type": "llama"},
    {"model_type": "llama", "num_hidden_layers": "many", "hidden_size": None},
    {"model_type": "llama", "num_hidden_layers": -1, "hidden_size": 0, "num_attention_heads": 0},
    {"model_type": ["llama"]},
    {"model_type": "__proto__"},
    {"model_type": "llava", "text_config": 3},
)


def test_what_is_missing_is_said(call: Call, catalog: Catalog) -> None:
    """Unknown types and missing keys are problems, never a traceback, in Python and here."""
    found = list(call("one => vramAtlas.readPasted(JSON.stringify(one))", HOSTILE))
    for config, read in zip(HOSTILE, found, strict=True):
        with pytest.raises(ProblemsError):
            import_config(config, catalog.importing, "config.json")
        assert read["problems"], config
        assert all(one["path"] and one["expected"] for one in read["problems"])
    missing = {one["path"] for one in found[2]["problems"]}
    assert {"hidden_size", "num_hidden_layers", "vocab_size"} <= missing


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("meta-llama/Llama-2-7b-hf", "address", id="a name"),
        pytest.param(
            "https://huggingface.co/a/b/blob/main/config.json", "address", id="an address"
        ),
        pytest.param("{", "problems", id="half a file"),
        pytest.param("[1]", "problems", id="a list"),
    ],
)
def test_other_texts(call: Call, text: str, key: str) -> None:
    """A name leads to the file; anything else is named."""
    (read,) = call("vramAtlas.readPasted", [text])
    assert key in read
    if key == "address":
        assert read["address"].startswith("https://huggingface.co/")
        assert read["address"].endswith("/raw/main/config.json")


def test_address_holds_an_own_model(call: Call) -> None:
    """The shape travels in the address; a damaged one gets no answer."""
    config = configurations()["llama-3.1-8b"]["config"]
    there = """config => {
      const {model} = vramAtlas.readPasted(JSON.stringify(config));
      const state = {q: "", fields: {model, task: "inference", board: "rtx-4090"}};
      const address = vramAtlas.state.toAddress(state);
      const damaged = [address.replace("hidden_size", "nothing"), address.replace("%7B", "%7B%7B")];
      const {compose, state: {fromAddress}} = vramAtlas;
      const verdicts = damaged.map((one) => compose(fromAddress(one)).verdict);
      return [state, vramAtlas.state.fromAddress(address), verdicts];
    }"""
    ((state, back, verdicts),) = call(there, [config])
    assert back == state
    assert verdicts == ["unknown", "unknown"]
