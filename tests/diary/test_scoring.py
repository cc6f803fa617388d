"""The published scoring rules, each with examples worked by hand from its source, and properties of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Answer
from diary.errors import InvalidTotals
from diary.instruments.catalogue import Instrument, Kind, definition, versions
from diary.instruments.items import Item, ItemKind
from diary.instruments.scales import Direction, Method, Missing, Scale, Transform
from diary.scores import NoScore, Score
from diary.scoring.rules import scored, turned
from diary.scoring.totals import as_answers, checked


def numbered(values: Sequence[int], prefix: str = "item") -> list[Answer]:
    """Answers to items 1, 2, 3 … in the order of the paper form."""
    return [Answer.rated(f"{prefix}_{place:02d}", value) for place, value in enumerate(values, 1)]


def score(instrument: str | Instrument, scale: str, answers: Sequence[Answer]) -> Score:
    known = definition(instrument) if isinstance(instrument, str) else instrument
    return next(each for each in scored(known, answers) if each.scale == scale)


@pytest.mark.parametrize(
    ("instrument", "answers", "value", "band"),
    [
        # GAD-7, Spitzer 2006: seven items 0-3; 5, 10 and 15 begin mild, moderate and severe.
        ("gad-7", [0] * 7, 0, "minimal"),
        ("gad-7", [1, 1, 1, 1, 0, 0, 0], 4, "minimal"),
        ("gad-7", [1, 1, 1, 1, 1, 0, 0], 5, "mild"),
        ("gad-7", [2, 2, 2, 2, 1, 0, 0], 9, "mild"),
        ("gad-7", [2, 2, 2, 2, 2, 0, 0], 10, "moderate"),
        ("gad-7", [2] * 7, 14, "moderate"),
        ("gad-7", [3, 2, 2, 2, 2, 2, 2], 15, "severe"),
        ("gad-7", [3] * 7, 21, "severe"),
        # PHQ-8, Kroenke 2009: eight items 0-3; 5, 10, 15 and 20.
        ("phq-8", [1, 1, 1, 1, 0, 0, 0, 0], 4, "minimal"),
        ("phq-8", [1, 1, 1, 1, 1, 0, 0, 0], 5, "mild"),
        ("phq-8", [2, 2, 2, 2, 2, 0, 0, 0], 10, "moderate"),
        ("phq-8", [2, 2, 2, 2, 2, 2, 2, 1], 15, "moderately_severe"),
        ("phq-8", [3, 3, 3, 3, 2, 2, 2, 1], 19, "moderately_severe"),
        ("phq-8", [3, 3, 3, 3, 2, 2, 2, 2], 20, "severe"),
        ("phq-8", [3] * 8, 24, "severe"),
        # SPIN, Connor 2000: 17 items 0-4; 19.
        ("spin", [2] * 9 + [0] * 8, 18, "below_cut"),
        ("spin", [2] * 9 + [1] + [0] * 7, 19, "at_cut"),
        ("spin", [4] * 17, 68, "at_cut"),
        # Mini-SPIN, Connor 2001: three items 0-4; 6 or more.
        ("mini-spin", [2, 2, 1], 5, "below_cut"),
        ("mini-spin", [2, 2, 2], 6, "at_cut"),
        ("mini-spin", [4, 4, 4], 12, "at_cut"),
        # SIAS, Mattick and Clarke 1998: 5, 9 and 11 are reversed; all "not at all" is 12. Peters 2000: 36.
        ("sias", [0] * 20, 12, "below_cut"),
        ("sias", [4] * 20, 68, "at_cut"),
        ("sias", [0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 4] + [0] * 9, 0, "below_cut"),
        ("sias", [4, 4, 4, 4, 0, 4, 4, 4, 0, 4, 0] + [4] * 9, 80, "at_cut"),
        ("sias", [4, 4, 4, 4, 0, 4, 3, 0, 4, 0, 4] + [0] * 9, 27, "below_cut"),
        ("sias", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 0], 35, "below_cut"),
        ("sias", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0], 36, "at_cut"),
        # SPS, the same paper: 20 items 0-4, none reversed.
        ("sps", [1] * 20, 20, None),
        ("sps", [4] * 20, 80, None),
        # BFNE-S, Weeks 2005: eight straightforward items 1-5.
        ("bfne-s", [1] * 8, 8, None),
        ("bfne-s", [5] * 8, 40, None),
        ("bfne-s", [3, 2, 5, 1, 4, 2, 3, 5], 25, None),
        # VHI-10, Rosen 2004: ten items 0-4; Arffa 2012: more than 11.
        ("vhi-10", [1] * 9 + [2], 11, "below_cut"),
        ("vhi-10", [1] * 8 + [2, 2], 12, "at_cut"),
        ("vhi-10", [4] * 10, 40, "at_cut"),
    ],
)
def test_a_published_sum(instrument: str, answers: list[int], value: int, band: str | None) -> None:
    """Sums, reversals and cut-offs are those of the source."""
    assert score(instrument, "total", numbered(answers)) == Score("total", "1.0.0", value, band=band)


@pytest.mark.parametrize(
    ("fear", "avoidance", "values", "band"),
    [
        ([0] * 24, [0] * 24, (0, 0, 0, 0, 0), "below_cut"),
        ([3] * 24, [3] * 24, (144, 72, 72, 78, 66), "at_higher_cut"),
        ([1] * 24, [0] * 5 + [1] * 5 + [0] * 14, (29, 24, 5, 13 + 3, 11 + 2), "below_cut"),
        ([1] * 24, [1] * 6 + [0] * 18, (30, 24, 6, 13 + 5, 11 + 1), "at_cut"),
        ([2] * 24, [1] * 11 + [0] * 13, (59, 48, 11, 26 + 7, 22 + 4), "at_cut"),
        ([2] * 24, [1] * 12 + [0] * 12, (60, 48, 12, 26 + 7, 22 + 5), "at_higher_cut"),
    ],
)
def test_lsas_sr(fear: list[int], avoidance: list[int], values: tuple[int, ...], band: str) -> None:
    """Total, fear, avoidance, performance and social interaction; 30 and 60 of the total."""
    answers = [*numbered(fear, "fear"), *numbered(avoidance, "avoidance")]
    found = scored(definition("lsas-sr"), answers)
    assert tuple(each.value for each in found) == values
    assert [each.band for each in found] == [band, None, None, None, None]


@pytest.mark.parametrize(
    "instrument", ["gad-7", "phq-8", "spin", "mini-spin", "sias", "sps", "bfne-s", "vhi-10", "lsas-sr"]
)
def test_one_item_too_few_is_no_score(instrument: str) -> None:
    """Where the source lets nothing be missing, one item left out or skipped gives no value and no band."""
    known = definition(instrument)
    full = [Answer.rated(item.id, item.range[1]) for item in known.items]
    for short in (full[1:], [Answer.skipped(full[0].item), *full[1:]]):
        assert score(known, "total", short) == Score("total", "1.0.0", None, NoScore.TOO_MANY_MISSING)
    assert score(known, "total", full).value is not None


def test_a_subscale_stands_where_another_lacks_an_item() -> None:
    """A fear rating that is missing takes the total and fear with it, and leaves avoidance."""
    answers = [*numbered([1] * 24, "fear")[1:], *numbered([1] * 24, "avoidance")]
    values = {each.scale: each.value for each in scored(definition("lsas-sr"), answers)}
    assert values == {
        "total": None,
        "fear": None,
        "avoidance": 24,
        "performance": None,
        "social_interaction": 22,
    }


def named(scale: str, values: Sequence[int]) -> list[Answer]:
    return [Answer.rated(f"{scale}_{place}", value) for place, value in enumerate(values, 1)]


@pytest.mark.parametrize(
    ("instrument", "scale", "answers", "value"),
    [
        # CDQ-24, Müller 2004: sums of 6, 5, 3, 6 and 4 items 0-4, of the highest possible, in per cent.
        ("cdq-24", "stigma", [0, 1, 2, 3, 4, 2], 50),  # 12 of 24
        ("cdq-24", "emotional_wellbeing", [1, 0, 0, 2, 0], 15),  # 3 of 20
        ("cdq-24", "pain", [3, 2, 2], 58),  # 7 of 12 is 58.33
        ("cdq-24", "activities_of_daily_living", [4, 4, 3, 4, 2, 4], 88),  # 21 of 24 is 87.5
        ("cdq-24", "social_family_life", [0, 0, 1, 0], 6),  # 1 of 16 is 6.25
        # CDIP-58, Cano 2004: sums of 6, 5, 4, 9, 9, 8, 7 and 10 items 1-5; less one each, of four each.
        ("cdip-58", "head_and_neck_symptoms", [3, 2, 4, 1, 5, 3], 50),  # 18 - 6 of 24
        ("cdip-58", "pain_and_discomfort", [2, 1, 1, 3, 1], 15),  # 8 - 5 of 20
        ("cdip-58", "sleep", [5, 4, 4, 5], 88),  # 18 - 4 of 16 is 87.5
        ("cdip-58", "upper_limb_activities", [1, 1, 1, 1, 2, 1, 1, 1, 1], 3),  # 10 - 9 of 36 is 2.78
        ("cdip-58", "walking", [2] * 9, 25),  # 18 - 9 of 36
        ("cdip-58", "annoyance", [3, 3, 3, 3, 2, 2, 2, 2], 38),  # 20 - 8 of 32 is 37.5
        ("cdip-58", "mood", [5, 5, 5, 5, 5, 5, 1], 86),  # 31 - 7 of 28 is 85.71
        ("cdip-58", "psychosocial_sequelae", [4, 4, 4, 4, 4, 3, 3, 3, 3, 3], 63),  # 35 - 10 of 40 is 62.5
    ],
)
def test_a_published_subscale(instrument: str, scale: str, answers: list[int], value: int) -> None:
    """The sum of a subscale's items on 0 to 100; one of them missing or skipped, it has no value."""
    known = definition(instrument)
    assert score(known, scale, named(scale, answers)) == Score(scale, "2.0.0", value)
    none = Score(scale, "2.0.0", None, NoScore.TOO_MANY_MISSING)
    assert score(known, scale, named(scale, answers[:-1])) == none
    assert (
        score(known, scale, [*named(scale, answers[:-1]), Answer.skipped(f"{scale}_{len(answers)}")]) == none
    )


