from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from registry_api.exports.drawing_up import draw_up
from registry_api.exports.errors import SheetUnavailable
from registry_api.exports.rendering import STANDARD, Press, set_pdf, typeset, visit_sheet_template
from registry_api.exports.telling import told
from registry_api.exports.visit_sheet import Facts
from registry_api.identity.languages import Language
from tests.registry_api.exports.sheets import NAME, NOW, everything, facts, nothing


@cache
def usual() -> PdfReader:
    return read(facts())


def read(of: Facts, language: Language = Language.EN) -> PdfReader:
    return PdfReader(io.BytesIO(set_pdf(told(draw_up(of), language), NOW)))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ").split())


def test_the_page_holds_what_it_must() -> None:
    """Name, form, period, numbers, treatments and questions can be read out of the PDF."""
    text = words(usual())
    for part in (
        NAME,
        "Born March 1984, 47 years old",
        "Cervical dystonia since June 2019",
        "84 of 84 days answered",
        "Day 60 since the last injection.",
        "onabotulinumtoxinA, 150 U",
        "Fear of being looked at",
        "Baclofen 30 mg a day, since February 2024",
        "May I swim after the injection?",
        "not a diagnosis",
    ):
        assert part in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("of", [facts, everything, nothing])
def test_a_sheet_is_one_page(of: Callable[[], Facts], language: Language) -> None:
    """However much or little there is."""
    assert len(read(of(), language).pages) == 1


def test_a_sheet_is_tagged_and_names_its_language() -> None:
    """A structure tree, marked content, language, title, and the mark of PDF/UA-1."""
    reader = usual()
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata
    assert reader.metadata.title == f"Visit sheet of {NAME}"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = structure(root["/StructTreeRoot"])
    assert kinds.count("/Figure") == 1
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI"} <= set(kinds)


def test_the_chart_has_its_words_in_the_pdf() -> None:
    """The alternative text of the figure is that of the sheet."""
    root: Any = usual().root_object["/StructTreeRoot"]
    (figure,) = (each for each in elements(root) if str(each["/S"]) == "/Figure")
    assert str(figure["/Alt"]) == " ".join(told(draw_up(facts()), Language.EN).chart.told)


_PICTURE = b"""image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>"))"""


@pytest.mark.parametrize(
    ("piece", "instead"),
    [
        (b"title: sheet.title, ", b""),
        (b"heading(level: 2, sheet.questions.title)", b"heading(level: 4, sheet.questions.title)"),
        (
            b'figure(alt: sheet.chart.told.join(" "), chart(',
            b"figure(((..given) => " + _PICTURE + b" + chart(..given))(",
        ),
    ],
    ids=["without a title", "with a heading left out", "with a picture without words"],
)
def test_the_producers_check_bites(piece: bytes, instead: bytes) -> None:
    """The same sheet with less for screen readers is refused by Typst's own check of PDF/UA-1."""
    template = visit_sheet_template()
    assert template.count(piece) == 1
    worse = template.replace(piece, instead)
    sheet = orjson.dumps(told(draw_up(facts()), Language.EN)).decode()
    assert typeset(sheet, template=worse, format="pdf").startswith(b"%PDF")
    with pytest.raises(RuntimeError, match="PDF/UA-1 error"):
        typeset(sheet, template=worse, format="pdf", pdf_standards=[STANDARD])


def test_the_standard_cannot_be_kept_without_tags() -> None:
    """Typst refuses to leave them out."""
    sheet = orjson.dumps(told(draw_up(facts()), Language.EN)).decode()
    with pytest.raises((RuntimeError, ValueError)):
        typeset(sheet, format="pdf", pdf_standards=[STANDARD], pdf_tags=False)


def test_names_in_other_scripts_are_set_too() -> None:
    """What no font of ours can show does not stand in the way of a sheet."""
    assert "Ελένη Иванова" in words(read(facts(name="Ελένη Иванова")))
    beyond = read(facts(name="王小明"))
    assert len(beyond.pages) == 1
    assert beyond.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_words_of_a_person_are_words_and_no_commands() -> None:
    """What would be markup elsewhere is printed as it was typed."""
    name = '#panic("x") *A* [b] $c$ \\'
    assert name in words(read(facts(name=name)))


async def test_no_more_wait_than_can_be_served() -> None:
    """Who comes when too many wait is told to come back, and so is who waits too long."""
    sheet = told(draw_up(facts()), Language.EN)
    press = Press(most_waiting=1)
    results = await asyncio.gather(
        *(press.pdf(f"p{number}", sheet, NOW) for number in range(5)), return_exceptions=True
    )
    assert [type(each) for each in results] == [bytes] * 3 + [SheetUnavailable] * 2
    assert (await press.pdf("p4", sheet, NOW)).startswith(b"%PDF")
    press.close()
    hasty = Press(within_seconds=0)
    with pytest.raises(SheetUnavailable):
        await hasty.pdf("p1", replace(sheet, name="Somebody else"), NOW)
    hasty.close()


async def test_one_person_keeps_no_other_waiting() -> None:
    """Five are under way for one at most; somebody else is served all the same, and so are they later."""
    sheet = told(draw_up(facts()), Language.EN)
    press = Press()
    wanted = ["p1"] * 8 + ["p2"]
    results = await asyncio.gather(*(press.picture(owner, sheet) for owner in wanted), return_exceptions=True)
    assert [type(each) for each in results] == [bytes] * 5 + [SheetUnavailable] * 3 + [bytes]
    assert (await press.picture("p1", sheet)).startswith(b"\x89PNG")
    press.close()


def elements(node: DictionaryObject) -> list[DictionaryObject]:
    """Every structure element below a node."""
    below = node.get("/K", [])
    children = below if isinstance(below, list) else [below]
    found = []
    for each in (child.get_object() for child in children if hasattr(child, "get_object")):
        if isinstance(each, DictionaryObject) and "/S" in each:
            found += [each, *elements(each)]
    return found


def structure(root: DictionaryObject) -> list[str]:
    return [str(each["/S"]) for each in elements(root)]
