import asyncio
import secrets
from datetime import datetime

import httpx2
from twilio.request_validator import RequestValidator

from notifications.carrier_standin.messages import API_VERSION, Message, Status

_CALLING_CODES = {"1": "US", "34": "ES", "44": "GB", "49": "DE", "33": "FR", "52": "MX"}


class Webhooks:
    """Posts signed forms to our side; waits and tries again when nobody answers."""

    def __init__(self, account_sid: str, auth_token: str, retries: tuple[float, ...]) -> None:
        self._account_sid = account_sid
        self._validator = RequestValidator(auth_token)
        self._retries = retries
        self._client = httpx2.AsyncClient(
            timeout=15,
            trust_env=False,
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, form: dict[str, str]) -> str:
        """Posts until somebody answers; gives the HTTP status as text, or "unreachable"."""
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        for pause in (0.0, *self._retries):
            await asyncio.sleep(pause)
            try:
                answer = await self._client.post(url, data=form, headers=headers)
            except (httpx2.TransportError, httpx2.InvalidURL):
                continue
            return str(answer.status_code)
        return "unreachable"

    def status_form(self, message: Message, now: datetime) -> dict[str, str]:
        """The parameters of a status callback for the state that the message is in now."""
        form = {
            "AccountSid": self._account_sid,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "MessageSid": message.sid,
            "MessageStatus": message.status.value,
            "SmsSid": message.sid,
            "SmsStatus": message.status.value,
            "To": message.recipient,
        }
        if message.messaging_service_sid:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if message.error_code:
            form["ErrorCode"] = str(message.error_code)
        if message.status in {Status.DELIVERED, Status.UNDELIVERED}:
            form["RawDlrDoneDate"] = now.strftime("%y%m%d%H%M")
        return form

    def inbound_form(self, message: Message) -> dict[str, str]:
        """The parameters of a text that came in; places that the carrier does not know are blank."""
        form = {
            "AccountSid": self._account_sid,
            "ApiVersion": API_VERSION,
            "Body": message.body,
            "From": message.sender,
            "FromCity": "",
            "FromCountry": country_of(message.sender),
            "FromState": "",
            "FromZip": "",
            "MessageSid": message.sid,
            "NumMedia": "0",
            "NumSegments": str(message.segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.recipient,
            "ToCity": "",
            "ToCountry": country_of(message.recipient),
            "ToState": "",
            "ToZip": "",
        }
        if message.messaging_service_sid:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if message.opt_out_type:
            form["OptOutType"] = message.opt_out_type
        return form


def country_of(number: str) -> str:
    """A country by calling code, blank when the stand-in does not know it."""
    return next((land for code, land in _CALLING_CODES.items() if number.startswith(f"+{code}")), "")
