"""What the documents say is compared with what the code does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from pydantic import SecretStr

from notifications.keywords import Intent, intent
from registry_api.chatbot.asking import questions
from registry_api.chatbot.commands import Order, command
from registry_api.chatbot.placing import SKIPPED
from registry_api.chatbot.replies import read
from registry_api.cli import commands
from registry_api.graph import problems
from registry_api.graph.errors import ELSEWHERE
from registry_api.graph.problems import ProblemCode
from registry_api.seeding.logins import demo_logins
from registry_api.settings import Settings
from tests.contract.project import CONTRACT, ROOT

_NOT_OURS = {".venv", "node_modules", ".git", "dist", ".demo", "__pycache__"}
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"(?:diary|notifications|registry_api|graphql|web|deploy|requirements|tests|docs)/[\w./-]*"
)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_BUILT = {"registry_api/_packed/graphql", "web/dist"}
_WORDS = ("registry_api.chatbot", "wording/commands.toml"), ("notifications", "keywords.toml")


def documents(folder: Path = ROOT) -> list[Path]:
    """Every document of ours, in a folder and below it."""
    found = [path.relative_to(ROOT) for path in folder.glob("*.md")]
    for below in folder.iterdir():
        if below.is_dir() and not below.is_symlink() and below.name not in _NOT_OURS:
            found += documents(below)
    return sorted(found)


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(name: str, heading: str) -> Iterator[list[str]]:
    """The cells of every table row below a heading, up to the next heading."""
    _, _, below = text_of(name).partition(f"\n{heading}\n")
    for line in re.split(r"\n#+ ", below)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) > 1:
            yield cells


def settings_rows() -> dict[str, tuple[str, str]]:
    tables = text_of("docs/settings.md").partition("\n## Secrets on disk")[0].splitlines()
    cells = [line.strip("| ").split(" | ") for line in tables if line.startswith("| `")]
    return {name.strip("`"): (meaning, default) for name, meaning, default in cells}


def words_of(package: str, file: str) -> Mapping[str, list[str]]:
    return tomllib.loads(files(package).joinpath(*file.split("/")).read_text("utf-8"))


def anchors(document: Path) -> set[str]:
    """The names by which a document's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_setting_is_documented_and_no_other() -> None:
    """Settings and their table name the same variables, each with a meaning."""
    documented = settings_rows()
    assert set(documented) == {name.upper() for name in Settings.model_fields}
    assert all(meaning for meaning, _ in documented.values())


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"data_dir"}))
def test_a_default_is_documented_as_it_is(name: str) -> None:
    """The default in the table is the one in the code."""
    default = Settings.model_fields[name].get_default()
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    told = settings_rows()[name.upper()][1]
    spoken = {"": "empty", None: "none", True: "`true`", False: "`false`"}
    assert told == (spoken[default] if default in spoken and default != 1 else f"`{default}`")


def test_every_problem_is_documented_with_its_type() -> None:
    """Each code has a row with its type, which exists, and says what it means and what to do."""
    documented = {cells[0].strip("`"): cells[1:] for cells in rows("docs/api.md", "## Problems")}
    for code in ProblemCode:
        named, meaning, advice = documented[code]
        assert issubclass(getattr(problems, named.strip("`")), problems.Problem)
        assert meaning
        assert advice


def test_every_other_code_is_documented() -> None:
    """The codes of errors that are no problems have a row as well."""
    documented = {cells[0].strip("`") for cells in rows("docs/api.md", "### Refused requests")}
    assert {code for code, _ in ELSEWHERE.values()} <= documented


