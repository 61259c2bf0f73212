"""Measure the GPU memory of one run, and print it as VRAM Atlas takes it.

    pip install torch transformers peft accelerate bitsandbytes
    python measure.py --model Qwen/Qwen2.5-0.5B --atlas-id qwen2.5-0.5b --task qlora

The weights are made up by default: memory does not depend on their values, so only the model's
configuration is downloaded, and gated models need no agreement. `--trained-weights` loads the real
ones. Training takes three optimizer steps on random tokens with the Trainer of Transformers:
decoders learn the next token, encoder-decoders a text as long as the input, encoders a class.

Prints the configuration, the versions, and four figures: memory at rest, the allocator's peak, the
most that the allocator reserved, and what the driver counts. Then the YAML for a pull request.
"""

# ruff: noqa: ANN401 - the libraries are imported late, without types

import argparse
import contextlib
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
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
TASK_TYPES = {"decoder": "CAUSAL_LM", "encoder-decoder": "SEQ_2_SEQ_LM", "encoder": "SEQ_CLS"}
"""What peft calls the training of each kind of model."""
FULL = (("bf16", "bf16"), ("fp32", "fp32"), ("fp32", "amp"))
"""Weights and precision of full fine-tuning."""
HEADS = ("pooler", "classifier", "score")
"""What peft trains whole, and bitsandbytes leaves, when a class is learned."""
IMAGES = ("vision", "visual", "connector", "multi_modal_projector")
"""What sees images beside a language model; it gets no adapters."""
SCANS = (r"(mixer|mamba)\.out_proj",)
"""Products inside a scan kernel of Mamba; peft refuses adapters on them."""
DEVICE = "cuda"
SOURCE = "cpu"
"""Where weights are made up that are to be quantised."""
STEPS = 3
SAMPLES = 8
LOW_IDS = (5, 1000)
"""The token ids that are drawn: above the special ones, below those that stand for images."""


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
    parser.add_argument(
        "--precision",
        choices=["fp32", "amp", "bf16"],
        help="full: amp is fp32 weights with bf16 autocast; default: that of the weights",
    )
    parser.add_argument("--micro-batch-size", type=positive, default=1)
    parser.add_argument("--sequence-length", type=positive, default=1024, help="training, tokens")
    parser.add_argument("--context-length", type=positive, default=4096, help="inference, tokens")
    parser.add_argument("--prompt-length", type=positive, help="default: the context length")
    parser.add_argument("--lora-rank", type=positive, default=16)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adamw-fused")
    parser.add_argument(
        "--gradient-checkpointing", action=argparse.BooleanOptionalAction, default=True
    )
    parser.add_argument(
        "--attention", choices=["sdpa", "eager"], help="default: what the library chooses"
    )
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
    if options.task == "full":
        options.precision = options.precision or options.weights
        if (options.weights, options.precision) not in FULL:
            parser.error("--task full: --weights bf16, or fp32 with --precision fp32 or amp")
    elif options.precision:
        parser.error("--precision is for --task full")
    if options.prompt_length > options.context_length:
        parser.error("--prompt-length is at most --context-length")
    return options


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return int(text)


def cuda_or_exit() -> Any:
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


def kind_of(config: Any) -> str:
    """Decoder, encoder or encoder-decoder. Vision-language models run as decoders, on text."""
    from transformers import AutoModelForMaskedLM

    if config.is_encoder_decoder:
        return "encoder-decoder"
    return "encoder" if type(config) in AutoModelForMaskedLM._model_mapping else "decoder"  # noqa: SLF001


def class_of(config: Any, task: str) -> Any:
    """The class that runs or trains a model of this configuration."""
    import transformers as library

    kind = kind_of(config)
    if kind == "encoder":
        training = task != "inference"
        return library.AutoModelForSequenceClassification if training else library.AutoModel
    names = ("Seq2SeqLM", "SpeechSeq2Seq") if kind != "decoder" else ("ImageTextToText", "CausalLM")
    for name in names:
        found = getattr(library, f"AutoModelFor{name}")
        if type(config) in found._model_mapping:  # noqa: SLF001
            return found
    sys.exit(f"Transformers has no class that generates text for {config.model_type}.")


def load(options: argparse.Namespace, torch: Any) -> Any:
    """The model on the GPU, in the weight format that was asked for."""
    from transformers import AutoConfig

    kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    settings = {"dtype": kinds.get(options.weights, torch.bfloat16)}
    if options.attention:
        settings["attn_implementation"] = options.attention
    config = AutoConfig.from_pretrained(options.model)
    config.get_text_config(decoder=True).use_cache = options.task == "inference"
    maker = class_of(config, options.task)
    quantised = options.weights in QUANTISED
    if not quantised and not options.trained_weights:
        with torch.device(DEVICE):
            model = maker.from_config(config, **settings)
        if own_head(options, model):
            head = model.get_output_embeddings()
            head.weight = torch.nn.Parameter(head.weight.detach().clone())
        return model
    if quantised:
        heads = list(HEADS) if kind_of(config) == "encoder" else None
        settings["quantization_config"] = quantisation(options.weights, heads, torch)
    settings |= {"device_map": {"": 0} if DEVICE == "cuda" else DEVICE}
    if options.trained_weights:
        return maker.from_pretrained(options.model, **settings)
    with torch.device("meta"):
        shape = maker.from_config(config, dtype=settings["dtype"])
    made = made_up(options, shape, torch)
    return type(shape).from_pretrained(None, config=config, state_dict=made, **settings)


