"""Runs the stand-in as a process: `python -m notifications.carrier_standin`.

STANDIN_PORT                  port on STANDIN_HOST (default 127.0.0.1)
STANDIN_ACCOUNT_SID           AC and 32 hex digits
STANDIN_AUTH_TOKEN            the secret of the REST API and of the signatures
STANDIN_NUMBERS               the service's numbers, separated by commas
STANDIN_INBOUND_URL           the webhook that takes replies
STANDIN_PHONES                JSON list of {"name", "number"}
STANDIN_JOURNAL               file that keeps the messages over a restart
STANDIN_PACE                  seconds between two states of a message (default 1.0)
STANDIN_CARRIER_HANDLES_STOP  1: the carrier answers STOP, START and HELP itself
STANDIN_MESSAGING_SERVICE_SID a messaging service that may be used in place of a number
"""

import asyncio
import os
import signal
import sys

from granian.constants import Interfaces
from granian.server.embed import Server

from notifications.carrier_standin.app import create_standin
from notifications.carrier_standin.config import BadConfig, StandinConfig, address, from_environment

_LAST_ANSWERS = 0.2


async def _serve(config: StandinConfig, host: str, port: int) -> None:
    app = create_standin(config)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )

    loop = asyncio.get_running_loop()

    def stop() -> None:
        app.state.release()
        # Those who waited get their answers before the door closes.
        loop.call_later(_LAST_ANSWERS, server.stop)

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    await server.serve()


def main() -> int:
    try:
        host, port = address(os.environ)
        asyncio.run(_serve(from_environment(os.environ), host, port))
    except BadConfig as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # All is closed by now, and the embedded server's threads may not outlive the interpreter: with
    # sys.exit one in four ends is an abort.
    os._exit(code)