@pytest.mark.parametrize(("instrument", "items"), [("cdq-24", 24), ("cdip-58", 58)])
def test_items_are_of_the_subscale_that_they_are_named_after(instrument: str, items: int) -> None:
    """Every item is of one subscale; all at their lowest are 0, all at their highest 100."""
    known = definition(instrument)
    assert sum(len(scale.items) for scale in known.scales) == len(known.items) == items
    assert all(name.rpartition("_")[0] == scale.id for scale in known.scales for name in scale.items)
    for end, value in ((0, 0), (1, 100)):
        answers = [Answer.rated(item.id, item.range[end]) for item in known.items]
        assert {each.value for each in scored(known, answers)} == {value}


def test_what_could_not_be_verified_is_not_scored() -> None:
    """The former version of the CDQ-24 numbered its items through: it has no value, and says why."""
    known = versions()["cdq-24", "1.0.0"]
    full = [Answer.rated(item.id, item.range[1]) for item in known.items]
    assert {(each.value, each.reason) for each in scored(known, full)} == {(None, NoScore.NOT_SCORED)}
    assert all(scale.not_scored for scale in known.scales)


def percent(low: int, high: int, count: int, missing: Missing | None = None) -> Instrument:
    """An instrument of one scale that is put on 0 to 100, as the CDQ-24 and the CDIP-58 do it."""
    gad = definition("gad-7")
    items = tuple(
        Item(
            id=f"item_{place:02d}",
            kind=ItemKind.CHOICE,
            minimum=low,
            maximum=high,
            options=tuple({"value": value} for value in range(low, high + 1)),
        )
        for place in range(1, count + 1)
    )
    scale = Scale(
        id="part",
        title=gad.title,
        method=Method.SUM,
        transform=Transform.PERCENT,
        direction=Direction.HIGHER_IS_WORSE,
        source="(sum - lowest) / (highest - lowest) x 100",
        minimum=0,
        maximum=100,
        items=tuple(item.id for item in items),
        missing=missing,
    )
    return gad.model_copy(update={"items": items, "scales": (scale,)})


