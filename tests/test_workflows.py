"""What the workflows do beyond calling make: the comment on a pull request, the weekly looks."""

import http.server
import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from workflow_steps import run_step

Weekly = Callable[[str, str], int]

HEAD: Final = "a" * 40
"""The commit that was built."""

GH: Final = r"""#!/bin/sh
# Stands in for GitHub's command: answers what the step asks, and writes down what it sends.
case "$*" in
  *" --method "*) echo "$*" >> sent.txt; cp body.md sent.md ;;
  *"/pulls/7 "*) echo "$NEWEST" ;;
  *"/pulls/"*) echo "gh: Not Found (HTTP 404)" >&2; exit 1 ;;
  *"/comments --paginate"*) echo "$*" > asked.txt; printf '%s' "$KNOWN" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a downloaded artifact, and the command `gh` first on the path."""
    (tmp_path / "diff").mkdir()
    (tmp_path / "diff" / "number.txt").write_text("7\n", encoding="utf-8")
    (tmp_path / "diff" / "diff.md").write_text("**+12 cells.** `$(touch run)`\n", encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    return tmp_path


def comment(root: Path, desk: Path, *, newest: str = HEAD, known: str = "") -> int:
    """Run the commenting step; the exit status."""
    workflow = root / ".github" / "workflows" / "comment.yml"
    variables = {
        "PATH": f"{desk / 'bin'}:/usr/bin:/bin",
        "GH_REPO": "vram-atlas/vram-atlas",
        "HEAD": HEAD,
        "NEWEST": newest,
        "KNOWN": known,
    }
    return run_step(workflow, "comment", "Write or renew the comment", desk, variables).returncode


def test_a_pull_request_gets_a_comment(root: Path, desk: Path) -> None:
    """The first time it is written; text of the artifact stays text."""
    assert comment(root, desk) == 0
    sent = (desk / "sent.txt").read_text(encoding="utf-8")
    assert "--method POST repos/vram-atlas/vram-atlas/issues/7/comments" in sent
    body = (desk / "sent.md").read_text(encoding="utf-8")
    assert body == "<!-- vram-atlas: diff -->\n**+12 cells.** `$(touch run)`\n"
    assert not (desk / "run").exists()


def test_the_comment_is_renewed(root: Path, desk: Path) -> None:
    """Its own earlier comment is edited, the first of them if there are several pages of them."""
    assert comment(root, desk, known="41\n42\n") == 0
    sent = (desk / "sent.txt").read_text(encoding="utf-8")
    assert "--method PATCH repos/vram-atlas/vram-atlas/issues/comments/41 " in sent
    assert "POST" not in sent
    assert "github-actions[bot]" in (desk / "asked.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "newest"),
    [
        pytest.param("7", "b" * 40, id="a pull request with another newest commit"),
        pytest.param("8", HEAD, id="a number that is no pull request"),
        pytest.param("", HEAD, id="no number"),
        pytest.param("$(touch run)", HEAD, id="a command instead of a number"),
    ],
)
def test_a_forged_artifact_writes_nowhere(root: Path, desk: Path, number: str, newest: str) -> None:
    """The stranger's code wrote the artifact: it cannot choose where the comment goes."""
    (desk / "diff" / "number.txt").write_text(number, encoding="utf-8")
    assert comment(root, desk, newest=newest) != 0
    assert not (desk / "sent.txt").exists()
    assert not (desk / "run").exists()


def test_a_long_comparison_is_cut(root: Path, desk: Path) -> None:
    """GitHub refuses comments over 65,536 characters."""
    (desk / "diff" / "diff.md").write_text("x" * 1_000_000, encoding="utf-8")
    assert comment(root, desk) == 0
    assert 60_000 < (desk / "sent.md").stat().st_size < 65_536


def loaded(root: Path, name: str) -> ModuleType:
    """A script of .ci/ as a module."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", root / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pages(http.server.BaseHTTPRequestHandler):
    """One answer for each path."""

    def do_GET(self) -> None:
        """The status that the path names; `/moved/x` leads to `/x`, `/slow` takes its time."""
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/garbage":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
            return
        moved = self.path.startswith("/moved")
        last = self.path.rpartition("/")[2]
        self.send_response(301 if moved else int(last) if last.isdigit() else 200)
        if moved:
            self.send_header("Location", self.path.removeprefix("/moved"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        """As above, but for one page that answers only whoever wants all of it."""
        if self.path == "/whole/200":
            self.send_error(500)
        else:
            self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    """The address of a server on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def links(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The weekly look at links, in a hurry."""
    module = loaded(root, "links")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    return module


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/200", ""),
        ("/whole/200", ""),
        ("/403", ""),
        ("/429", ""),
        ("/moved/200", ""),
        ("/404", "status 404"),
        ("/410", "status 410"),
        ("/500", "status 500"),
        ("/moved/404", "status 404"),
        ("/slow", "timed out"),
        ("/garbage", "this is no HTTP"),
    ],
)
def test_a_link(links: ModuleType, pages: str, path: str, said: str) -> None:
    """There, closed to programs, moved, gone, broken, slow."""
    assert said in links.fault(pages + path)
    assert bool(links.fault(pages + path)) == bool(said)


def test_a_host_that_is_gone(links: ModuleType) -> None:
    """Nobody listens there."""
    assert "refused" in links.fault("http://127.0.0.1:9/")


@pytest.fixture
def weekly(links: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weekly:
    """The whole look, with one link and a list of exceptions."""

    def run(link: str, exceptions: str) -> int:
        (tmp_path / ".ci").mkdir()
        (tmp_path / ".ci" / "links.yml").write_text(exceptions, encoding="utf-8")
        monkeypatch.setattr(links, "ROOT", tmp_path)
        monkeypatch.setattr(links, "links", lambda: {link: "docs/index.md:1"})
        return int(links.main())

    return run


EXCUSE: Final = "exceptions:\n  - {{url: {address}, reason: asks for a login}}\n"


@pytest.mark.parametrize(
    ("there", "excused", "status", "said"),
    [
        pytest.param("/200", "", 0, "1 links, 0 dead, 0 of them excused: 0 to repair.", id="fine"),
        pytest.param("/404", "", 1, "/404: status 404", id="a dead link"),
        pytest.param("/404", "/404", 0, "1 dead, 1 of them excused", id="a dead link, excused"),
        pytest.param("/200", "/200", 1, "works, or nothing links to it", id="it works again"),
        pytest.param("/200", "/gone", 1, "remove the exception", id="nothing links to it"),
    ],
)
def test_exceptions_clean_themselves(
    *,
    weekly: Weekly,
    pages: str,
    capsys: pytest.CaptureFixture[str],
    there: str,
    excused: str,
    status: int,
    said: str,
) -> None:
    """An exception that is not needed is a fault, like a dead link that nobody excuses."""
    text = EXCUSE.format(address=pages + excused) if excused else "exceptions: []\n"
    assert weekly(pages + there, text) == status
    assert said in capsys.readouterr().out


def test_links_are_found(links: ModuleType) -> None:
    """Every source has one; none of them ends in punctuation or leads to this repository."""
    found = links.links()
    assert len(found) > 500
    assert not [address for address in found if address.endswith((".", ",", ")", "'", '"'))]
    assert not [address for address in found if "github.com/vram-atlas/" in address]


@pytest.mark.parametrize(("days", "status"), [(100_000, 0), (-1, 1)])
def test_sources_that_grew_old(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    days: int,
    status: int,
) -> None:
    """Facts about software are listed with their file, key and address, the oldest first."""
    stale = loaded(root, "stale")
    monkeypatch.setattr(stale, "LIMIT_DAYS", days)
    assert stale.main() == status
    *listed, last = capsys.readouterr().out.splitlines()
    assert last.startswith(f"{len(listed)} sources about software are older than")
    assert bool(listed) == bool(status)
    days_read = [line.split(":")[0] for line in listed]
    assert days_read == sorted(days_read)
    assert all("data/" in line and ", source `" in line and "https://" in line for line in listed)
