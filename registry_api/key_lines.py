"""What `registry keys` says, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from registry_api.erasure.erasure import ErasureCounts
from registry_api.vault.master_keys import MasterKeyState
from registry_api.vault.rotation import KeyReport

_STATES = {
    MasterKeyState.ACTIVE: "in use",
    MasterKeyState.RETIRING: "no longer in use, NOT YET DESTROYED",
    MasterKeyState.DESTROYED: "destroyed",
}
_HOW = {
    "aws": "aws kms schedule-key-deletion --key-id {key} --pending-window-in-days 7",
    "gcp": "gcloud kms keys versions destroy {keyVersion} --key {keyName} --keyring {keyRing} "
    "--location {location} --project {projectId}",
    "azure": "az keyvault key delete --vault-name {keyVaultEndpoint} --name {keyName}, then az keyvault key "
    "purge; where the name has other versions in use, disable this version ({keyVersion})",
    "kmip": "revoke and destroy the object {keyId} on the KMIP server",
}


def lines(report: KeyReport, erasures: ErasureCounts) -> Iterator[str]:
    """The master keys, then how far erasures have come, then what is left to do."""
    for key in report.master_keys:
        since = key.destroyed_at or key.made_at
        yield f"Master key {key.number}: {key.name}, {_STATES[key.state]}, since {since:%Y-%m-%d %H:%M} UTC"
    yield f"Data keys: about {report.data_keys}"
    yield (
        f"Erasures: {erasures.asked} asked for, {erasures.waiting} done but for old copies, which the next "
        f"rotation makes unreadable, {erasures.complete} complete"
    )
    if report.waiting:
        yield f"{report.waiting} of them wait to be locked under the key in use: run `registry keys rotate`."
        return
    for key in report.to_destroy:
        if not key.is_local and key.options is not None:
            yield f"Destroy master key {key.number} where it is kept:"
            yield f"  {_HOW[key.provider].format(**key.options)}"
            yield f"When it is gone for good: registry keys destroyed {key.number}"
        else:
            yield f"Master key {key.number} waits to be destroyed: run `registry keys rotate`."