@pytest.mark.parametrize(
    ("low", "high", "answers", "value"),
    [
        (0, 4, [0, 0, 0], 0),
        (0, 4, [4, 4, 4], 100),
        (0, 4, [1, 2, 3], 50),
        (0, 4, [1, 0, 0], 8),  # 1 of 12 is 8.33
        (1, 5, [1, 1, 1, 1], 0),
        (1, 5, [5, 5, 5, 5], 100),
        (1, 5, [1, 2, 3, 4], 38),  # (10 - 4) of 16 is 37.5, and halves go up
        (1, 5, [2, 2, 3, 2, 2, 1], 25),
    ],
)
def test_a_subscale_on_zero_to_a_hundred(low: int, high: int, answers: list[int], value: int) -> None:
    """The sum less the lowest possible, of what is possible, in per cent."""
    assert score(percent(low, high, len(answers)), "part", numbered(answers)).value == value


@pytest.mark.parametrize(
    ("answered", "value", "reason"),
    [
        ([4, 4, 2, 2], 75, None),
        ([4, 4], 100, None),
        ([4], None, NoScore.TOO_MANY_MISSING),
        ([], None, NoScore.TOO_MANY_MISSING),
    ],
)
def test_half_of_the_items_may_be_missing(
    answered: list[int], value: int | None, reason: NoScore | None
) -> None:
    """Under a rule of halves, what is missing counts as the mean of the rest, and below it nothing does."""
    instrument = percent(0, 4, 4, Missing(answered_share=0.5, source="half"))
    assert score(instrument, "part", numbered(answered)) == Score("part", "1.0.0", value, reason)


