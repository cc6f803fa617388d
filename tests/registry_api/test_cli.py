from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from diary.instruments.catalogue import definition
from registry_api.audit.events import Action
from registry_api.audit.store import Audit
from registry_api.cli import commands
from registry_api.mongo import Mongo
from registry_api.vault.files import MasterKeyFiles, secret_file
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.vault import Vault
from tests.diary.questionnaires import questionnaire
from tests.registry_api.audit.trails import SUBJECTS, event
from tests.registry_api.enrolment.people import PHONE
from tests.registry_api.local_service import LocalService
from tests.registry_api.stored_bytes import all_of
from tests.registry_api.trials.examples import STUDIES, study

_COMMANDS = (
    "demo",
    "serve",
    "work",
    "seed",
    "trials",
    "instruments",
    "staff",
    "audit",
    "passkeys",
    "chat",
    "export-schema",
)
_RECORD = STUDIES / "NCT90000101.json"


@contextmanager
def logs_as_before() -> Iterator[None]:
    """Undoes what a command that runs in this process does to the logs of the process."""
    root = logging.getLogger()
    before = root.handlers, root.level, sys.excepthook, sys.unraisablehook, threading.excepthook
    try:
        yield
    finally:
        root.handlers, root.level, sys.excepthook, sys.unraisablehook, threading.excepthook = before
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


@dataclass(frozen=True)
class Terminal:
    """A shell whose environment names the database of the tests."""

    mongo: Mongo
    environment: dict[str, str]

    async def run(self, *arguments: str, stdin: bytes | None = None) -> Result:
        """Runs a command as a process would, in a thread with a loop of its own."""
        return await asyncio.to_thread(
            CliRunner().invoke, commands, arguments, input=stdin, env=self.environment
        )

    async def trials(self) -> list[dict[str, Any]]:
        return await all_of(self.mongo.database, "trials")


@pytest.fixture
async def terminal(
    mongo: Mongo,
    vault: Vault,  # noqa: ARG001 its master key must be there before it is copied
    master_keys: MasterKeys,
    mongodb_uri: str,
    tmp_path: Path,
) -> AsyncIterator[Terminal]:
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True)
    for number, key in master_keys.files.all().items():
        MasterKeyFiles(secrets).path(number).write_bytes(key)
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": mongo.database.name,
        "DATA_DIR": str(tmp_path / "data"),
        "PATH": str(tmp_path),
    }
    with logs_as_before():
        yield Terminal(mongo, environment)
    assert not (tmp_path / "data" / "mongo").exists(), "a server was started beside the one of MONGODB_URI"


def test_help_lists_the_commands() -> None:
    """Each command is there, with a sentence of its own."""
    lines = CliRunner().invoke(commands, ["--help"]).stdout.splitlines()
    for command in _COMMANDS:
        (line,) = [line for line in lines if line.split()[:1] == [command]]
        assert len(line.split()) > 3, line


def test_the_entry_point_imports_nothing_heavy() -> None:
    """What takes long to import is imported by the command that needs it, so that --help stays quick."""
    heavy = {
        "motor",
        "pymongo",
        "strawberry",
        "graphql",
        "pydantic",
        "granian",
        "starlette",
        "twilio",
        "rich",
    }
    ask = "import sys, json, registry_api.__main__; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert not heavy & set(json.loads(done.stdout))


async def test_a_trial_is_imported_from_a_file_and_again_from_standard_input(terminal: Terminal) -> None:
    """The second import of the same record changes nothing and says so."""
    first = await terminal.run("trials", "import", str(_RECORD), "--owner", "staff-1")
    assert (first.exit_code, first.stdout) == (0, "NCT90000101 imported; status RECRUITING.\n")
    again = await terminal.run("trials", "import", "-", "--owner", "staff-1", stdin=_RECORD.read_bytes())
    assert (again.exit_code, again.stdout) == (0, "NCT90000101 was here already; status RECRUITING.\n")
    (trial,) = await terminal.trials()
    assert trial["owner"] == "staff-1"


async def test_a_record_over_the_apis_limit_is_imported_here(terminal: Terminal) -> None:
    """Two megabytes, which the api refuses, are no matter for the command."""
    large = study(101) | {"hasResults": False, "padding": ["x" * 1000] * 2000}
    done = await terminal.run("trials", "import", "-", "--owner", "s", stdin=json.dumps(large).encode())
    assert done.exit_code == 0, done.output
    assert len(await terminal.trials()) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b'{"name": "Zebediah Quillfeather"}', "protocolSection"),
        (b"[]", "study record"),
        (b"{", "This is not JSON"),
        (b"\xff\xfe", "This is not JSON"),
    ],
)
async def test_what_is_no_study_is_refused_with_what_is_missing(
    terminal: Terminal, given: bytes, told: str
) -> None:
    """The exit code is 1, the complaint names the field and repeats no content, and nothing is stored."""
    done = await terminal.run("trials", "import", "-", "--owner", "staff-1", stdin=given)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "Quillfeather" not in done.output
    assert "Traceback" not in done.output
    assert await terminal.trials() == []


