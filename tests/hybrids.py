"""Shapes of published hybrid and state-space models, for tests: what a catalog entry would say.

Source: the configuration of each published checkpoint; counts of the classes of transformers 5.24
on empty tensors agree to the element where a class exists.
"""

from typing import Final

from pydantic import TypeAdapter

from vram_atlas.schema.architecture import Decoder

Shape = dict[str, object]


def a_decoder(**fields: object) -> Decoder:
    """A decoder from what a catalog entry would say."""
    return TypeAdapter(Decoder).validate_python({"kind": "decoder", **fields})


def grouped(layers: int, heads: int, kv_heads: int, head_size: int, **more: object) -> Shape:
    """Attention layers with keys and values."""
    return {
        "kind": "grouped",
        "layers": layers,
        "heads": heads,
        "kv_heads": kv_heads,
        "head_size": head_size,
        **more,
    }


def _delta(layers: int, key_heads: int, value_heads: int, **more: object) -> Shape:
    return {
        "kind": "gated-delta",
        "layers": layers,
        "key_heads": key_heads,
        "value_heads": value_heads,
        "key_size": 128,
        "value_size": 128,
        **more,
    }


def _mamba2(layers: int, heads: int, head_size: int, groups: int, **more: object) -> Shape:
    return {
        "kind": "mamba-2",
        "layers": layers,
        "heads": heads,
        "head_size": head_size,
        "groups": groups,
        "state_size": 128,
        **more,
    }


def gated(layers: int, width: int) -> Shape:
    """MLPs of three matrices."""
    return {"kind": "gated", "layers": layers, "width": width}


def _experts(layers: int, experts: int, used: int, width: int, **more: object) -> Shape:
    return {
        "kind": "experts",
        "layers": layers,
        "experts": experts,
        "experts_per_token": used,
        "expert_width": width,
        **more,
    }


def _none(layers: int) -> Shape:
    return {"kind": "none", "layers": layers}


def _mamba(layers: int, inner: int, rank: int, **more: object) -> Shape:
    return {
        "kind": "mamba",
        "layers": layers,
        "inner_size": inner,
        "state_size": 16,
        "rank": rank,
        **more,
    }


GATED: Final = {"query_key_norm": "head", "output_gate": True, "partial_rotary": True}

