"""What the conversation with one person stands at; everything survives a trip through JSON."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from registry_api.chatbot.names import AskedItem
from registry_api.chatbot.placing import Value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Frozen):
    """One item as a person was asked it; `name` is its short name in texts."""

    id: str
    kind: Literal["rating", "yes_no"]
    name: str
    label: str
    low: int = 0
    high: int = 10

    def asked(self) -> AskedItem:
        spoken = f"{self.name}, {self.label}"
        return AskedItem(self.id, self.kind == "rating", spoken, self.low, self.high)


class Asked(_Frozen):
    """The newest prompt: what it asks about which local day, and how it is answered so far.

    `saved` says that the day has an entry in the diary, `last` which items the last text answered. An answer
    that comes at or after `answerable_until` is none of this prompt.
    """

    prompt: str
    about: date
    answerable_until: datetime
    questions: tuple[Question, ...]
    answers: dict[str, Value] = Field(default_factory=dict)
    saved: bool = False
    last: tuple[str, ...] = ()

    @property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.id not in self.answers)


class Session(_Frozen):
    """`country` is an ISO 3166 code; `trials_link` leads to the person's own list of trials.

    `prompts_on` says whether there is anything to pause: daily prompts, or news about trials.
    `not_understood` counts texts since the last one that was understood.
    """

    language: str
    country: str | None = None
    trials_link: str = ""
    prompts_on: bool = True
    asked: Asked | None = None
    not_understood: int = 0

    def asking(self, asked: Asked | None) -> "Session":
        """The session with this as its newest prompt; a new one begins without old misunderstandings."""
        before = self.asked.prompt if self.asked else None
        fresh = asked is not None and asked.prompt != before
        return self.model_copy(update={"asked": asked, **({"not_understood": 0} if fresh else {})})