@pytest.mark.parametrize(("missing", "value"), [(0, 10), (1, 10), (2, None)])
def test_a_number_of_items_may_be_missing(missing: int, value: int | None) -> None:
    """Under a rule that lets one be missing, two are too many."""
    instrument = percent(0, 10, 5, Missing(at_most=1, source="one"))
    assert score(instrument, "part", numbered([1] * (5 - missing))).value == value


def week(**ratings: int) -> list[Answer]:
    return [Answer.rated(item, rating) for item, rating in ratings.items()]


def test_the_week_counts_what_applies() -> None:
    """Items of other forms are not missing, nor is what does not apply; enjoyment is turned."""
    answers = [
        *week(movements=6, head_pulled=8, head_shaking=4, pain=5),
        *week(work_and_home=2, self_care=0, out_and_about=4, looking_around=6),
        *week(low_mood=3, worry=4, fear_of_being_looked_at=5, poor_sleep=2, enjoyment=9),
    ]
    values = {each.scale: each.value for each in scored(definition("weekly"), answers)}
    assert values == {"motor": 60, "pain": 50, "disability": 30, "psychiatric": 30}
    at_home = [
        Answer.does_not_apply("work_and_home") if each.item == "work_and_home" else each for each in answers
    ]
    assert score("weekly", "disability", at_home).value == 33  # 10 of 30
    skipped = [Answer.skipped("pain") if each.item == "pain" else each for each in answers]
    assert score("weekly", "pain", skipped).reason is NoScore.TOO_MANY_MISSING


