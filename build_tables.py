#!/usr/bin/env python3
"""The command line: check, build, estimate, explain. The package does the work."""

import sys

from vram_atlas.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