HYBRIDS: Final = {
    "qwen3-next-80b-a3b": a_decoder(
        layers=48,
        hidden_size=2048,
        vocabulary=151936,
        tied_embeddings=False,
        attention=[_delta(36, 16, 32), grouped(12, 16, 2, 256, **GATED)],
        mlp=[_experts(48, 512, 10, 512, shared_width=512, shared_gate=True)],
    ),
    "qwen3.5-9b, text": a_decoder(
        layers=32,
        hidden_size=4096,
        vocabulary=248320,
        tied_embeddings=False,
        attention=[_delta(24, 16, 32), grouped(8, 16, 4, 256, **GATED)],
        mlp=[gated(32, 12288)],
    ),
    "qwen3.5-27b, text": a_decoder(
        layers=64,
        hidden_size=5120,
        vocabulary=248320,
        tied_embeddings=False,
        attention=[_delta(48, 16, 48), grouped(16, 24, 4, 256, **GATED)],
        mlp=[gated(64, 17408)],
    ),
    "kimi-linear-48b-a3b": a_decoder(
        layers=27,
        hidden_size=2304,
        vocabulary=163840,
        tied_embeddings=False,
        attention=[
            _delta(21, 32, 32, gate_rank=128),
            {
                "kind": "latent",
                "layers": 6,
                "heads": 32,
                "kv_rank": 512,
                "rope_size": 64,
                "nope_size": 128,
                "value_size": 128,
            },
        ],
        mlp=[gated(1, 9216), _experts(26, 256, 8, 1024, shared_width=1024)],
    ),
    "mamba-2.8b": a_decoder(
        layers=64,
        hidden_size=2560,
        vocabulary=50280,
        tied_embeddings=True,
        attention=[_mamba(64, 5120, 160)],
        mlp=[_none(64)],
        norms_per_layer=1,
    ),
    "falcon-mamba-7b": a_decoder(
        layers=64,
        hidden_size=4096,
        vocabulary=65024,
        tied_embeddings=False,
        attention=[_mamba(64, 8192, 256)],
        mlp=[_none(64)],
        norms_per_layer=1,
    ),
    "mamba2, transformers' default": a_decoder(
        layers=64,
        hidden_size=4096,
        vocabulary=32768,
        tied_embeddings=False,
        attention=[_mamba2(64, 128, 64, 8)],
        mlp=[_none(64)],
        norms_per_layer=1,
    ),
    "jamba-v0.1": a_decoder(
        layers=32,
        hidden_size=4096,
        vocabulary=65536,
        tied_embeddings=False,
        attention=[_mamba(28, 8192, 256, norms=True), grouped(4, 32, 8, 128)],
        mlp=[gated(16, 14336), _experts(16, 16, 2, 14336)],
    ),
    "falcon-h1, transformers' default": a_decoder(
        layers=32,
        hidden_size=4096,
        vocabulary=128000,
        tied_embeddings=False,
        attention=[grouped(32, 32, 8, 128)],
        beside=_mamba2(32, 128, 8, 1, state_size=256, norm=False),
        mlp=[gated(32, 14336)],
    ),
    "falcon-h1r-7b": a_decoder(
        layers=44,
        hidden_size=3072,
        vocabulary=130048,
        tied_embeddings=False,
        attention=[grouped(44, 12, 2, 128)],
        beside=_mamba2(44, 24, 128, 1, state_size=256),
        mlp=[gated(44, 12288)],
    ),
    "nemotron-3-nano-30b-a3b": a_decoder(
        layers=52,
        hidden_size=2688,
        vocabulary=131072,
        tied_embeddings=False,
        attention=[_mamba2(23, 64, 64, 8), grouped(6, 32, 2, 128), _none(23)],
        mlp=[
            _none(29),
            _experts(23, 128, 6, 1856, shared_width=3712, gated=False),
        ],
        norms_per_layer=1,
    ),
    "nemotron-nano-9b-v2": a_decoder(
        layers=56,
        hidden_size=4480,
        vocabulary=131072,
        tied_embeddings=False,
        attention=[_mamba2(27, 128, 80, 8), grouped(4, 40, 8, 128), _none(25)],
        mlp=[_none(31), {"kind": "plain", "layers": 25, "width": 15680, "bias": False}],
        norms_per_layer=1,
    ),
    "nemotron-3-super-120b-a12b": a_decoder(
        layers=88,
        hidden_size=4096,
        vocabulary=131072,
        tied_embeddings=False,
        attention=[_mamba2(40, 128, 64, 8), grouped(8, 32, 2, 128), _none(40)],
        mlp=[
            _none(48),
            _experts(
                40,
                512,
                22,
                2688,
                shared_width=5376,
                gated=False,
                latent_size=1024,
            ),
        ],
        norms_per_layer=1,
    ),
    "granite-4.0-h-tiny": a_decoder(
        layers=40,
        hidden_size=1536,
        vocabulary=100352,
        tied_embeddings=True,
        attention=[_mamba2(36, 48, 64, 1), grouped(4, 12, 4, 128)],
        mlp=[_experts(40, 64, 6, 512, shared_width=1024)],
    ),
    "granite-4.0-h-small": a_decoder(
        layers=40,
        hidden_size=4096,
        vocabulary=100352,
        tied_embeddings=True,
        attention=[_mamba2(36, 128, 64, 1), grouped(4, 32, 8, 128)],
        mlp=[_experts(40, 72, 10, 768, shared_width=1536)],
    ),
    "minimax-text-01": a_decoder(
        layers=80,
        hidden_size=6144,
        vocabulary=200064,
        tied_embeddings=False,
        attention=[
            {"kind": "lightning", "layers": 70, "heads": 64, "head_size": 128},
            grouped(10, 64, 8, 128),
        ],
        mlp=[_experts(80, 32, 2, 9216)],
    ),
    "lfm2-1.2b": a_decoder(
        layers=16,
        hidden_size=2048,
        vocabulary=65536,
        tied_embeddings=True,
        attention=[
            {"kind": "short-convolution", "layers": 10},
            grouped(6, 32, 8, 64, query_key_norm="head"),
        ],
        mlp=[gated(16, 8192)],
    ),
    "rwkv-7-g1-2.9b": a_decoder(
        layers=32,
        hidden_size=2560,
        vocabulary=65536,
        tied_embeddings=False,
        attention=[
            {
                "kind": "rwkv-7",
                "layers": 32,
                "heads": 40,
                "head_size": 64,
                "decay_rank": 96,
                "rate_rank": 96,
                "value_rank": 64,
                "gate_rank": 320,
            }
        ],
        mlp=[{"kind": "plain", "layers": 32, "width": 10240, "bias": False}],
        normalisation="layer",
        embedding_norm=True,
    ),
    "deepseek-v3.2": a_decoder(
        layers=61,
        hidden_size=7168,
        vocabulary=129280,
        tied_embeddings=False,
        attention=[
            {
                "kind": "latent",
                "layers": 61,
                "heads": 128,
                "query_rank": 1536,
                "kv_rank": 512,
                "rope_size": 64,
                "nope_size": 128,
                "value_size": 128,
                "indexer": {"heads": 64, "head_size": 128},
            }
        ],
        mlp=[gated(3, 18432), _experts(58, 256, 8, 2048, shared_width=2048)],
    ),
    "llama-3.2-11b-vision, text": a_decoder(
        layers=40,
        hidden_size=4096,
        vocabulary=128256,
        tied_embeddings=False,
        attention=[
            grouped(32, 32, 8, 128),
            grouped(8, 32, 8, 128, query_key_norm="head", source_tokens=6404),
        ],
        mlp=[gated(40, 14336)],
        other_parameters=[
            {"name": "gates of cross-attention", "count": 16, "source": "config"},
            {"name": "embeddings of special tokens", "count": 8 * 4096, "source": "config"},
        ],
    ),
    "gemma-3n-e4b, text": a_decoder(
        layers=35,
        hidden_size=2048,
        vocabulary=262400,
        tied_embeddings=True,
        attention=[
            grouped(16, 8, 2, 256, query_key_norm="head", window=512),
            grouped(4, 8, 2, 256, query_key_norm="head"),
            grouped(12, 8, 2, 256, query_key_norm="head", window=512, reuses_keys=True),
            grouped(3, 8, 2, 256, query_key_norm="head", reuses_keys=True),
        ],
        mlp=[gated(35, 16384)],
        normalisation="rms-fp32",
        norms_per_layer=4,
        layer_embeddings={"vocabulary": 262144, "width": 256},
        other_parameters=[
            {"name": "AltUp projections", "count": 6 * 2048 * 2048, "source": "config"},
            {
                "name": "AltUp and LAuReL of every layer",
                "count": 35 * (16 + 64 + 4 * 2048 + 2 * 2048 + 2 * 64 * 2048 + 2048),
                "source": "config",
            },
        ],
    ),
}
"""By name."""
