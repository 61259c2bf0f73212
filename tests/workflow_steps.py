"""Steps of the workflows, run on this machine as the runner would run them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml


def script(workflow: Path, job: str, name: str) -> str:
    """The shell script of a step."""
    document = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    found = [step for step in document["jobs"][job]["steps"] if step.get("name") == name]
    assert len(found) == 1, f"{workflow.name} has no one step called {name}"
    return str(found[0]["run"])


def run_step(
    workflow: Path, job: str, name: str, folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a step in a folder, with the shell that the workflow names."""
    document = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    pipefail = document.get("defaults", {}).get("run", {}).get("shell") == "bash"
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if pipefail else ["bash", "-e"]
    return subprocess.run(
        [*shell, "-c", script(workflow, job, name)],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
