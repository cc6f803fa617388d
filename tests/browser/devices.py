"""A device with passkeys, inside Chromium: it unlocks by itself, as if its owner held a finger to it."""

from playwright.async_api import CDPSession, Page

_PHONE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


class Device:
    """The authenticator of one page."""

    def __init__(self, session: CDPSession, name: str) -> None:
        self._session = session
        self._name = name

    @classmethod
    async def held_by(cls, page: Page) -> "Device":
        """Gives the page's owner such a device."""
        session = await page.context.new_cdp_session(page)
        await session.send("WebAuthn.enable")
        added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": _PHONE})
        return cls(session, added["authenticatorId"])

    async def touched(self, *, is_touched: bool) -> None:
        """Whether its owner answers when the device asks."""
        await self._session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self._name, "enabled": is_touched},
        )

    async def recognises(self, *, is_owner: bool) -> None:
        """Whether the finger is the owner's."""
        await self._session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._name, "isUserVerified": is_owner}
        )
