from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from registry_api.mongo import Mongo, make_primary
from registry_api.mongod import DataFolderInUse, EmbeddedMongod, MongodFailed, find_mongod, running_uri

_ROOT = Path(__file__).parents[2]
_OWNER = """
import asyncio, sys
from pathlib import Path
from registry_api.mongo import make_primary
from registry_api.mongod import EmbeddedMongod
server = EmbeddedMongod(Path(sys.argv[1]), cache_gb=0.25)
server.start()
asyncio.run(make_primary(server.direct_uri, server.port, server.check))
print(server.process_id, server.uri, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder; whatever still runs on it in the end is a fault of the test that left it."""
    made = Path(tempfile.mkdtemp(prefix="registry-mongod-"))
    yield made
    left = [each for each in psutil.process_iter(["cmdline"]) if str(made) in (each.info["cmdline"] or ())]
    for each in left:
        each.kill()
    shutil.rmtree(made, ignore_errors=True)
    assert not left


async def _started(folder: Path) -> EmbeddedMongod:
    server = EmbeddedMongod(folder, cache_gb=0.25)
    server.start()
    try:
        await make_primary(server.direct_uri, server.port, server.check)
    except BaseException:
        server.stop()
        raise
    return server


async def _keep(uri: str, what: str) -> None:
    mongo = Mongo(uri, "kept")
    await mongo.database["things"].insert_one({"_id": what})
    mongo.close()


async def _kept(uri: str) -> set[str]:
    mongo = Mongo(uri, "kept")
    found = {each["_id"] async for each in mongo.database["things"].find()}
    mongo.close()
    return found


async def test_a_killed_server_comes_back_with_what_it_acknowledged(folder: Path) -> None:
    """After SIGKILL the end is noticed, and the next start recovers the data on the same port."""
    server = await _started(folder)
    await _keep(server.uri, "before")
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(server.process_id)], timeout=10)
    assert server.ended()
    with pytest.raises(MongodFailed, match=r"mongod\.log"):
        server.check()
    server.stop()
    again = await _started(folder)
    try:
        assert again.port == server.port
        assert await _kept(again.uri) == {"before"}
    finally:
        again.stop()


async def test_a_server_ends_with_its_killed_parent_and_the_next_start_waits_for_it(folder: Path) -> None:
    """SIGKILL of the owner leaves no server behind; a start at once afterwards finds the data again."""
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OWNER, str(folder),
        cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert owner.stdout is not None
    process, uri = (await owner.stdout.readline()).decode().split()
    orphan = psutil.Process(int(process))
    assert running_uri(folder) == uri
    await _keep(uri, "before")
    owner.kill()
    await owner.wait()
    server = await _started(folder)
    try:
        psutil.wait_procs([orphan], timeout=5)
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
        assert await _kept(server.uri) == {"before"}
    finally:
        server.stop()


async def test_a_folder_has_one_server_at_a_time(folder: Path) -> None:
    """A second start is refused at once with what to do, and the first goes on; then its address is gone.

    Nobody else on the machine may look into the folder, and no other machine reaches the server.
    """
    server = await _started(folder)
    try:
        assert (await asyncio.to_thread(folder.stat)).st_mode & 0o077 == 0
        connections = psutil.Process(server.process_id).net_connections()
        assert [each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN] == ["127.0.0.1"]
        with pytest.raises(DataFolderInUse) as refused:
            EmbeddedMongod(folder).start()
        assert str(folder) in str(refused.value)
        assert "DATA_DIR" in str(refused.value)
        assert running_uri(folder) == server.uri
        await _keep(server.uri, "still")
    finally:
        server.stop()
    assert running_uri(folder) is None


async def test_a_server_moves_where_its_port_is_taken(folder: Path) -> None:
    """The replica set learns the new address, and the data is there."""
    server = await _started(folder)
    await _keep(server.uri, "before")
    server.stop()
    squatter = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", server.port)
    async with squatter:
        moved = await _started(folder)
        try:
            assert moved.port != server.port
            assert await _kept(moved.uri) == {"before"}
            await _keep(moved.uri, "after")
        finally:
            moved.stop()
    assert running_uri(folder) is None


def test_a_server_on_the_path_goes_before_the_one_in_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`mongod` on PATH is used; without one, the wheel's."""
    own = tmp_path / "mongod"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_mongod() == own
    own.unlink()
    assert "fiftyone" in str(find_mongod())


def test_without_any_server_the_message_says_what_to_do(tmp_path: Path) -> None:
    """Neither PATH nor an installed wheel has one: three ways out are named."""
    ask = "import registry_api.mongod as m\ntry: m.find_mongod()\nexcept m.MongodNotFound as e: print(e)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", ask],
        cwd=_ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    for way in ("MONGODB_URI", "PATH", "make install"):
        assert way in done.stdout
