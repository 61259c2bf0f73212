"""One run to measure: a request of the Atlas with every default filled in. Needs no PyTorch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is built, and how it is run.

    form           number format of the weights: fp32, bf16 or fp16
    autocast       whether torch.autocast is on; in 16-bit weights' own format, else in bf16
    adapter_form   number format of LoRA adapters; empty: all weights are trained, or none
    optimizer      id of the Atlas
    width, height  of an image or frame, in pixels
    tokens, text   tokens of a sequence, of a wave (320 samples each); of a denoiser's text
    """

    model: str
    kind: str
    runtime: str
    task: str
    form: str
    batch: int = 1
    autocast: bool = False
    adapter_form: str = ""
    rank: int = 16
    optimizer: str = "adamw"
    width: int = 0
    height: int = 0
    frames: int = 1
    tokens: int = 0
    text: int = 0
    checkpointing: bool = False
    decoding: str = "whole"
    dropout: bool = False

    @property
    def trains(self) -> bool:
        """Whether the run has a backward pass."""
        return self.task != "inference"
