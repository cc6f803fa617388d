"""A person's copy of what they signed: one HTML file that needs nothing else, in the language of the text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from registry_api.enrolment.consents import Signature
from registry_api.enrolment.documents import ConsentDocument, Library
from registry_api.enrolment.enrolments import Enrolments
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient
from registry_api.identity.errors import NotFound
from registry_api.identity.phones import ending

_FOLDER = "copy_words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """How the copy names whoever signed: as the account does today, and where they live."""

    name: str | None = field(repr=False)
    phone_ending: str = field(repr=False)
    zone: ZoneInfo


class Copies:
    """Makes copies, each for the person alone whose signature it is."""

    def __init__(self, accounts: Accounts, enrolments: Enrolments, library: Library) -> None:
        self._accounts = accounts
        self._enrolments = enrolments
        self._library = library

    async def of(self, patient: Patient, signature: Signature) -> str | None:
        """The file; None where the words that were signed are no longer here.

        Raises:
            NotFound: the signature is somebody else's, or the account is gone.
        """
        account = await self._accounts.store.find(patient.patient_id)
        if account is None or signature.patient != patient.patient_id:
            raise NotFound
        document = self._library.as_signed(signature)
        if document is None:
            return None
        settings = await self._enrolments.settings(patient.patient_id)
        holder = await self._accounts.holder_of(account)
        signer = Signer(
            name=holder.name,
            phone_ending=ending(holder.phone),
            zone=ZoneInfo(settings.time_zone),
        )
        return copy_of(signature, document, signer)


def copy_of(signature: Signature, document: ConsentDocument, signer: Signer) -> str:
    """The file as text. Pure."""
    words = _words(document.language)
    who = words["named"] if signer.name else words["nameless"]
    facts = {
        "decision": words["decisions"][signature.decision],
        "when": _moment(signature.at, signer.zone, words),
        "who": who.format(name=signer.name, ending=signer.phone_ending),
        "how": words["ways"][signature.how],
        "version": signature.version,
        "language": words["languages"][document.language],
        "signature": signature.id,
        "sha256": signature.text_sha256,
    }
    return _template().substitute(
        lang=document.language,
        title=escape(document.title),
        facts="\n".join(
            f"<dt>{escape(words[name])}</dt>\n<dd>{escape(said)}</dd>" for name, said in facts.items()
        ),
        paragraphs="\n".join(f"<p>{escape(each)}</p>" for each in (document.summary, *document.paragraphs)),
        **{name: escape(words[name]) for name in ("heading", "explained", "text", "check")},
    )


def _moment(at: datetime, zone: ZoneInfo, words: dict[str, Any]) -> str:
    local = at.astimezone(zone)
    return str(words["moment"]).format(
        day=local.day,
        month=words["months"][local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
        zone=zone.key.replace("_", " "),
        utc=f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
    )


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads(_file(f"{language}.toml"))


@cache
def _template() -> Template:
    return Template(_file("copy.html"))


def _file(name: str) -> str:
    return (resources.files("registry_api.enrolment") / _FOLDER / name).read_text("utf-8")
