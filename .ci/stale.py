"""Weekly: sources that have to be read again. Exit status 1 when there are some."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vram_atlas.catalog import load_catalog

LIMIT_DAYS = 180
SOFTWARE = ("data/runtimes.yml", "data/optimizers.yml", "data/formats.yml", "data/methods.yml")
"""Files whose facts change with releases. A published model or board does not change."""


def main() -> int:
    """Print what is older than the limit, the oldest first."""
    today = datetime.now(tz=UTC).date()
    sources = load_catalog().sources
    old = sorted(
        (source.accessed, file, key, source.url)
        for file in SOFTWARE
        for key, source in sources[file].items()
        if (today - date.fromisoformat(source.accessed)).days > LIMIT_DAYS
    )
    for accessed, file, key, url in old:
        print(f"- {accessed}: {file}, source `{key}`: {url}")
    print(f"{len(old)} sources about software are older than {LIMIT_DAYS} days.")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
