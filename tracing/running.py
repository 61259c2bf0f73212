"""A network with one batch: what is run, whatever the network is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """A network on the device.

    forward  a pass without gradients
    loss     a pass, and its loss
    adapted  names of the matrices that get LoRA adapters, as a regular expression; empty: all
             linear layers of its blocks
    """

    network: Any
    forward: Callable[[], Any]
    loss: Callable[[], Any]
    adapted: str = ""