async def test_a_file_that_is_not_there_is_said_to_be_absent(terminal: Terminal, tmp_path: Path) -> None:
    """The exit code is 1, and the complaint is a sentence."""
    done = await terminal.run("trials", "import", str(tmp_path / "no.json"), "--owner", "staff-1")
    assert (done.exit_code, done.stderr) == (1, "The file cannot be read: No such file or directory.\n")


async def test_a_trial_of_another_coordinator_is_refused(terminal: Terminal) -> None:
    """The study stays with the one who imported it first."""
    await terminal.run("trials", "import", str(_RECORD), "--owner", "staff-1")
    done = await terminal.run("trials", "import", str(_RECORD), "--owner", "staff-2")
    assert done.exit_code == 1
    assert "another coordinator" in done.stderr
    (trial,) = await terminal.trials()
    assert trial["owner"] == "staff-1"


async def test_the_audit_trail_is_verified(terminal: Terminal) -> None:
    """A whole trail exits with 0; one with an altered event names it and exits with 1."""
    data = Path(terminal.environment["DATA_DIR"])
    key = secret_file(data / "secrets" / "audit-key", 32)
    events = [event(minute=minute) for minute in range(3)]
    await terminal.mongo.transact(
        lambda session: Audit(terminal.mongo, key).record_many(events, session=session)
    )
    done = await terminal.run("audit", "verify")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "3 events in 1 chains, 0 anchors.")
    name = f"{SUBJECTS[0]}#{2:010d}"
    await terminal.mongo.database["audit_events"].update_one({"_id": name}, {"$set": {"reason": "because"}})
    done = await terminal.run("audit", "verify")
    assert done.exit_code == 1
    assert f"{name}: an event does not carry the seal" in done.stdout


async def test_the_trail_is_copied_for_review(terminal: Terminal, tmp_path: Path) -> None:
    """One event a line with its seal, the copying among them; a file that is there is not written over."""
    key = secret_file(Path(terminal.environment["DATA_DIR"]) / "secrets" / "audit-key", 32)
    events = [event(minute=minute) for minute in range(3)] + [event(SUBJECTS[1])]
    await terminal.mongo.transact(
        lambda session: Audit(terminal.mongo, key).record_many(events, session=session)
    )
    target = tmp_path / "trail.jsonl"
    done = await terminal.run("audit", "export", str(target), "--subject", SUBJECTS[0])
    assert (done.exit_code, done.stderr) == (0, "4 events copied.\n")
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["action"] for line in lines] == ["IDENTITY_READ"] * 3 + ["TRAIL_COPIED"]
    assert len({line["seal"] for line in lines}) == 4
    again = await terminal.run("audit", "export", str(target))
    assert (again.exit_code, again.stderr) == (1, "The file cannot be written: File exists.\n")
    whole = await terminal.run("audit", "export", str(tmp_path / "whole.jsonl"))
    assert whole.stderr == "6 events copied.\n"
    assert (await terminal.run("audit", "verify")).exit_code == 0


async def test_a_questionnaire_goes_from_a_file_to_being_asked(terminal: Terminal, tmp_path: Path) -> None:
    """Loaded, licensed and listed; a file with a fault is refused with the place of the fault."""
    file, document = tmp_path / "gad.json", questionnaire(definition("gad-7"))
    file.write_text(json.dumps(document))
    done = await terminal.run("instruments", "load", str(file))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "gad-7 1.0.0: loaded.")
    terms = ("--status", "free", "--owner", "Somebody", "--reference", "a letter")
    done = await terminal.run("instruments", "licence", "gad-7", *terms)
    assert done.stdout == "gad-7: free. People may be asked it now.\n"
    rows = [line.split() for line in (await terminal.run("instruments", "list")).stdout.splitlines()]
    assert ["gad-7", "1.0.0", "free", "de", "en", "yes", "Somebody"] in rows
    document["item"][3]["text"] = 7
    file.write_text(json.dumps(document))
    refused = await terminal.run("instruments", "load", str(file), "--as", "gad-7")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "  item[3].text: Input should be a valid string (of item 3).\n" in refused.stderr


def test_the_schema_is_current() -> None:
    """`export-schema --check` agrees with the contract's test."""
    assert CliRunner().invoke(commands, ["export-schema", "--check"]).exit_code == 0


