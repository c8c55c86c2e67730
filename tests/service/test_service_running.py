"""The service as a process: says where it is, answers, and stops when it is interrupted."""

import signal
import subprocess
import sys

import httpx

from stockmesh.service.running import open_door

PROGRAM = """
import sys
from stockmesh.app import Settings, open_context
from stockmesh.service.running import serve

settings = Settings(database_url=sys.argv[1], port=int(sys.argv[2]))
with open_context(settings) as context:
    serve(context, settings)
"""


def test_it_says_where_it_is_answers_and_stops(database_url: str) -> None:
    with open_door("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
    command = [sys.executable, "-c", PROGRAM, database_url, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in said
        assert httpx.get(f"http://127.0.0.1:{port}/v1/health").json()["status"] == "ok"
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    assert process.returncode in (-signal.SIGINT, 0, 1, 130)
