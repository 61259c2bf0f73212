"""Weekly: external links of data/ and docs/. Exit status 1 for a dead link or a needless exception.

Exceptions are in .ci/links.yml: an address, or its beginning, and the reason. One that matches no
link, or only links that work, is a fault as well, so that the list cleans itself.
"""

import re
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"https://[^\s)>\"'`\]}]+")
OURS = "https://github.com/vram-atlas/"
AGENT = "vram-atlas link check (https://github.com/vram-atlas/vram-atlas)"
PAUSE_SECONDS, PATIENCE_SECONDS, HOSTS_AT_ONCE = 0.5, 20, 8
THERE_BUT_CLOSED = {401, 403, 405, 429}
"""Answers that a browser would not get: the page exists, and the server does not like programs."""


def links() -> dict[str, str]:
    """Every external link, with the first place that has it."""
    found: dict[str, str] = {}
    for folder, pattern in (("data", "*.yml"), ("docs", "*.md")):
        for file in sorted((ROOT / folder).rglob(pattern)):
            if file.name.startswith("_"):
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                for link in LINK.findall(line):
                    address = link.rstrip(".,;:").partition("#")[0]
                    if not address.startswith(OURS) and "{" not in address:
                        found.setdefault(address, f"{file.relative_to(ROOT)}:{number}")
    return found


def fault(address: str) -> str:
    """Why a link does not work; empty where it does."""
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(address, method=method, headers={"User-Agent": AGENT})  # noqa: S310 - https only, see LINK
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310 - as above
                return ""
        except urllib.error.HTTPError as error:
            if error.code in THERE_BUT_CLOSED:
                return ""
            reason = f"status {error.code}"
        except (OSError, ValueError, HTTPException) as error:
            reason = str(error) or type(error).__name__
    return reason


def faults_of_host(addresses: list[str]) -> Iterator[tuple[str, str]]:
    """The dead links of one host, asked one after another."""
    for address in addresses:
        reason = fault(address)
        if reason:
            yield address, reason
        time.sleep(PAUSE_SECONDS)


def main() -> int:
    """Print dead links and needless exceptions."""
    found = links()
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in found:
        hosts[urlsplit(address).netloc].append(address)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        asked = pool.map(lambda addresses: [*faults_of_host(addresses)], hosts.values())
        dead = dict(pair for pairs in asked for pair in pairs)
    listed = yaml.safe_load((ROOT / ".ci" / "links.yml").read_text(encoding="utf-8"))
    excuses = [one["url"] for one in listed["exceptions"]]
    excused = {address for address in dead if address.startswith(tuple(excuses))}
    needless = [url for url in excuses if not any(address.startswith(url) for address in dead)]
    for address in sorted(dead.keys() - excused):
        print(f"- {found[address]}: {address}: {dead[address]}")
    for url in needless:
        print(f"- .ci/links.yml: {url}: works, or nothing links to it: remove the exception")
    bad = len(dead) - len(excused) + len(needless)
    print(f"{len(found)} links, {len(dead)} dead, {len(excused)} of them excused: {bad} to repair.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