@pytest.mark.parametrize("document", documents(), ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link to a file finds it, and one to a heading finds the heading."""
    lost = []
    for target in _LINK.findall(_FENCE.sub("", text_of(str(document)))):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / document).parent / path if path else ROOT / document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("document", documents(), ids=str)
def test_every_path_that_is_named_exists(document: Path) -> None:
    """A path of the project between backticks is one that is there."""
    named = {word for word in _CODE.findall(text_of(str(document))) if _PATH.fullmatch(word)}
    assert [path for path in sorted(named - _BUILT) if not (ROOT / path).exists()] == []


def test_every_test_that_is_named_exists() -> None:
    """The tests that guard our invariants are in the files that the architecture names."""
    named = _TEST.findall(text_of("docs/architecture.md") + text_of("docs/security.md"))
    assert len(named) > 20
    gone = [(file, test) for file, test in named if f"def {test}(" not in text_of(file)]
    assert gone == []


def test_every_make_command_is_in_the_readme() -> None:
    """The README lists what the Makefile offers, and nothing else."""
    offered = set(re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE))
    listed = {cells[0].strip("`").removeprefix("make ") for cells in rows("README.md", "## All commands")}
    assert listed - {"command", "---"} == offered


def test_every_command_of_the_service_is_in_the_readme() -> None:
    """The README names what `registry` offers, those of groups with their group."""
    named = set(_CODE.findall(text_of("README.md").partition("\n## All commands\n")[2]))
    groups = {
        "": commands,
        **{f"{group.name} ": group.typer_instance for group in commands.registered_groups},
    }
    for prefix, group in groups.items():
        for each in group.registered_commands if group else ():
            assert each.callback
            assert f"{prefix}{each.name or each.callback.__name__}" in named


def test_every_part_of_the_service_is_on_the_map() -> None:
    """The architecture names each module and package of the service."""
    parts = {path.name for path in (ROOT / "registry_api").iterdir() if not path.name.startswith("_")}
    map_ = text_of("docs/architecture.md")
    assert {part for part in parts if f"`{part}`" not in map_ and f"`{part}/`" not in map_} == set()


def test_the_logins_of_the_readme_work() -> None:
    """Everybody whom the demo seeds is listed with their number."""
    listed = {cells[0]: cells[1].replace(" ", "") for cells in rows("README.md", "## Try it")}
    for login in demo_logins(1):
        assert listed[login.name] == login.phone


@pytest.mark.parametrize(
    "wording", words_of("notifications", "wording/en.toml").items(), ids=lambda each: each[0]
)
def test_every_text_that_we_send_is_in_the_guide(wording: tuple[str, str]) -> None:
    """The guide quotes each template word for word, with dots for its slots."""
    sent = {cells[1] for cells in rows("docs/guide-texts.md", "## What we text you")}
    assert " ".join(re.sub(r"\{\w+\}", "…", wording[1]).split()) in sent


def test_every_command_word_does_what_the_guide_says() -> None:
    """Each word of the guide's table is read as the command beside which it stands."""
    listed = {cells[0]: _CODE.findall(cells[1]) for cells in rows("docs/guide-texts.md", "### All the words")}
    for order in Order:
        assert {
            word for word in listed[order] if (said := command(word)) is None or said.order != order
        } == set()


def test_every_command_word_is_in_the_guide() -> None:
    """What the word lists hold is in the guide; of STOP, which has very many, the strong ones."""
    listed = {
        cells[0]: set(_CODE.findall(cells[1])) for cells in rows("docs/guide-texts.md", "### All the words")
    }
    reserved, keywords = (words_of(*place) for place in _WORDS)
    for order in (Order.TRIALS, Order.EVENTS, Order.PAUSE):
        assert set(reserved[order]) <= listed[order]
    assert set(keywords["help"]) <= listed[Order.HELP]
    assert set(keywords["opt_in"]) <= listed[Order.START]
    assert set(keywords["strong"]) <= listed[Order.STOP]


def test_sentences_that_the_guide_calls_a_stop_are_one() -> None:
    """The natural wording that the guide promises to understand is understood."""
    promised = re.search(
        r"You need no special word\. (.+?) are\nread as STOP", text_of("docs/guide-texts.md")
    )
    assert promised
    sentences = re.findall(r'"([^"]+)"', promised[1])
    assert len(sentences) == 4
    assert {intent(sentence) for sentence in sentences} == {Intent.OPT_OUT}


def test_answers_are_read_as_the_guide_says() -> None:
    """Each example of an answer gives what stands beside it."""
    items = [each.asked() for each in questions(("pulling", "pain", "fear_of_being_looked_at"), "en")]
    examples = [cells for cells in rows("docs/guide-texts.md", "## Answering") if cells[0].startswith("`")]
    assert len(examples) > 15
    for said, noted in examples:
        values = read(items, said.strip("`"), "en").values
        spoken = (values.get(item.id, "asked again") for item in items)
        assert ", ".join("skipped" if each == SKIPPED else str(each) for each in spoken) == noted, said


def test_queries_in_the_documents_are_valid() -> None:
    """Every query that a document shows is one that the service takes."""
    asked = re.findall(r"^ask '(.+?)'", text_of("docs/api.md"), re.DOTALL | re.MULTILINE)
    shown = re.findall(r"```graphql\n(\{.+?)```", text_of("docs/guide-coalition.md"), re.DOTALL)
    assert len(asked) == 3
    assert len(shown) == 1
    schema = build_schema((CONTRACT / "schema.graphql").read_text("utf-8"))
    assert [fault.message for query in asked + shown for fault in validate(schema, parse(query))] == []