def test_where_nothing_applies_there_is_no_score() -> None:
    """A scale of which nothing applies says that, not that too much is missing."""
    answers = [Answer.does_not_apply(item.id) for item in definition("weekly").items]
    assert {each.reason for each in scored(definition("weekly"), answers)} == {NoScore.NOTHING_APPLIES}


def test_the_daily_core_alone_is_no_social_anxiety_score() -> None:
    """One rating of two is no score: the core asks for fear, and distress comes under "more"."""
    fear, both = week(fear_of_being_looked_at=4), week(fear_of_being_looked_at=4, distress=7)
    assert score("daily", "social_anxiety", fear).reason is NoScore.TOO_MANY_MISSING
    assert score("daily", "social_anxiety", both).value == 55


@pytest.mark.parametrize(
    ("instrument", "totals"),
    [
        ("twstrs", {"severity": 19, "disability": 12, "pain": 9.75, "total": 40.75}),
        ("twstrs", {"severity": 35, "disability": 30, "pain": 20, "total": 85}),
        ("twstrs", {"severity": 0}),
        ("twstrs", {"total": 40, "severity": 19}),
        ("jrs", {"severity": 3, "frequency": 4, "total": 7}),
        ("fmdrs", {"movement": 46.5, "disability": 11}),
        ("fmdrs", {"movement": 120}),
    ],
)
def test_totals_that_staff_type_in(instrument: str, totals: Mapping[str, float]) -> None:
    """Totals within their published ranges are taken as they are; those left out say so."""
    known = definition(instrument)
    answers = as_answers(known, totals)
    assert checked(known, answers) == answers
    found = {each.scale: each for each in scored(known, answers)}
    assert {name: each.value for name, each in found.items() if each.value is not None} == totals
    assert {each.reason for each in found.values() if each.value is None} <= {NoScore.NOT_TYPED_IN}


@pytest.mark.parametrize(
    ("instrument", "totals", "path"),
    [
        ("twstrs", {}, "totals"),
        ("twstrs", {"severity": 36}, "totals.severity"),
        ("twstrs", {"severity": 12.5}, "totals.severity"),
        ("twstrs", {"pain": 9.7}, "totals.pain"),
        ("twstrs", {"pain": float("nan")}, "totals.pain"),
        ("twstrs", {"severity": -1}, "totals.severity"),
        ("twstrs", {"sleep": 1}, "totals.sleep"),
        ("twstrs", {"severity": 19, "total": 18}, "totals.total"),
        ("twstrs", {"severity": 19, "disability": 12, "pain": 9, "total": 41}, "totals.total"),
        ("jrs", {"frequency": 5}, "totals.frequency"),
        ("fmdrs", {"movement": 120.5}, "totals.movement"),
        ("fmdrs", {"total": 10}, "totals.total"),
    ],
)
def test_totals_that_cannot_be(instrument: str, totals: Mapping[str, float], path: str) -> None:
    """A total out of range, between steps, of no scale, or other than its parts is refused by name."""
    with pytest.raises(InvalidTotals) as refusal:
        as_answers(definition(instrument), totals)
    assert [fault.path for fault in refusal.value.fields] == [path]


SCORED = [(one, scale) for one in versions().values() for scale in one.scales if scale.items]
_SKIP = st.sampled_from([Answer.skipped, Answer.does_not_apply])


def _answer(draw: st.DrawFn, item: Item, *, complete: bool) -> Answer | None:
    if not complete and draw(st.integers(0, 3)) == 0:
        return draw(st.one_of(st.none(), _SKIP.map(lambda make: make(item.id))))
    low, high = item.range
    number = draw(st.integers(low, high))
    return (
        Answer.said(item.id, yes=bool(number))
        if item.kind is ItemKind.YES_NO
        else Answer.rated(item.id, number)
    )


