"""Random criteria and people for property tests, dense around the days on which something changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from diary.forms import Form

TODAY = date(2026, 7, 10)
_SOON = st.integers(-70, 40).map(lambda days: TODAY + timedelta(days=days))
_PAST = st.integers(-70, 0).map(lambda days: TODAY + timedelta(days=days))
_FORMS = st.lists(st.sampled_from([form.value for form in Form][:3]), min_size=1, max_size=2, unique=True)
_WEEKS = st.integers(0, 12)


def _precision(day: date) -> st.SearchStrategy[str]:
    return st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])


def _window(bounds: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda low: {"min": low}, bounds),
        st.builds(lambda high: {"max": high}, bounds),
        st.builds(lambda low, more: {"min": low, "max": low + more}, bounds, st.integers(0, 3)),
    )


leaves = st.one_of(
    _FORMS.map(lambda forms: {"form": {"in": forms}}),
    st.booleans().map(lambda answer: {"isolated": {"is": answer}}),
    st.booleans().map(lambda answer: {"toxin_naive": {"is": answer}}),
    _window(st.integers(17, 20)).map(lambda window: {"age": window}),
    st.builds(lambda forms, low: {"symptom_months": {"of": forms, "min": low}}, _FORMS, st.integers(0, 3)),
    _window(_WEEKS).map(lambda window: {"weeks_since_toxin": window}),
    st.integers(0, 3).map(lambda low: {"prior_injections": {"min": low}}),
    st.integers(0, 60).map(lambda low: {"medicine_stable_days": {"min": low}}),
    st.sampled_from([20, 400, 9000]).map(lambda far: {"distance_km": {"max": far}}),
)

trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)

_onsets = st.one_of(st.none(), _PAST.flatmap(_precision))
_birth = st.builds(
    lambda day, years: day.replace(year=day.year - years, day=min(day.day, 28)), _SOON, st.integers(17, 21)
)

persons = st.fixed_dictionaries(
    {
        "birth_date": _birth.flatmap(lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7]])),
        "forms_stated_on": st.sampled_from([None, "2026-01-01"]),
        "forms": st.lists(
            st.builds(
                lambda form, onset: {"form": form[0], "onset": onset, "recorded_on": "2026-05-01"},
                _FORMS,
                _onsets,
            ),
            max_size=2,
        ),
        "isolated": st.sampled_from(["yes", "no", "unknown", "not_applicable"]).map(
            lambda value: [{"from": "2026-01-01", "value": value}]
        ),
        "toxin": st.fixed_dictionaries(
            {
                "statements": st.sampled_from(["yes", "no", "unknown"]).flatmap(
                    lambda ever: st.booleans().map(
                        lambda full: [{"from": "2026-01-01", "ever": ever, "list_complete": full}]
                    )
                ),
                "injections": st.lists(
                    st.one_of(
                        _SOON.map(date.isoformat), _PAST.map(lambda day: day.isoformat()[:7]), st.none()
                    ).map(lambda day: {"date": day, "response": "GOOD"}),
                    max_size=2,
                ),
            }
        ),
        "medicines": st.one_of(
            st.just([]),
            st.builds(
                lambda taking, since: [{"from": "2026-01-01", "taking": taking, "unchanged_since": since}],
                st.sampled_from(["none", "some", "unknown"]),
                st.one_of(st.none(), _PAST.flatmap(_precision)),
            ),
        ),
    }
)
