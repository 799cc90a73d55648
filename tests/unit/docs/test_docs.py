"""The documents say what is there: links, runbook pages, decisions, the map of the house, the targets of make."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?:`|^)make ([a-z][a-z-]*)", re.MULTILINE)
HEADINGS = ["## What", "## Why", "## Other options", "## How to undo"]
ELSEWHERE = re.compile(r"(?<![\w.:/])/(?:work|tmp|home|root|Users|mnt|opt|var)/[\w.-]+")


def _files() -> list[str]:
    """What the repository holds, untracked files included, ignored ones not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in listed if name and (ROOT / name).exists()]


FILES = _files()
DOCUMENTS = [name for name in FILES if name.endswith(".md")]
RUNBOOK = sorted((ROOT / "docs" / "runbook").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_somewhere(name):
    here = (ROOT / name).parent
    for target in LINK.findall(FENCE.sub("", _text(name))):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        found = (here / path).resolve() if path else ROOT / name
        assert found.is_relative_to(ROOT), target
        assert found.exists(), target
        if anchor:
            assert anchor in _anchors(found.read_text(encoding="utf-8")), target


def test_every_runbook_page_that_the_system_names_exists():
    machines = sorted(name for name in FILES if name.startswith("statemachines/"))
    named = {page for source in ("template.yaml", *machines)
             for page in re.findall(r"docs/runbook/([\w-]+\.md)", _text(source))}  # fmt: skip
    assert named
    assert named - {page.name for page in RUNBOOK} == set()


def test_every_runbook_page_is_in_the_index_of_the_runbook():
    index = _text("docs/runbook/README.md")
    assert [page.name for page in RUNBOOK if page.name != "README.md" and f"({page.name})" not in index] == []


def test_every_page_of_an_alarm_says_what_holds_where_to_look_whom_to_call_and_when_it_is_over():
    wanted = ["## Safe to assume", "## Look", "## Call", "## Over when"]
    for page in sorted(set(re.findall(r"docs/runbook/([\w-]+\.md)", _text("template.yaml")))):
        text = _text(f"docs/runbook/{page}")
        assert [heading for heading in wanted if f"{heading}\n" not in text] == [], page


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_is_dated_has_its_four_parts_and_is_in_the_index(decision):
    lines = decision.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {decision.name[:4]} ")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", lines[2])
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    assert f"({decision.name})" in _text("docs/decisions/README.md")


def test_decisions_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_dependency_has_its_line():
    named = _text("docs/decisions/0018-dependencies.md")
    sets = [
        "layers/common/requirements.in",
        *(f"requirements/{name}.in" for name in ("dev", "sam", "emulator", "checkov")),
    ]
    asked = {
        re.split(r"[\[=<>~; ]", line)[0] for name in sets for line in _text(name).splitlines() if line[:1].isalpha()
    }
    assert [
        package for package in sorted(asked) if not re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", named)
    ] == []


def test_the_map_of_the_house_names_every_folder():
    folders = {name.partition("/")[0] for name in FILES if "/" in name}
    readme = _text("README.md")
    assert [folder for folder in sorted(folders) if f"[{folder}/" not in readme] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_target_of_make_that_is_named_exists(name):
    targets = set(re.findall(r"^([a-z][a-z-]*):", _text("Makefile"), re.MULTILINE))
    targets |= {
        target for line in re.findall(r"^\.PHONY: (.+)$", _text("Makefile"), re.MULTILINE) for target in line.split()
    }
    assert set(MAKE.findall(_text(name))) - targets == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_names_a_path_of_some_machine(name):
    assert ELSEWHERE.findall(_text(name)) == []
