"""Ask llama.cpp what it reserves for a GGUF file, and print it as VRAM Atlas takes it.

    python measure_llama_cpp.py --model Llama-3.1-8B-Q4_K_M.gguf \
        --atlas-id llama-3.1-8b --weights q4_k_m --context-length 4096

`llama-fit-params` of llama.cpp (0.5 and later) plans the buffers on the board and allocates none,
so models that do not fit can be asked, too. Only the head of a file is read: shapes, not weights.
It counts whole MiB. Nothing but Python is needed beside it.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MIB = 1024**2
FLASH = {"flash": "on", "eager": "off"}
PARTS = (
    ("weights_only", "weights"),
    ("kv_cache_only", "KV cache"),
    ("activations_only", "compute buffer"),
)


@dataclass(frozen=True)
class Buffers:
    """What one board holds: weights, KV cache and compute buffer, in MiB."""

    board: str
    parts: tuple[int, int, int]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, help="the GGUF file")
    parser.add_argument("--atlas-id", required=True, help="id of the model in VRAM Atlas")
    parser.add_argument("--weights", required=True, help="id of the format, such as q4_k_m")
    parser.add_argument("--context-length", type=int, default=4096, help="tokens in the cache")
    parser.add_argument("--attention", choices=FLASH, default="flash")
    parser.add_argument("--kv-cache", choices=["q8_0", "q5_0", "q4_0"], help="default: fp16")
    parser.add_argument("--program", default="llama-fit-params", help="where the program is")
    return parser.parse_args(arguments)


def command(options: argparse.Namespace) -> list[str]:
    """What is run: all layers on the board, passes of 512 tokens."""
    asked = ["-m", options.model, "-c", str(options.context_length), "-b", "2048", "-ub", "512"]
    asked += ["-ngl", "999", "-fa", FLASH[options.attention], "-fitp", "on"]
    if options.kv_cache:
        asked += ["-ctk", options.kv_cache, "-ctv", options.kv_cache]
    return [options.program, *asked]


def read(printed: str) -> list[Buffers]:
    """The boards that the program names: a line each, as `CUDA0 4403 512 258`."""
    found = []
    for line in printed.splitlines():
        name, *numbers = line.split() or [""]
        if len(numbers) == len(PARTS) and all(number.isdecimal() for number in numbers):
            first, second, third = map(int, numbers)
            if name != "Host":
                found.append(Buffers(name, (first, second, third)))
    return found


def as_yaml(options: argparse.Namespace, boards: Sequence[Buffers], version: str) -> str:
    """A file of data/measurements/."""
    name = f"llama-cpp-{options.atlas_id}-{options.weights}-{options.context_length}"
    name = name.replace("_", "-")
    request = f"model: {options.atlas_id}, task: inference, weights: {options.weights}, "
    request += f"runtime: llama.cpp, context_length: {options.context_length}, "
    request += f"attention: {options.attention}"
    request += f", kv_cache: {options.kv_cache}" if options.kv_cache else ""
    request += f", boards: {len(boards)}" if len(boards) > 1 else ""
    largest = max(boards, key=lambda board: sum(board.parts))
    rows = "".join(
        f"      - {{id: {name}-{number}, request: {{{request}}}, metric: {metric}, "
        f"value: {largest.parts[number] * MIB}, quality: A, locator: '{largest.board}: {part}'}}\n"
        for number, (metric, part) in enumerate(PARTS)
        if largest.parts[number]
    )
    return (
        f"# Save as data/measurements/{name}.yml, with the address of your pull request below.\n"
        f"measurements: {name}\n"
        f"name: llama.cpp, {options.atlas_id}\n"
        "sources:\n"
        "  own:\n"
        "    kind: measured\n"
        "    url: https://github.com/vram-atlas/vram-atlas/pulls\n"
        "    shows: The rows below.\n"
        f"    accessed: {datetime.now(UTC):%Y-%m-%d}\n"
        "runs:\n"
        "  - source: own\n"
        "    title: llama-fit-params\n"
        f"    software: '{version}'\n"
        f"    hardware: {' and '.join(board.board for board in boards)}\n"
        "    method: buffers that llama.cpp plans\n"
        "    unit: MiB, times 2^20\n"
        f"    rows:\n{rows}"
    )


def main() -> int:
    """Run the program and print the file; what it says, where it names no board."""
    options = parse(sys.argv[1:])
    try:
        done = subprocess.run(command(options), capture_output=True, text=True, check=False)  # noqa: S603 - the reader's own program
        told = subprocess.run(  # noqa: S603 - the same
            [options.program, "--version"], capture_output=True, text=True, check=False
        )
    except OSError as error:
        sys.stderr.write(f"{options.program} cannot be run: {error}. Give its path as --program.\n")
        return 1
    boards = read(done.stdout)
    if not boards:
        sys.stderr.write(f"{done.stderr[-2000:]}\nllama.cpp named no board: is it built for one?\n")
        return 1
    version = (told.stderr or told.stdout).strip().splitlines() or ["llama.cpp"]
    sys.stdout.write(as_yaml(options, boards, version[0].replace("'", "")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