async def test_whoever_lost_all_devices_gets_their_passkeys_removed(
    terminal: Terminal, local: LocalService
) -> None:
    """The operator gives the number; passkeys and sessions end, and the trail says who did it."""
    api = await local.staff("coordinator")
    await api.step_up()
    [passkey] = await api.send("Passkeys")
    result = await terminal.run("passkeys", "remove-all", stdin=f"{PHONE}\n".encode())
    assert result.exit_code == 0, result.output
    assert "Passkeys removed: 1." in result.stdout
    assert (await api.send("Me"))["role"] == "ANONYMOUS"
    account = await local.services.accounts.of_number(PHONE)
    newest = (await local.services.audit.about(account.id))[0].event
    assert (newest.action, newest.record, newest.actor.role) == (
        Action.PASSKEY_REMOVED,
        passkey["id"],
        "DEPLOYER",
    )
    absent = await terminal.run("passkeys", "remove-all", "--number", "+44 7700 900999")
    assert absent.exit_code == 1


_OIDC = {
    "OIDC_ISSUER": "https://login.clinic.example",
    "OIDC_CLIENT_ID": "registry",
    "OIDC_CLIENT_SECRET": "x",
}


async def test_a_member_of_staff_is_added_once(terminal: Terminal) -> None:
    """The id is printed and the trail says who did it; the same number, or another role, is refused."""
    audit = Audit(terminal.mongo, bytes(32))
    asked = ("staff", "add", "coordinator", "--name", "Dr Ines Falk", "--phone", "+447700900456")
    added = await terminal.run(*asked)
    assert added.exit_code == 0
    (entry,) = await audit.about(added.stdout.strip())
    assert (entry.event.action, entry.event.actor.role) == (Action.STAFF_ADDED, "DEPLOYER")
    for role in ("coordinator", "administrator", "patient", "coalition_member", "x"):
        assert (await terminal.run("staff", "add", role, *asked[3:])).exit_code == 1
    assert "Falk" not in str(await audit.about(added.stdout.strip()))


async def test_a_login_is_linked_where_an_institution_is_configured(terminal: Terminal) -> None:
    """It is asked for, so that it stands in no list of processes; without an institution it is refused."""
    audit = Audit(terminal.mongo, bytes(32))
    asked = ("staff", "add", "approver", "--name", "Jonas Brandt", "--phone", "+447700900456")
    staff = (await terminal.run(*asked)).stdout.strip()
    refused = await terminal.run("staff", "link", staff, stdin=b"jonas@clinic.example\n")
    assert refused.exit_code == 1
    assert "OIDC_ISSUER" in refused.output
    terminal.environment.update(_OIDC)
    linked = await terminal.run("staff", "link", staff, stdin=b"jonas@clinic.example\n")
    assert (linked.exit_code, linked.stdout.splitlines()[-1].endswith("Linked.")) == (0, True)
    assert (await audit.about(staff))[0].event.action is Action.LOGIN_LINKED
    assert (await terminal.run("staff", "link", "nobody", stdin=b"x@clinic.example\n")).exit_code == 1
    for exit_code in (0, 1):
        done = await terminal.run("staff", "unlink", stdin=b"Jonas@clinic.example\n")
        assert done.exit_code == exit_code
    assert (await audit.about(staff))[0].event.action is Action.LOGIN_UNLINKED


async def test_keys_are_rotated_and_their_state_is_shown(
    terminal: Terminal, mongodb_uri: str, tmp_path: Path
) -> None:
    """Whoever rotates reads which key is in use, and that the former one is gone."""
    own = Mongo(mongodb_uri, "test_cli_keys")
    await own.drop()
    terminal.environment.update(MONGODB_DATABASE=own.database.name, DATA_DIR=str(tmp_path / "own"))
    before = await terminal.run("keys", "status")
    assert before.exit_code == 0, before.output
    rotated = await terminal.run("keys", "rotate", "--grace-seconds", "0")
    assert rotated.exit_code == 0, rotated.output
    assert before.stdout.startswith("Master key 1: vault-master-key-1, in use")
    shown = (await terminal.run("keys", "status")).stdout
    assert shown == rotated.stdout
    assert shown.startswith("Master key 1: vault-master-key-1, destroyed")
    assert "Master key 2: vault-master-key-2, in use" in shown
    assert [path.name for path in (tmp_path / "own" / "secrets").glob("vault-*")] == ["vault-master-key-2"]
    refused = await terminal.run("keys", "destroyed", "1")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no former master key" in refused.stderr
    await own.drop()
    own.close()


async def test_wrong_settings_are_said_without_their_values(terminal: Terminal) -> None:
    """A command that cannot begin names the setting, and no other."""
    terminal.environment["VAULT_PROVIDER"] = "aws"
    terminal.environment["AWS_KMS_SECRET_ACCESS_KEY"] = "kept-from-everybody"
    done = await terminal.run("keys", "status")
    assert done.exit_code == 1
    assert "AWS_KMS_KEY_ARN must be set." in done.stderr
    assert "kept-from-everybody" not in done.output + done.stderr
