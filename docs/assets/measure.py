"""Measure the GPU memory of one run, and print it as VRAM Atlas takes it.

    pip install torch transformers peft accelerate bitsandbytes
    python measure.py --model Qwen/Qwen2.5-0.5B --atlas-id qwen2.5-0.5b --task qlora

The weights are random by default: memory does not depend on their values, so only the model's
configuration is downloaded, and gated models need no agreement. `--trained-weights` loads the real
ones. Training takes three optimizer steps on random tokens with the Trainer of Transformers.

Prints the configuration, the versions, and four figures: memory at rest, the allocator's peak, the
most that the allocator reserved, and what the driver counts. Then the YAML for a pull request.
"""

import argparse
import contextlib
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LIBRARIES = ("torch", "transformers", "peft", "accelerate", "bitsandbytes")
OPTIMIZERS = {
    "adamw": "adamw_torch",
    "adamw-fused": "adamw_torch_fused",
    "adamw-8bit": "adamw_bnb_8bit",
    "adafactor": "adafactor",
    "sgd": "sgd",
}
"""Ids of the Atlas, and what the Trainer calls them."""
QUANTISED = ("nf4", "nf4-dq", "int8")
STEPS = 3
SAMPLES = 8


@dataclass(frozen=True)
class Figures:
    """Bytes. `at_rest` is 0 for inference; `used_by_driver` counts other programs too."""

    at_rest: int
    peak_allocated: int
    peak_reserved: int
    used_by_driver: int


def main(arguments: Sequence[str]) -> None:
    """Measure once and print."""
    options = parse(arguments)
    torch = cuda_or_exit()
    figures = train(options, torch) if options.task != "inference" else infer(options, torch)
    properties = torch.cuda.get_device_properties(0)
    hardware = f"{properties.name}, {properties.total_memory} bytes visible"
    software = "; ".join(f"{name} {version}" for name, version in versions().items())
    cuda = torch.version.cuda or torch.version.hip or "unknown"
    software = f"{software}; CUDA {cuda}"
    sys.stdout.write(report(options, figures, hardware, software))
    sys.stdout.write(as_yaml(options, figures, hardware, software))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Options; anything that cannot be measured is refused before a model is made."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, help="id on the Hugging Face Hub, or a folder")
    parser.add_argument("--atlas-id", required=True, help="id of the model in VRAM Atlas")
    parser.add_argument("--task", required=True, choices=["inference", "lora", "qlora", "full"])
    parser.add_argument("--weights", choices=["fp32", "bf16", "fp16", "nf4", "nf4-dq", "int8"])
    parser.add_argument("--micro-batch-size", type=positive, default=1)
    parser.add_argument("--sequence-length", type=positive, default=1024, help="training, tokens")
    parser.add_argument("--context-length", type=positive, default=4096, help="inference, tokens")
    parser.add_argument("--prompt-length", type=positive, help="default: the context length")
    parser.add_argument("--lora-rank", type=positive, default=16)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adamw-fused")
    parser.add_argument(
        "--gradient-checkpointing", action=argparse.BooleanOptionalAction, default=True
    )
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa")
    parser.add_argument(
        "--trained-weights", action="store_true", help="download the weights, not only the shape"
    )
    parser.add_argument(
        "--name", default="your-name", help="yours, at most 20 letters: for charts and ids"
    )
    options = parser.parse_args(arguments)
    options.weights = options.weights or ("nf4-dq" if options.task == "qlora" else "bf16")
    options.prompt_length = options.prompt_length or options.context_length
    if options.task == "qlora" and options.weights not in QUANTISED:
        parser.error("--task qlora needs --weights nf4, nf4-dq or int8")
    if options.task in {"lora", "full"} and options.weights in QUANTISED:
        parser.error(f"--task {options.task} trains on fp32, bf16 or fp16; use --task qlora")
    if options.prompt_length > options.context_length:
        parser.error("--prompt-length is at most --context-length")
    return options


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return int(text)


def cuda_or_exit() -> Any:  # noqa: ANN401 - a module without types here
    """The torch module, or a sentence that says what is missing."""
    try:
        import torch
    except ModuleNotFoundError:
        sys.exit("torch is missing. Install: pip install torch transformers peft accelerate")
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU here. The figures come from its CUDA (or ROCm) allocator.")
    return torch


