from __future__ import annotations

from typing import NewType

TrialId = NewType("TrialId", str)
MatchToken = NewType("MatchToken", str)
"""Names a match in a link without naming the person."""
IntroductionId = NewType("IntroductionId", str)
