"""Who may see which field: one explicit rule for each field of the schema, and nothing without a rule.

A rule names the roles to which a field answers. It says nothing about whose record it is; that is asked of
`identity.access` by whoever reads the record. A test holds the table to the schema, so that a new field has
to be put here before anything passes.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry_api.identity.callers import Role

Roles = frozenset[Role]

EVERYBODY: Roles = frozenset(Role)
PEOPLE: Roles = EVERYBODY - {Role.API_CLIENT}
SIGNED_IN: Roles = PEOPLE - {Role.ANONYMOUS}
NOBODY: Roles = frozenset()
PATIENT: Roles = frozenset({Role.PATIENT})
COORDINATOR: Roles = frozenset({Role.COORDINATOR})
MEMBER: Roles = frozenset({Role.COALITION_MEMBER})
NUMBERS: Roles = MEMBER | {Role.API_CLIENT}

_INTROSPECTION = "__"


def _each(roles: Roles, fields: str) -> dict[str, Roles]:
    return dict.fromkeys(fields.split(), roles)


RULES: Mapping[str, Mapping[str, Roles]] = {
    "Query": {
        **_each(EVERYBODY, "me consentDocuments instruments"),
        **_each(SIGNED_IN, "passkeys"),
        **_each(PATIENT, "checkIns notes due myAdherence trialsForMe looksAtMyRecord"),
        **_each(PATIENT, "myTrend myCycles myMeasures"),
        **_each(PATIENT, "visitSheet myQuestions questionSuggestions"),
        **_each(COORDINATOR, "trials trial"),
        **_each(NUMBERS, "coalition"),
    },
    "Mutation": {
        **_each(PEOPLE, "requestSignInCode signIn startPasskeySignIn signInWithPasskey"),
        **_each(SIGNED_IN, "signOut endSession signOutEverywhere startStepUp stepUp"),
        **_each(SIGNED_IN, "startPasskeyRegistration addPasskey renamePasskey removePasskey restorePasskey"),
        **_each(PATIENT, "signConsent withdraw rejoin pauseContact endPause enrol changeSettings"),
        **_each(PATIENT, "requestErasure cancelErasure"),
        **_each(PATIENT, "recordCheckIn amendCheckIn withdrawCheckIn requestIntroduction declineTrial"),
        **_each(PATIENT, "recordNote amendNote withdrawNote"),
        **_each(PATIENT, "recordTreatment amendTreatment withdrawTreatment restoreTreatment"),
        **_each(PATIENT, "addQuestion removeQuestion"),
        **_each(COORDINATOR, "importTrial setTrialCriteria recordTotals"),
        **_each(MEMBER, "issueApiToken revokeApiToken"),
    },
    # Who calls.
    "Me": {
        **_each(EVERYBODY, "role name patient organisation textsFrom institution newestPasskeyAt"),
        **_each(SIGNED_IN, "devices"),
    },
    "SignInCodeSent": _each(EVERYBODY, "expiresInSeconds"),
    "SignedIn": _each(EVERYBODY, "me"),
    "SignedOut": _each(EVERYBODY, "at"),
    "Device": _each(SIGNED_IN, "id browser system network signedInAt lastSeenAt thisOne"),
    "SessionEnded": _each(EVERYBODY, "id thisOne"),
    "SignedOutEverywhere": _each(EVERYBODY, "ended"),
    # Passkeys: what a device needs to sign in is for anybody, the passkeys themselves for their owner.
    "PasskeySignInStarted": _each(EVERYBODY, "options"),
    "PasskeyRequestOptions": _each(EVERYBODY, "challenge timeout rpId allowCredentials userVerification"),
    "PasskeyDescriptor": _each(EVERYBODY, "type id transports"),
    "Passkey": _each(SIGNED_IN, "id name synced addedAt lastUsedAt undoUntil"),
    "PasskeyRegistrationStarted": _each(SIGNED_IN, "options"),
    "PasskeyCreationOptions": _each(
        SIGNED_IN,
        "rp user challenge pubKeyCredParams timeout excludeCredentials authenticatorSelection attestation",
    ),
    "PasskeyRelyingParty": _each(SIGNED_IN, "id name"),
    "PasskeyUser": _each(SIGNED_IN, "id name displayName"),
    "PasskeyAlgorithm": _each(SIGNED_IN, "type alg"),
    "PasskeySelection": _each(SIGNED_IN, "residentKey requireResidentKey userVerification"),
    "PasskeyAdded": _each(SIGNED_IN, "passkey already"),
    "PasskeyRenamed": _each(SIGNED_IN, "passkey"),
    "PasskeyRemoved": _each(SIGNED_IN, "passkey"),
    "PasskeyRestored": _each(SIGNED_IN, "passkey"),
    "StepUpStarted": _each(SIGNED_IN, "options"),
    "SteppedUp": _each(SIGNED_IN, "until"),
    # What anybody may read.
    "ConsentDocument": _each(
        EVERYBODY,
        "id purpose version language title summary paragraphs textSha256 required material whatChanged",
    ),
    "Instrument": _each(
        EVERYBODY,
        "id version kind cadence language title recallWindow recallDays domain licence items scales",
    ),
    "Item": _each(
        EVERYBODY,
        "id kind label lowest highest minimum maximum options direction permits domain core form",
    ),
    "Option": _each(EVERYBODY, "value label"),
    "Scale": _each(
        EVERYBODY, "id title direction domain minimum maximum step source notScored bands bandsSource"
    ),
    "Band": _each(EVERYBODY, "id atLeast label"),
    "Licence": _each(EVERYBODY, "status owner"),
    "PageInfo": _each(EVERYBODY, "hasNextPage hasPreviousPage startCursor endCursor"),
    # A patient's own record.
    "Patient": _each(
        PATIENT,
        "id phoneEnding consents consentHistory consentSignature participation participationHistory uses "
        "erasure enrolment settings textsStopped today treatments",
    ),
    "Consent": _each(PATIENT, "purpose state version signedAt currentVersion asksAgain changes"),
    "ConsentChange": _each(PATIENT, "version material whatChanged"),
    "ConsentSignature": _each(
        PATIENT, "id purpose version language textSha256 decision how signedAt document copy"
    ),
    "ConsentSignatureConnection": _each(PATIENT, "edges pageInfo"),
    "ConsentSignatureEdge": _each(PATIENT, "cursor node"),
    "ConsentSigned": _each(PATIENT, "consent signature already"),
    "Participation": _each(PATIENT, "contact contactEndedAt dataUse dataUseEndedAt pausedUntil"),
    "ParticipationEvent": _each(PATIENT, "change how at until"),
    "ParticipationEventConnection": _each(PATIENT, "edges pageInfo"),
    "ParticipationEventEdge": _each(PATIENT, "cursor node"),
    "PermittedUse": _each(PATIENT, "use permitted waitsUntil needs"),
    "Withdrawn": _each(PATIENT, "patient"),
    "Erasure": _each(PATIENT, "id askedAt erasesAt"),
    "ErasureRequested": _each(PATIENT, "patient already"),
    "ErasureCancelled": _each(PATIENT, "patient"),
    "Rejoined": _each(PATIENT, "patient"),
    "ContactPaused": _each(PATIENT, "patient"),
    "PauseEnded": _each(PATIENT, "patient"),
    "Enrolment": _each(
        PATIENT,
        "enrolledAt forms distribution isolated sex birthMonth country postalCode toxinEver dbs",
    ),
    "FormWithOnset": _each(PATIENT, "form onset"),
    "Settings": _each(PATIENT, "language timeZone promptTime coreItems plans dailyPrompt"),
    "Plan": _each(
        PATIENT, "instrumentId title rhythm rhythms weekday everyWeeks weeksFromInjection usual nextOn"
    ),
    "Adherence": _each(
        PATIENT, "since until days answered byText onWeb late unprompted prompted delivered lost"
    ),
    "DailyPrompt": _each(PATIENT, "pace unanswered nextAt"),
    "Due": _each(PATIENT, "instrumentId title why week about since until closesAt answered checkInId"),
    "Today": _each(PATIENT, "date closesAt checkIn"),
    "Enrolled": _each(PATIENT, "patient"),
    "SettingsChanged": _each(PATIENT, "patient"),
    "CheckIn": _each(
        PATIENT,
        "id instrumentId instrumentVersion about timeZone timeliness promptedAt receivedAt clientAt "
        "saidAt withdrawn answers revisions scores daysSinceInjection",
    ),
    "Score": _each(PATIENT, "scaleId version value reason band"),
    "Answer": _each(PATIENT, "itemId rating yes notAnswered"),
    "Revision": _each(PATIENT, "number said answers withdrawn channel reason saidAt at"),
    "CheckInConnection": _each(PATIENT, "edges pageInfo"),
    "CheckInEdge": _each(PATIENT, "cursor node"),
    "CheckInRecorded": _each(PATIENT, "checkIn already"),
    "CheckInAmended": _each(PATIENT, "checkIn already safety"),
    "CheckInWithdrawn": _each(PATIENT, "checkIn already safety"),
    "Note": _each(
        PATIENT,
        "id about timeZone timeliness promptedAt receivedAt clientAt saidAt text withdrawn revisions",
    ),
    "NoteRevision": _each(PATIENT, "number text channel saidAt at"),
    "NoteConnection": _each(PATIENT, "edges pageInfo"),
    "NoteEdge": _each(PATIENT, "cursor node"),
    "NoteRecorded": _each(PATIENT, "note already safety"),
    "NoteAmended": _each(PATIENT, "note already safety"),
    "NoteWithdrawn": _each(PATIENT, "note already"),
    "Treatment": _each(
        PATIENT,
        "id kind startedOn endedOn product dose doseUnit muscles response benefitNoticedOn woreOffOn "
        "sideEffects stopReason changes withdrawn revisions",
    ),
    "TreatmentVersion": _each(
        PATIENT,
        "number at withdrawal startedOn endedOn product dose doseUnit muscles response benefitNoticedOn "
        "woreOffOn sideEffects stopReason changes",
    ),
    "TreatmentChange": _each(PATIENT, "on dose"),
    "TreatmentConnection": _each(PATIENT, "edges pageInfo"),
    "TreatmentEdge": _each(PATIENT, "cursor node"),
    "TreatmentRecorded": _each(PATIENT, "treatment already advice"),
    "TreatmentAmended": _each(PATIENT, "treatment already advice"),
    "TreatmentWithdrawn": _each(PATIENT, "treatment already"),
    "TreatmentRestored": _each(PATIENT, "treatment already"),
    "Measure": _each(PATIENT, "id label minimum maximum direction"),
    "MeasureValue": _each(PATIENT, "on value band"),
    "OwnMeasure": _each(PATIENT, "measure name instrumentId title kind licence bands values"),
    "Trend": _each(PATIENT, "measure by from to points"),
    "TrendPoint": _each(PATIENT, "from to cycleDay n mean median low high"),
    "Cycles": _each(PATIENT, "measure cycles typical thisWeek thisCycle"),
    "Cycle": _each(
        PATIENT,
        "injectedOn endsOn injections daysObserved usualLevel bestLevel line benefit peak wearingOff weeks",
    ),
    "CycleInjection": _each(PATIENT, "id product dose"),
    "CycleMark": _each(PATIENT, "day week on source missing statedOn"),
    "CycleWeek": _each(PATIENT, "week n median low high"),
    "TypicalCycle": _each(PATIENT, "benefit peak wearingOff line"),
    "TypicalWeek": _each(PATIENT, "week earliest latest cycles"),
    "Difference": _each(PATIENT, "before after daysBefore daysAfter notable"),
    "Look": _each(PATIENT, "at role name study"),
    "LookConnection": _each(PATIENT, "edges pageInfo"),
    "LookEdge": _each(PATIENT, "cursor node"),
    "VisitSheet": _each(PATIENT, "madeOn language parts"),
    "VisitSheetPart": _each(PATIENT, "title lines"),
    "VisitQuestion": _each(PATIENT, "id suggestionId text"),
    "QuestionSuggestion": _each(PATIENT, "id label"),
    "QuestionAdded": _each(PATIENT, "questions already reply"),
    "QuestionRemoved": _each(PATIENT, "questions"),
    "SafetyReply": _each(PATIENT, "message call"),
    # Trials: what everybody knows who sees one, what the patient is told, what is the coordinator's.
    "Trial": {
        **_each(PATIENT | COORDINATOR, "id nctId title summary status sites"),
        **_each(COORDINATOR, "criteria reach importedAt recordSha256 alerts introductionCount introductions"),
    },
    "Site": _each(PATIENT | COORDINATOR, "facility city country status distanceKm"),
    "TrialMatch": _each(
        PATIENT,
        "id trial state findings nearestSite possibleFrom askFor alertedAt introductionRequestedAt "
        "declinedAt",
    ),
    "Finding": _each(PATIENT, "state criterion because factDate nextChangeOn"),
    "TrialMatchConnection": _each(PATIENT, "edges pageInfo"),
    "TrialMatchEdge": _each(PATIENT, "cursor node"),
    "IntroductionRequested": _each(PATIENT, "match"),
    "TrialDeclined": _each(PATIENT, "match"),
    "TrialConnection": _each(COORDINATOR, "edges pageInfo"),
    "TrialEdge": _each(COORDINATOR, "cursor node"),
    "TrialImported": _each(COORDINATOR, "trial already opened"),
    "TrialCriteriaSet": _each(COORDINATOR, "trial"),
    "TotalsRecorded": _each(COORDINATOR, "instrumentId assessedOn already"),
    "TrialCriteria": _each(COORDINATOR, "version tree inWords setAt"),
    "Reach": _each(COORDINATOR, "atLeast atMost label asOf"),
    "AlertTotals": _each(COORDINATOR, "queued held sent delivered undelivered cancelled"),
    "Introduction": _each(COORDINATOR, "id requestedAt name phone"),
    "IntroductionConnection": _each(COORDINATOR, "edges pageInfo"),
    "IntroductionEdge": _each(COORDINATOR, "cursor node"),
    # Protected numbers.
    "Coalition": {**_each(NUMBERS, "organisation snapshot"), **_each(MEMBER, "tokens")},
    "Snapshot": _each(NUMBERS, "takenOn method registrants registrantsByForm"),
    "FormCount": _each(NUMBERS, "form count"),
    "PublishedCount": _each(NUMBERS, "value roundedTo"),
    "SuppressedCount": _each(NUMBERS, "reason"),
    # Tokens for an organisation's programs.
    "ApiToken": _each(MEMBER, "id name scopes issuedBy issuedAt expiresAt lastUsedAt revokedAt"),
    "ApiTokenIssued": _each(MEMBER, "token secret already"),
    "ApiTokenRevoked": _each(MEMBER, "token"),
    # Problems answer whoever ran into them.
    "FieldProblem": _each(EVERYBODY, "path message"),
    "InvalidInput": _each(EVERYBODY, "message code fields"),
    "NotSignedIn": _each(EVERYBODY, "message code"),
    "NotAllowed": _each(EVERYBODY, "message code"),
    "NotFound": _each(EVERYBODY, "message code"),
    "TooManyRequests": _each(EVERYBODY, "message code retryAfterSeconds"),
    "TextsUnavailable": _each(EVERYBODY, "message code retryAfterSeconds"),
    "CountryNotServed": _each(EVERYBODY, "message code"),
    "CodeRejected": _each(EVERYBODY, "message code retryAfterSeconds"),
    "PasskeyRejected": _each(EVERYBODY, "message code"),
    "ParticipationEnded": _each(EVERYBODY, "message code axis"),
    "PasskeyMissing": _each(SIGNED_IN, "message code"),
    "LimitReached": _each(SIGNED_IN, "message code most"),
    "SignInAgain": _each(SIGNED_IN, "message code"),
    "StepUpRequired": _each(SIGNED_IN, "message code"),
    "ConsentMissing": _each(PATIENT, "message code purpose"),
    "ConsentTextChanged": _each(PATIENT, "message code currentVersion"),
    "NotEnrolled": _each(PATIENT, "message code"),
    "CheckInConflict": _each(PATIENT, "message code existing"),
    "NoteNotKept": _each(PATIENT, "message code reply"),
    "CheckInInTheFuture": _each(PATIENT, "message code today"),
    "NotAStudyRecord": _each(COORDINATOR, "message code fields"),
}


def roles_of(type_name: str, field: str) -> Roles:
    """Who may see a field; nobody, where there is no rule. `__typename` and the like are for everybody."""
    if field.startswith(_INTROSPECTION) or type_name.startswith(_INTROSPECTION):
        return EVERYBODY
    return RULES.get(type_name, {}).get(field, NOBODY)
