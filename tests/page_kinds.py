"""One page of each kind, for the tests that look at pages in a browser."""

from typing import Final

KINDS: Final = {
    "home": "index.html",
    "matrix": "fit/lora.html",
    "matrices": "fit/index.html",
    "model": "models/llama-2-13b.html",
    "undisclosed model": "models/gpt-4.html",
    "diffusion model": "models/flux.1-dev.html",
    "models": "models/index.html",
    "board": "gpus/rtx-4090.html",
    "boards": "gpus/index.html",
    "guide": "guide/which-card.html",
    "rules of thumb": "guide/rules-of-thumb.html",
    "trick": "tricks/gradient-checkpointing.html",
    "ladder of tricks": "tricks/in-which-order.html",
    "reference": "reference/formats.html",
    "accuracy": "reference/accuracy.html",
    "contribute": "contribute.html",
    "not found": "404.html",
}
