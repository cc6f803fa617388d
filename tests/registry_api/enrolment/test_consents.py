from __future__ import annotations

from datetime import timedelta

import pytest

from diary.ids import PatientId
from registry_api.enrolment.consents import (
    ConsentState,
    Decision,
    How,
    Purpose,
    Signature,
    may,
    permissions,
    standings,
)
from tests.registry_api.enrolment.people import GRANTED, NOW, REFUSED

REGISTRY, TEXTS, TRIALS = Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT


def _signed(*decisions: tuple[Purpose, Decision]) -> list[Signature]:
    """Signatures a minute apart, the last one now."""
    counted: dict[Purpose, int] = {}
    signatures = []
    for place, (purpose, decision) in enumerate(decisions):
        counted[purpose] = counted.get(purpose, 0) + 1
        signatures.append(
            Signature(
                patient=PatientId("p"),
                purpose=purpose,
                number=counted[purpose],
                version=str(counted[purpose]),
                language="en",
                text_sha256="00",
                decision=decision,
                how=How.WEB,
                at=NOW - timedelta(minutes=len(decisions) - 1 - place),
            )
        )
    return signatures


@pytest.mark.parametrize(
    ("decisions", "permitted"),
    [
        ([], set()),
        ([(REGISTRY, GRANTED)], {REGISTRY}),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED)], {REGISTRY, TEXTS}),
        ([(TEXTS, GRANTED), (REGISTRY, GRANTED)], {REGISTRY, TEXTS}),
        ([(TEXTS, GRANTED)], set()),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED), (TEXTS, REFUSED)], {REGISTRY}),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED), (REGISTRY, REFUSED)], set()),
        (
            [(REGISTRY, GRANTED), (TEXTS, GRANTED), (REGISTRY, REFUSED), (REGISTRY, GRANTED)],
            {REGISTRY, TEXTS},
        ),
        ([(REGISTRY, GRANTED), (TRIALS, REFUSED), (TRIALS, GRANTED)], {REGISTRY, TRIALS}),
    ],
)
def test_the_newest_decision_counts_while_the_registry_is_permitted(
    decisions: list[tuple[Purpose, Decision]], permitted: set[Purpose]
) -> None:
    """Each purpose stands alone, and all rest on the registry."""
    known = permissions(reversed(_signed(*decisions)), NOW)
    assert {purpose for purpose in Purpose if may(known, purpose)} == permitted


def test_a_decision_counts_from_its_moment_on() -> None:
    """Asked about an earlier moment, the answer is the one of then."""
    signatures = _signed((REGISTRY, GRANTED), (REGISTRY, REFUSED))
    assert may(permissions(signatures, NOW - timedelta(seconds=1)), REGISTRY)
    assert not may(permissions(signatures, NOW), REGISTRY)


def test_a_permission_names_the_version_whose_scope_holds() -> None:
    """The scope is that of the text that was signed last."""
    known = permissions(_signed((REGISTRY, GRANTED), (REGISTRY, GRANTED)), NOW)
    assert known.versions == {REGISTRY: "2"}


def test_all_six_purposes_have_a_standing() -> None:
    """Granted, refused and never asked are three different things."""
    standing = {each.purpose: each for each in standings(_signed((REGISTRY, GRANTED), (TEXTS, REFUSED)), NOW)}
    assert list(standing) == list(Purpose)
    assert standing[REGISTRY].state is ConsentState.GRANTED
    assert standing[TEXTS].state is ConsentState.REFUSED
    assert standing[TEXTS].signed_at == NOW
    assert standing[TRIALS].state is ConsentState.NEVER_ASKED
    assert standing[TRIALS].version is None
