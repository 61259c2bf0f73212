"""Runs a network on the device: passes without gradients, or steps of an optimizer."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import nn

from tracing import meter, pipelines
from tracing.cases import Case
from tracing.networks import make
from tracing.places import FORMS, autocast, device
from tracing.running import Run

STEPS = 3
OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "adamw": lambda trained: torch.optim.AdamW(trained, foreach=True),
    "adamw-fused": lambda trained: torch.optim.AdamW(trained, fused=device() == "cuda"),
    "sgd": lambda trained: torch.optim.SGD(trained, foreach=True),
    "sgd-momentum": lambda trained: torch.optim.SGD(trained, momentum=0.9, foreach=True),
}
"""By the ids of the Atlas."""


def measure(case: Case) -> dict[str, Any]:
    """Everything that is written down of one case. Sizes in bytes.

    before  still allocated from before: 0 in a process of its own
    weights allocated before the first pass
    peaks   most that was allocated, asked for and reserved, pass by pass
    trace   what was alive at the peak of one more pass
    """
    found: dict[str, Any] = {"before": meter.start()}
    if case.kind == "diffusion" and not case.trains:
        return found | pipelines.run(case)
    made = make(case)
    if case.adapter_form:
        _adapt(made, case)
    if case.checkpointing:
        _checkpoint(made.network)
    found["weights"] = meter.allocated()
    return found | (_train(case, made) if case.trains else _infer(case, made))


def _infer(case: Case, made: Run) -> dict[str, Any]:
    made.network.eval()

    def once() -> None:
        with torch.inference_mode(), autocast(case.form, on=case.autocast):
            made.forward()

    return {"peaks": [_peaks(once), _peaks(once)], "trace": meter.traced(once)}


def _train(case: Case, made: Run) -> dict[str, Any]:
    """Three optimizer steps, then one in three stages: forward pass, backward pass, optimizer."""
    made.network.train()
    trained = [each for each in made.network.parameters() if each.requires_grad]
    optimizer = OPTIMIZERS[case.optimizer](trained)

    def forward() -> Any:
        with autocast(case.form, on=case.autocast):
            return made.loss()

    def once() -> None:
        forward().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    peaks = [_peaks(once) for _ in range(STEPS)]
    rest = meter.allocated()
    values: list[Any] = []
    stages = [
        _peaks(lambda: values.append(forward())),
        _peaks(lambda: values.pop().backward()),
        _peaks(optimizer.step),
    ]
    optimizer.zero_grad(set_to_none=True)
    return {
        "trained": sum(each.numel() for each in trained),
        "peaks": peaks,
        "rest": rest,
        "stages": stages,
        "trace": meter.traced(once),
    }


def _peaks(run: Callable[[], Any]) -> dict[str, int]:
    meter.reset()
    run()
    return meter.peaks()


def _adapt(made: Run, case: Case) -> None:
    """LoRA as PEFT makes it."""
    peft: Any = import_module("peft")
    network = made.network
    network.requires_grad_(requires_grad=False)
    targets = made.adapted or sorted(
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and any(part.isdigit() for part in name.split("."))
    )
    recipe = peft.LoraConfig(r=case.rank, lora_alpha=case.rank, target_modules=targets)
    peft.inject_adapter_in_model(recipe, network)
    for name, parameter in network.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(FORMS[case.adapter_form])
            parameter.requires_grad_(requires_grad=True)


def _checkpoint(network: Any) -> None:
    """Gradient checkpointing as the class does it."""
    if hasattr(network, "gradient_checkpointing_enable"):
        network.gradient_checkpointing_enable({"use_reentrant": False})
    else:
        network.enable_gradient_checkpointing()
