from __future__ import annotations

from registry_api.enrolment.consents import ConsentState, Purpose, newest, standings
from tests.registry_api.enrolment.people import GRANTED, NOW, REFUSED, signed

REGISTRY, TEXTS, TRIALS = Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT


def test_all_six_purposes_have_a_standing() -> None:
    """Granted, refused and never asked are three different things."""
    standing = {each.purpose: each for each in standings(signed((REGISTRY, GRANTED), (TEXTS, REFUSED)))}
    assert list(standing) == list(Purpose)
    assert standing[REGISTRY].state is ConsentState.GRANTED
    assert standing[TEXTS].state is ConsentState.REFUSED
    assert standing[TEXTS].signed_at == NOW
    assert standing[TRIALS].state is ConsentState.NEVER_ASKED
    assert standing[TRIALS].version is None


def test_the_last_signature_of_each_purpose_counts() -> None:
    """Whatever order they are read in."""
    chain = signed((TEXTS, GRANTED), (TEXTS, GRANTED), (REGISTRY, REFUSED), (TEXTS, REFUSED))
    latest = newest(reversed(chain))
    assert {purpose: signature.number for purpose, signature in latest.items()} == {TEXTS: 3, REGISTRY: 1}
