#!/usr/bin/env python3
"""The command line: check, build, estimate, explain, measure. The package does the work."""

import gc
import os
import sys
from contextlib import suppress

gc.disable()  # a command keeps what it reads, and ends in seconds: nothing to collect

try:
    from vram_atlas.cli import main
except ModuleNotFoundError as error:
    if (error.name or "").startswith("vram_atlas"):
        raise
    sys.exit(
        f"The package {error.name} is missing in this Python. Make the environment once, and use "
        "its Python:\n    make environment\n    .venv/bin/python build_tables.py --help"
    )

if __name__ == "__main__":
    status = main(sys.argv[1:])
    with suppress(BrokenPipeError):  # the reader of our output left first, which is its right
        sys.stdout.flush()
    os._exit(status)  # as a fork ends: the system takes memory back at once, Python bit by bit
