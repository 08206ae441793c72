"""The engine behind a web address: a plain WSGI application, with Python's standard library alone.

Run it from the project's folder: ``python examples/embed_web.py [PORT]``, or by any WSGI server as
``embed_web:application``; the environment variable ``POLICY`` names a policy or its path. Then:

    curl -d '{"operator": {"operator_id": "91411000MA40000A18"}, "violations": [], "as_of": "2022-12-31"}' \
        http://127.0.0.1:8000/assess

``POST /reload`` reads the policy again; keep it behind your own authentication.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIServer, make_server

from riskengine import CatalogError, Engine, InputError, PolicyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from riskengine import RiskEngineError

    Answer = tuple[str, HTTPStatus, dict[str, str]]

MOST_BYTES = 1 << 20


class Service:
    """One engine that every request shares.

    Args:
        policy: the name of a shipped policy, or a path.
    """

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self.engine = Engine.load(policy)

    def reload(self) -> Answer:
        """Read the policy again; one that does not hold together leaves the engine as it is."""
        try:
            self.engine = Engine.load(self._policy)  # one assignment: a request sees the old engine or the new one
        except (PolicyError, CatalogError) as error:
            return _answer(_problems(error), HTTPStatus.CONFLICT)
        return _answer(json.dumps({"plan": self.engine.plan.sha256}))

    def assess(self, body: dict[str, Any]) -> Answer:
        """The assessment of an operator, or every problem of what the caller sent."""
        engine = self.engine  # a call under way keeps the engine it took
        operator: Any = body.get("operator")  # whatever it is: the engine says what is wrong with it
        try:
            result = engine.assess(
                operator, body.get("violations"), body.get("inspections"), as_of=_day(body.get("as_of"))
            )
        except (InputError, UsageError) as error:
            return _answer(_problems(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _answer(result.to_json(), headers={"X-Plan": engine.plan.sha256})

    # The same in FastAPI (a plain def: it runs in a thread), and in Flask, where such a tuple is an answer:
    #     @app.post("/assess")   def route(body: dict[str, Any]): return Response(*service.assess(body))
    #     @app.post("/assess")   def route(): return service.assess(request.get_json())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path, method = environ.get("PATH_INFO"), environ["REQUEST_METHOD"]
        if path not in {"/assess", "/reload"}:
            answer = _answer(json.dumps({"error": "no such address"}), HTTPStatus.NOT_FOUND)
        elif method != "POST":
            answer = _answer(json.dumps({"error": "POST only"}), HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        elif path == "/reload":
            answer = self.reload()
        else:
            try:
                answer = self.assess(_body(environ))
            except ValueError as error:
                answer = _answer(json.dumps({"error": str(error)}), HTTPStatus.BAD_REQUEST)
        text, status, headers = answer
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [text.encode()]


def _answer(text: str, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Answer:
    return text, status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}


def _problems(error: RiskEngineError) -> str:
    return json.dumps({"problems": [problem.to_dict() for problem in error.problems]}, ensure_ascii=False)


def _body(environ: WSGIEnvironment) -> dict[str, Any]:
    """The JSON object that was sent; decimals stay exact.

    Raises:
        ValueError: it is none.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 <= length <= MOST_BYTES:
        raise ValueError(f"at most {MOST_BYTES} bytes")
    try:
        body = json.loads(environ["wsgi.input"].read(length), parse_float=Decimal)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(body, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the caller's JSON, not an argument
    for name in ("violations", "inspections"):
        if not isinstance(body.get(name), list | None):
            raise ValueError(f"'{name}' is not a list")  # noqa: TRY004 - the same
    return body


def _day(text: Any) -> Any:
    """An as-of date; what is none goes to the engine, which says so in its own words."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return text


class Server(ThreadingMixIn, WSGIServer):
    """A server with a thread for each request."""

    daemon_threads = True


application = Service(os.environ.get("POLICY", "xuchang-transport"))


def main(port: int) -> None:
    """Serve on this machine until interrupted."""
    with make_server("127.0.0.1", port, application, server_class=Server) as server:
        print(f"http://127.0.0.1:{server.server_port}/assess")
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