def own_head(options: argparse.Namespace, model: Any) -> bool:
    """Whether the file has an output matrix of its own, though the library's default ties it.

    So it is with T5 v1.1, Flan-T5 and mT5: loading unties them, making one from nothing does not.
    """
    from transformers import PreTrainedConfig

    stated = PreTrainedConfig.get_config_dict(options.model)[0].get("tie_word_embeddings", True)
    head = getattr(model, "get_output_embeddings", lambda: None)()
    return head is not None and not stated and head.weight is model.get_input_embeddings().weight


def quantisation(weights: str, as_they_are: list[str] | None, torch: Any) -> Any:
    """How bitsandbytes packs the weights, and the modules that it leaves; None: its own choice."""
    from transformers import BitsAndBytesConfig

    if weights == "int8":
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=as_they_are)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        llm_int8_skip_modules=as_they_are,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=weights == "nf4-dq",
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def made_up(options: argparse.Namespace, model: Any, torch: Any) -> dict[str, Any]:
    """Weights to quantise, no two alike: what is equal is taken for tied."""
    tied = {*model.all_tied_weights_keys}
    if own_head(options, model):
        head = model.get_output_embeddings()
        tied -= {f"{name}.weight" for name, module in model.named_modules() if module is head}
    parameters = model.named_parameters(remove_duplicate=False)
    return {
        name: torch.full_like(one, 0.01 + 0.0001 * place, device=SOURCE, requires_grad=False)
        for place, (name, one) in enumerate(parameters)
        if name not in tied
    }


def nothing(moment: str) -> None:
    """Called with the name of each moment of a run."""


def infer(options: argparse.Namespace, torch: Any, at: Callable[[str], None] = nothing) -> Figures:
    """Peak of reading a prompt and generating up to the context length; of one pass of encoders.

    An encoder-decoder encodes the prompt, and then generates as many tokens as the context holds.
    """
    model = load(options, torch).eval()
    kind = kind_of(model.config)
    inputs = batch(options, model.config, torch, options.prompt_length, options.micro_batch_size)
    inputs.pop("labels")
    inputs = {name: value.to(DEVICE) for name, value in inputs.items()}
    new = options.context_length - (options.prompt_length if kind == "decoder" else 0)
    start(torch, at)
    with torch.inference_mode():
        if kind == "encoder":
            model(**inputs)
        else:
            generate(model, inputs, max(1, new))
    at("end")
    return read(torch, at_rest=0)


def generate(model: Any, inputs: dict[str, Any], new: int) -> None:
    """Exactly `new` tokens, the most probable each; Whisper's own version cuts into windows."""
    from transformers import GenerationMixin

    GenerationMixin.generate(
        model, **inputs, min_new_tokens=new, max_new_tokens=new, do_sample=False
    )


def batch(
    options: argparse.Namespace,
    config: Any,
    torch: Any,
    length: int,
    size: int,
) -> dict[str, Any]:
    """Random inputs with labels: tokens, or the spectrograms of a speech model."""
    tokens = torch.randint(*LOW_IDS, (size, length))
    kind = kind_of(config)
    labels = torch.zeros(size, dtype=torch.long) if kind == "encoder" else tokens
    if hasattr(config, "num_mel_bins"):
        element = torch.float32 if options.weights == "fp32" else torch.bfloat16
        element = torch.float16 if options.weights == "fp16" else element
        shape = (size, config.num_mel_bins, 2 * config.max_source_positions)
        return {"input_features": torch.zeros(shape, dtype=element), "labels": labels}
    return {"input_ids": tokens, "labels": labels}


def train(options: argparse.Namespace, torch: Any, at: Callable[[str], None] = nothing) -> Figures:
    """Peak of three optimizer steps; memory at rest is read between them."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    model = load(options, torch)
    kind = kind_of(model.config)
    inputs = batch(options, model.config, torch, options.sequence_length, SAMPLES)
    if options.task != "full":
        model = with_adapters(options, model, kind)
    at_rest: list[int] = []

    class AtRest(TrainerCallback):  # type: ignore[misc] # a class without types here
        """Between two steps the gradients are gone and the optimizer states are there."""

        def on_step_end(self, *_: object, **__: object) -> None:
            at_rest.append(torch.cuda.memory_allocated())
            at("step")

    mixed = options.task != "full" or options.precision == "amp"
    samples = [{name: value[row] for name, value in inputs.items()} for row in range(SAMPLES)]
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
        start(torch, at)
        trainer.train()
    at("end")
    return read(torch, at_rest=at_rest[-1])


def with_adapters(options: argparse.Namespace, model: Any, kind: str) -> Any:
    """LoRA beside every linear layer of the blocks; those that see images stay as they are."""
    from peft import LoraConfig, get_peft_model

    adapters = LoraConfig(
        r=options.lora_rank,
        lora_alpha=2 * options.lora_rank,
        lora_dropout=0.0,
        target_modules="all-linear",
        exclude_modules=rf".*({'|'.join((*IMAGES, *HEADS, *SCANS))}).*|head\..*",
        task_type=None if hasattr(model.config, "num_mel_bins") else TASK_TYPES[kind],
    )
    found = get_peft_model(model, adapters)
    if options.gradient_checkpointing:
        found.enable_input_require_grads()
    return found


def start(torch: Any, at: Callable[[str], None]) -> None:
    """From here on peaks count."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    at("start")


def read(torch: Any, at_rest: int) -> Figures:
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
    }
    if options.attention:
        asked["attention"] = options.attention
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
        return asked | {"precision": options.precision}
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
