"""A cluster of separate processes on this machine, of which a worker is killed while a list is graded.

A standalone master and two workers are started. The list is graded by DuckDB, then once for each ``--kill STEP`` by the
cluster: as soon as STEP has been written one worker is killed with its executor (SIGKILL, as if its machine had lost
power), and a new one is started for the next round. The run has to end with DuckDB's content hash.

    python benchmarks/cluster_rehearsal.py --data build/batch/100000 --kill marked_violations told evidence
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyspark

AS_OF = "2022-12-31"
HOME = Path(pyspark.__file__).parent
PATIENCE = 1800
LOCAL = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(HOME)}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def daemon(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A process of Spark in a group of its own, so that it dies with what it started."""
    with (folder / f"{name}.log").open("ab") as log:
        command = [str(HOME / "bin" / "spark-class"), *arguments]
        environment = {**os.environ, **LOCAL, "SPARK_DAEMON_MEMORY": "256m"}
        return subprocess.Popen(  # noqa: S603 - Spark's own program
            command, stdout=log, stderr=log, env=environment, start_new_session=True
        )


def master_of(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A standalone master that answers, and its address."""
    port = free_port()
    arguments = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port()))
    process = daemon(folder, "master", "org.apache.spark.deploy.master.Master", *arguments)
    for _ in range(PATIENCE):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"spark://127.0.0.1:{port}"
        time.sleep(0.2)
    raise TimeoutError(process.args)


def worker_of(folder: Path, name: str, master: str) -> subprocess.Popen[bytes]:
    """A worker with one core."""
    own = folder / name
    own.mkdir(exist_ok=True)
    arguments = ("--cores", "1", "--memory", "1500m", "--work-dir", str(own), "--webui-port", str(free_port()))
    return daemon(folder, name, "org.apache.spark.deploy.worker.Worker", *arguments, "--host", "127.0.0.1", master)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def grading(data: Path, out: Path, *arguments: str) -> subprocess.Popen[str]:
    """``riskengine grade`` as a process."""
    files = [str(data / "operators.parquet")]
    for source in ("violations", "inspections"):
        files += [f"--{source}", str(data / f"{source}.parquet")]
    start = "from riskengine.cli.main import main; main()"
    command = [sys.executable, "-c", start, "grade", *files, "--as-of", AS_OF, "--out", str(out)]
    return subprocess.Popen(  # noqa: S603 - this program's own
        [*command, "--json", "--lang", "en", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **LOCAL},
    )


def result(process: subprocess.Popen[str]) -> str:
    """The content hash of a run.

    Raises:
        SystemExit: the run failed; with what it said.
    """
    out, err = process.communicate(timeout=PATIENCE)
    if process.returncode:
        raise SystemExit(err)
    return str(json.loads(out)["content_hash"])


def rehearsed(folder: Path, data: Path, master: str, victim: subprocess.Popen[bytes], step: str) -> dict[str, object]:
    """A run during which a worker is killed once ``step`` has been written."""
    shared = folder / f"shared-{step}"
    begun = time.perf_counter()
    process = grading(data, folder / "runs", "--engine", "spark", "--master", master, "--work", str(shared))
    while process.poll() is None and not any(shared.glob(f"*/{step}/_SUCCESS")):
        time.sleep(0.05)
    killed = time.perf_counter()
    was_running = process.poll() is None
    kill(victim)
    found = result(process)
    ended = time.perf_counter()
    return {
        "killed_after": step,
        "was_running": was_running,
        "seconds_before": round(killed - begun, 1),
        "seconds_after": round(ended - killed, 1),
        "content_hash": found,
        "left_in_shared_folder": sorted(path.name for path in shared.iterdir()),
    }


def main() -> int:
    """Rehearse, print what was seen as JSON, and say by the exit code whether every hash was DuckDB's."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with operators.parquet and so on")
    parser.add_argument("--kill", nargs="+", default=["marked_violations", "told", "evidence"], metavar="STEP")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        expected = result(grading(options.data, folder / "runs", "--engine", "duckdb"))
        master, address = master_of(folder)
        workers = [worker_of(folder, f"worker-{at}", address) for at in range(2)]
        rounds = []
        try:
            for at, step in enumerate(options.kill):
                rounds.append(rehearsed(folder, options.data, address, workers[0], step))
                print(json.dumps(rounds[-1]), flush=True)
                workers = [workers[1], worker_of(folder, f"worker-{at + 2}", address)]
        finally:
            for process in (*workers, master):
                kill(process)
    same = all(each["content_hash"] == expected and each["was_running"] for each in rounds)
    print(json.dumps({"duckdb": expected, "rounds": len(rounds), "same": same}))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
