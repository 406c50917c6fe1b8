"""The repository as a whole: every test runs, no file belongs to one machine, everything a wheel needs is declared."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from .tree import ROOT, tracked_files

TEXT = {".cfg", ".csv", ".json", ".lock", ".md", ".py", ".pyi", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}

# Written in pieces, so that this file does not find itself.
ONE_MACHINE = [
    re.compile(r"(?<![\w.])/(?:home|root|Users|work|opt|tmp)/[\w.-]"),
    re.compile(r"[A-Z]:\\+Users\\+"),
    re.compile(r"--(?:extra-)?index" + r"-url"),
    re.compile(r"https?://\S+/sim" + r"ple\b"),
]

A_TEST = re.compile(r"^\s*def test_", re.MULTILINE)

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==[^\s;]+(?: ; .+)?$")


def pins(name: str) -> list[str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def project_name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def test_every_test_file_is_collected() -> None:
    files = [path for path in tracked_files() if path.is_relative_to(ROOT / "tests") and path.suffix == ".py"]
    with_tests = {
        path.relative_to(ROOT).as_posix() for path in files if A_TEST.search(path.read_text(encoding="utf-8"))
    }
    options = ["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", "tests", *options]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout[-2000:]
    collected = {line.split(":")[0] for line in result.stdout.splitlines() if line.startswith("tests/")}
    assert with_tests - collected == set()


def test_no_file_names_one_machine() -> None:
    found = []
    for path in tracked_files():
        if path.suffix in TEXT:
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if any(pattern.search(line) for pattern in ONE_MACHINE):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_requirements_are_exact_pins(name: str) -> None:
    assert [line for line in pins(name) if not PIN.match(line)] == []


def test_every_dependency_is_pinned() -> None:
    run = {project_name(line) for line in pins("run.txt")}
    test = run | {project_name(line) for line in pins("test.txt")}
    project = PROJECT["project"]
    assert {project_name(each) for each in project["dependencies"]} - run == set()
    extras = project["optional-dependencies"]
    assert {project_name(each) for each in extras["cjk"]} - run == set()
    assert {project_name(each) for each in extras["test"]} - test == set()


def test_only_mesa_has_an_upper_bound() -> None:
    capped = [each for each in PROJECT["project"]["dependencies"] if "<" in each or "==" in each]
    assert capped == ["mesa>=3.3,<4"]


def test_the_two_commands_of_the_readme_are_targets() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run", "test"} <= set(re.findall(r"^make ([a-z-]+)", readme, re.M)) <= targets
    assert set(re.findall(r"make ([a-z-]+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))) >= {
        "test", "test-slow", "lint", "types", "imports",
    }  # fmt: skip
