"""Wording that a deployer loads: FHIR R4 Questionnaires, what they say, and where that is kept."""