@st.composite
def answered(draw: st.DrawFn, *, complete: bool = False) -> tuple[Instrument, Scale, list[Answer]]:
    """A scale of a shipped instrument, and answers to its items, of which some are missing."""
    instrument, scale = draw(st.sampled_from(SCORED))
    items = [item for item in instrument.items if item.id in scale.items]
    answers = [_answer(draw, item, complete=complete) for item in items]
    return instrument, scale, [each for each in answers if each is not None]


@given(answered())
def test_a_value_stays_within_its_range(case: tuple[Instrument, Scale, list[Answer]]) -> None:
    """Whatever is missing, a value is in the scale's range and in a band; or there is a reason for none."""
    instrument, scale, answers = case
    found = score(instrument, scale.id, answers)
    assert (found.value is None) == (found.reason is not None)
    if found.value is not None:
        assert scale.minimum <= found.value <= scale.maximum
        assert (found.band is None) == (not scale.bands)


@given(answered(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(
    case: tuple[Instrument, Scale, list[Answer]], chance: Random
) -> None:
    """The same answers in another order, with answers to other scales between them, give the same value."""
    instrument, scale, answers = case
    shuffled = list(answers)
    chance.shuffle(shuffled)
    assert score(instrument, scale.id, shuffled) == score(instrument, scale.id, answers)


@given(answered(complete=True), st.data())
def test_a_worse_answer_never_gives_a_better_score(
    case: tuple[Instrument, Scale, list[Answer]], data: st.DataObject
) -> None:
    """One step up in an item moves the value up, or down where the item is reversed, or leaves it rounded."""
    instrument, scale, answers = case
    rated = [each for each in answers if each.rating is not None]
    items = {item.id: item for item in instrument.items}
    lower = [each for each in rated if each.rating is not None and each.rating < items[each.item].range[1]]
    if not lower:
        return
    one = data.draw(st.sampled_from(lower))
    higher = [Answer.rated(one.item, (one.rating or 0) + 1) if each == one else each for each in answers]
    before, after = score(instrument, scale.id, answers).value, score(instrument, scale.id, higher).value
    assert before is not None
    assert after is not None
    assert after <= before if one.item in scale.reversed else after >= before


@given(st.sampled_from(SCORED), st.data())
def test_turning_twice_changes_nothing(case: tuple[Instrument, Scale], data: st.DataObject) -> None:
    """A number counted from the far end, and again, is itself, and never leaves the item's range."""
    instrument, _ = case
    item = data.draw(st.sampled_from(instrument.items))
    low, high = item.range
    number = data.draw(st.integers(low, high))
    assert low <= turned(item, number) <= high
    assert turned(item, turned(item, number)) == number


@given(st.integers(2, 12), st.data())
def test_what_is_missing_counts_as_the_mean(answers: int, data: st.DataObject) -> None:
    """A value with items missing equals that of the answered ones alone, and so never leaves their range."""
    count = data.draw(st.integers(answers, 2 * answers))
    given_ = data.draw(st.lists(st.integers(1, 5), min_size=answers, max_size=answers))
    halves = percent(1, 5, count, Missing(answered_share=0.5, source="half"))
    value = score(halves, "part", numbered(given_)).value
    assert value == score(percent(1, 5, answers), "part", numbered(given_)).value
    lows, highs = ((end - 1) * 25 for end in (min(given_), max(given_)))
    assert value is not None
    assert lows <= value <= highs


def test_bands_are_about_screening_and_not_diagnosis() -> None:
    """No band says that somebody has an illness; each scale with bands cites where they are from."""
    for one in versions().values():
        for scale in one.scales:
            assert not scale.bands or scale.bands_source
            for band in scale.bands:
                words = band.label.in_language("en")
                assert "range" in words or "screening cut-off" in words


def test_totals_have_no_items_and_questions_have() -> None:
    """What staff type in is asked of nobody."""
    for one in versions().values():
        assert (one.kind is Kind.TYPED_IN) == (not one.items)
