"""A Spark session: one Java process for this one, started once; each grading has a session of its own in it."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import tempfile
import threading
import warnings
from typing import TYPE_CHECKING, Any

from riskengine.engines.spark.failures import cause, told
from riskengine.kernel.errors import MissingExtraError, UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "local[*]"
_LEAST_HEAP, _HEAP = 1 << 30, 2 << 30
_ANSWER_SECONDS, _WORKERS_SECONDS = 5, 60
_LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "py4j", "pyspark")
_ADDRESS = re.compile(r"([^:/,\s]+):([0-9]{1,5})")
_TOO_OLD = ("UnsupportedClassVersionError", "Unrecognized option: --add-modules")
_NO_MASTER = "Master must either be"
_RULES = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.autoBroadcastJoinThreshold": str(2 << 20),  # files are compressed: what they hold is many times as large
    "spark.sql.files.maxPartitionBytes": str(16 << 20),
}
"""What every grading asks of its session, so that no setting of a cluster changes a result."""

_lock = threading.Lock()
_started: dict[str, Any] = {}


def open_session(master: str | None, memory: int | None = None) -> Any:
    """A session for one grading: its tables and settings are its own, Spark is shared.

    Args:
        master: of the cluster; None takes what ``spark-submit`` was given, or Spark as it runs already in this process,
            or all cores of this machine.
        memory: bytes for the Java process of this machine; heeded by the first session alone.

    Raises:
        MissingExtraError: pyspark is not installed (RE-613).
        UsageError: there is no Java, or it is too old (RE-640); the master cannot be reached (RE-641) or has no worker
            to give (RE-642); or Spark runs in this process with another master (RE-647).
    """
    try:
        import pyspark  # noqa: F401 - asked first, so that what is missing is named
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtraError([Problem("RE-613", found="spark", params=(("extra", "spark"),))]) from None
    with _lock:
        shared = _started.get("session") or SparkSession.getActiveSession()
        if shared is None:
            shared = _started["session"] = _start(master, memory)
        with told():
            running = shared.sparkContext.master
            if master is not None and master != running:
                raise UsageError([Problem("RE-647", found=master, params=(("master", running),))])
            session = shared.newSession()
            for name, value in _RULES.items():
                session.conf.set(name, value)
    return session


_PARSER_STATES = 20_000
"""What Spark's parser may remember: some seven kilobytes each."""


def is_local(master: str) -> bool:
    """Whether a master is this machine."""
    return master.startswith("local")


def _start(master: str | None, memory: int | None) -> Any:
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if master is None and not submitted:
        master = LOCAL
    if not submitted:
        require_java(os.environ)
    if master is not None:
        _require_master(master)
    for name in _LOGGERS:  # what went wrong is said once, in the project's words
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    conf = SparkConf(loadDefaults=False)
    conf.setAll(list(_settings(master, memory).items()))
    gateway = None if submitted else _gateway(conf)
    with told(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas, which is not used here
        context = SparkContext(conf=conf, gateway=gateway)
        context.setLogLevel("OFF")
        if not is_local(context.master):
            _await_workers(context)
        return SparkSession(context)


def _settings(master: str | None, memory: int | None) -> dict[str, str]:
    heap = _HEAP if memory is None else max(memory, _LEAST_HEAP)
    settings = {
        "spark.app.name": "riskengine",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": f"{heap >> 20}m",
        "spark.sql.shuffle.partitions": "1",
        # Spark's parser remembers how it read every statement, without end: two dozen policies filled two gigabytes.
        "spark.sql.parser.manageParserCaches": "true",
        "spark.sql.parser.parserDfaCacheFlushThreshold": str(_PARSER_STATES),
        # A worker that is lost takes its shuffled files along: they are made again, more often than Spark would.
        "spark.stage.maxConsecutiveAttempts": "10",
    }
    if master is not None:
        settings["spark.master"] = master
        if is_local(master):
            settings |= {"spark.driver.host": "127.0.0.1", "spark.local.dir": tempfile.gettempdir()}
    return settings


def _gateway(conf: Any) -> Any:
    """Start Java; what it says goes into a file without a name, and is told only where it does not start."""
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    with tempfile.TemporaryFile() as said:
        try:
            return launch_gateway(conf, popen_kwargs={"stdout": said, "stderr": said})
        except (PySparkRuntimeError, OSError):
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
    if any(mark in text for mark in _TOO_OLD):
        raise UsageError([Problem("RE-640", found="java")])
    reason = (("reason", cause(text)),)
    if _NO_MASTER in text:
        raise UsageError([Problem("RE-641", found=dict(conf.getAll()).get("spark.master"), params=reason)])
    raise UsageError([Problem("RE-646", params=reason)])


def require_java(environment: Mapping[str, str]) -> None:
    """Hold that there is a Java to start.

    Raises:
        UsageError: neither ``JAVA_HOME`` nor ``PATH`` leads to one (RE-640).
    """
    home = environment.get("JAVA_HOME")
    path = f"{home}/bin" if home else environment.get("PATH", "")
    if shutil.which("java", path=path) is None:
        raise UsageError([Problem("RE-640", found=f"{home}/bin/java" if home else "java")])


def _require_master(master: str) -> None:
    """Hold that a standalone master answers: Spark itself would try for a minute, and then not say why."""
    if not master.startswith("spark://"):
        return
    addresses = _ADDRESS.findall(master.removeprefix("spark://"))
    reason = "expected spark://HOST:PORT"
    for host, port in addresses:
        try:
            with socket.create_connection((host, int(port)), timeout=_ANSWER_SECONDS):
                return
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
    raise UsageError([Problem("RE-641", found=master, params=(("reason", reason),))])


def _await_workers(context: Any) -> None:
    """Wait for the first executor: a job would wait for ever."""
    tracker, pause = context._jsc.sc().statusTracker(), threading.Event()
    for _ in range(_WORKERS_SECONDS * 2):
        if len(tracker.getExecutorInfos()) > 1:  # the first is this process
            return
        pause.wait(0.5)
    master = context.master
    context.stop()
    raise UsageError([Problem("RE-642", found=master, params=(("seconds", str(_WORKERS_SECONDS)),))])