def versions() -> dict[str, str]:
    """Installed versions of the libraries that decide how much memory a run takes."""
    found = {}
    for name in LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def load(options: argparse.Namespace, torch: Any) -> Any:  # noqa: ANN401
    """The model on the GPU, in the weight format that was asked for."""
    from transformers import AutoConfig, AutoModelForCausalLM, BitsAndBytesConfig

    kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    element = kinds.get(options.weights, torch.bfloat16)
    settings = {"attn_implementation": options.attention, "dtype": element}
    config = AutoConfig.from_pretrained(options.model)
    quantised = options.weights in QUANTISED
    if not quantised and not options.trained_weights:
        with torch.device("cuda"):
            return AutoModelForCausalLM.from_config(config, **settings)
    if options.weights == "int8":
        settings["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    elif quantised:
        settings["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=options.weights == "nf4-dq",
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    with tempfile.TemporaryDirectory() as folder:
        source = options.model
        if not options.trained_weights:  # quantising reads files
            source = folder
            AutoModelForCausalLM.from_config(config, dtype=element).save_pretrained(folder)
        return AutoModelForCausalLM.from_pretrained(source, device_map={"": 0}, **settings)


def infer(options: argparse.Namespace, torch: Any) -> Figures:  # noqa: ANN401
    """Peak of reading a prompt and generating up to the context length."""
    model = load(options, torch).eval()
    shape = (options.micro_batch_size, options.prompt_length)
    prompt = torch.randint(1, model.config.get_text_config().vocab_size, shape, device="cuda")
    new = max(1, options.context_length - options.prompt_length)
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    with torch.inference_mode():
        model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            min_new_tokens=new,
            max_new_tokens=new,
            do_sample=False,
        )
    return read(torch, at_rest=0)


def train(options: argparse.Namespace, torch: Any) -> Figures:  # noqa: ANN401
    """Peak of three optimizer steps; memory at rest is read between them."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    model = load(options, torch)
    model.config.use_cache = False
    vocabulary = model.config.get_text_config().vocab_size
    if options.task != "full":
        from peft import LoraConfig, get_peft_model

        adapters = LoraConfig(
            r=options.lora_rank,
            lora_alpha=2 * options.lora_rank,
            lora_dropout=0.0,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        model = get_peft_model(model, adapters)
        if options.gradient_checkpointing:
            model.enable_input_require_grads()
    at_rest: list[int] = []

    class AtRest(TrainerCallback):  # type: ignore[misc] # a class without types here
        """Between two steps the gradients are gone and the optimizer states are there."""

        def on_step_end(self, *_: object, **__: object) -> None:
            at_rest.append(torch.cuda.memory_allocated())

    mixed = options.task != "full"
    tokens = torch.randint(1, vocabulary, (SAMPLES, options.sequence_length))
    samples = [{"input_ids": row, "labels": row} for row in tokens]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=STEPS,
            per_device_train_batch_size=options.micro_batch_size,
            gradient_checkpointing=options.gradient_checkpointing,
            bf16=mixed and torch.cuda.is_bf16_supported(including_emulation=False),
            fp16=mixed and not torch.cuda.is_bf16_supported(including_emulation=False),
            optim=OPTIMIZERS[options.optimizer],
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=samples * options.micro_batch_size,
            callbacks=[AtRest()],
        )
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        trainer.train()
    return read(torch, at_rest=at_rest[-1])


def read(torch: Any, at_rest: int) -> Figures:  # noqa: ANN401
    """The allocator's and the driver's counters."""
    free, total = torch.cuda.mem_get_info()
    return Figures(
        at_rest=at_rest,
        peak_allocated=torch.cuda.max_memory_allocated(),
        peak_reserved=torch.cuda.max_memory_reserved(),
        used_by_driver=total - free,
    )


def request(options: argparse.Namespace) -> dict[str, str | int | bool]:
    """The run as a question to the Atlas: what `build_tables.py estimate` reads."""
    asked: dict[str, str | int | bool] = {
        "model": options.atlas_id,
        "task": options.task,
        "weights": options.weights,
        "runtime": "transformers",
        "micro_batch_size": options.micro_batch_size,
        "attention": options.attention,
    }
    if options.task == "inference":
        return asked | {
            "context_length": options.context_length,
            "prompt_length": options.prompt_length,
        }
    asked |= {
        "sequence_length": options.sequence_length,
        "gradient_checkpointing": options.gradient_checkpointing,
        "optimizer": options.optimizer,
    }
    if options.task == "full":
        return asked | {"precision": "fp32" if options.weights == "fp32" else "bf16"}
    return asked | {"lora_rank": options.lora_rank, "lora_targets": "all-linear"}


def report(options: argparse.Namespace, figures: Figures, hardware: str, software: str) -> str:
    """Everything that the figures depend on, then the figures."""
    asked = "\n".join(f"  {key}: {value}" for key, value in request(options).items())
    shown = "\n".join(
        f"  {name}: {size:,} bytes ({size / 2**30:.2f} GiB)"
        for name, size in vars(figures).items()
        if size
    )
    return f"hardware: {hardware}\nsoftware: {software}\n\n{asked}\n\n{shown}\n\n"


def as_yaml(options: argparse.Namespace, figures: Figures, hardware: str, software: str) -> str:
    """A file for data/measurements/. JSON strings are YAML strings, so nothing needs escaping."""
    name = f"{options.name}-{options.atlas_id}-{options.task}"
    note = f"reserved {figures.peak_reserved} bytes, driver {figures.used_by_driver} bytes"
    rows = [("peak", "peak_allocated", figures.peak_allocated)]
    if figures.at_rest:
        rows.append(("at-rest", "static_allocated", figures.at_rest))
    lines = [
        f"# Save as data/measurements/{name}.yml, and put the address of your pull request below.",
        f"measurements: {name}",
        f"name: {json.dumps(options.name)}",
        "licence: CC-BY-4.0",
        "sources:",
        "  run:",
        "    kind: measured",
        "    url: https://github.com/vram-atlas/vram-atlas/pulls",
        "    shows: The figures of the rows below, as measure.py printed them.",
        f"    accessed: {datetime.now(tz=UTC).date().isoformat()}",
        "runs:",
        "  - source: run",
        "    title: measure.py",
        f"    software: {json.dumps(software)}",
        f"    hardware: {json.dumps(hardware)}",
        "    method: torch.cuda.max_memory_allocated; memory_allocated between two steps",
        "    unit: bytes",
        "    rows:",
        *(
            f"      - {{id: {name}-{short}, request: {json.dumps(request(options))}, "
            f"metric: {metric}, value: {size}, quality: 'A', locator: measure.py, "
            f"note: {json.dumps(note)}}}"
            for short, metric, size in rows
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
