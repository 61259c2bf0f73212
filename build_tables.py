#!/usr/bin/env python3
"""The command line: check, build, estimate, explain, measure. The package does the work."""

import gc
import sys

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
    gc.disable()  # a command keeps what it reads, and ends in seconds: nothing to collect
    sys.exit(main(sys.argv[1:]))
