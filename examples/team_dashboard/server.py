#!/usr/bin/env python3
"""A dashboard of a team: holds the key, asks Plyo for the page, and passes webhooks on to it as server-sent events.

PLYO_API_KEY, PLYO_BASE_URL   the Plyo server, and a key with athletes:read, analyses:read, catalogue:read (webhooks:write for --register)
PLYO_WEBHOOK_SECRET           whsec_… of the endpoint, unless --register makes one for as long as this runs
"""

from __future__ import annotations

import argparse
import collections
import http.server
import json
import os
import pathlib
import queue
import re
import signal
import sys
import threading
from typing import Any, Optional

import plyo

HERE = pathlib.Path(__file__).resolve().parent
UPLOT = HERE.parents[1] / "build/deps/uplot"
SPORT, METRIC = "cmj", "jump_height"
NEWEST = 5  # analyses that are looked at for left and right
MOST_ATHLETES, MOST_LISTENERS, MOST_BYTES = 200, 100, 1 << 20
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
          "frame-ancestors 'none'")
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
ATHLETE = re.compile(r"/api/athletes/(ath_[0-9a-z]{26})")


class Board:
    """What the page asks for."""

    def __init__(self, client: plyo.Plyo) -> None:
        self._client = client
        self._labels: dict[str, str] = {}

    def athletes(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        more = False
        for athlete in self._client.athletes.list(limit=100):
            if len(found) == MOST_ATHLETES:
                more = True
                break
            found.append({"id": athlete.id, "name": athlete.name or athlete.external_id or athlete.id})
        return {"athletes": sorted(found, key=lambda one: one["name"].casefold()), "more": more}

    def athlete(self, athlete_id: str) -> dict[str, Any]:
        trend = self._client.athletes.trend(athlete_id, sport=SPORT, metric=METRIC)
        points = [{"at": point.at.timestamp(), "mean": point.mean, "best": point.max, "u": point.u, "count": point.count} for point in trend.points]
        return {"points": points, "sides": self.sides(athlete_id)}

    def sides(self, athlete_id: str) -> dict[str, Any]:
        """Left beside right, of the newest video that tells them apart: a run does, a jump from the side seldom."""
        for analysis in self._client.analyses.list(athlete_id=athlete_id, status="completed", limit=NEWEST).data:
            for athlete in self._client.analyses.result(analysis.id).athletes[:1]:
                rows = [row for one in athlete.summary if (row := self._row(one, athlete.summary))]
                if rows:
                    return {"at": analysis.created_at.timestamp(), "sport": analysis.sport, "rows": rows}
        return {"at": None, "sport": None, "rows": []}

    def _row(self, asymmetry: plyo.models.MetricSummary, summary: list[plyo.models.MetricSummary]) -> Optional[dict[str, Any]]:
        if not asymmetry.id.startswith("asymmetry_") or asymmetry.mean is None:
            return None
        sides = next((one for one in summary if f"asymmetry_{one.id}" == asymmetry.id), None)
        return {
            "label": self.label(asymmetry.id), "value": asymmetry.mean, "u": asymmetry.u, "unit": asymmetry.unit,
            "left": sides.left if sides else None, "right": sides.right if sides else None, "side_unit": sides.unit if sides else None,
        }

    def label(self, metric: str) -> str:
        if not self._labels:
            sports = self._client.catalogue.get().sports
            self._labels = {one["id"]: one["label"] for sport in sports for one in sport["metrics"]}
        return self._labels.get(metric, metric)


class Feed:
    """Events for everybody who looks. Plyo sends one again where it saw no answer: it is passed on once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[queue.Queue[Optional[dict[str, Any]]]] = set()
        self._seen: collections.OrderedDict[str, None] = collections.OrderedDict()

    def listen(self) -> Optional[queue.Queue[Optional[dict[str, Any]]]]:
        with self._lock:
            if len(self._listeners) >= MOST_LISTENERS:
                return None
            mine: queue.Queue[Optional[dict[str, Any]]] = queue.Queue(maxsize=100)
            self._listeners.add(mine)
            return mine

    def leave(self, mine: queue.Queue[Optional[dict[str, Any]]]) -> None:
        with self._lock:
            self._listeners.discard(mine)

    def tell(self, event: plyo.models.Event) -> None:
        said = {"type": event.type, "at": event.created_at.timestamp(), "athlete_id": event.data.get("athlete_id"),
                "session_id": event.data.get("session_id"), "rep": (event.data.get("rep") or {}).get("index")}
        with self._lock:
            if event.id in self._seen:
                return
            self._seen[event.id] = None
            while len(self._seen) > 10_000:
                self._seen.popitem(last=False)
            for listener in self._listeners:
                try:
                    listener.put_nowait(said)
                except queue.Full:
                    pass  # it has not read for long, and asks for everything anew when it does


class Handler(http.server.BaseHTTPRequestHandler):
    board: Board
    feed: Feed
    secret: str
    uplot: pathlib.Path
    host: str
    timeout = 60

    def do_GET(self) -> None:
        # Of another name that was made to lead here, a page of somebody else's could read the answer.
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in ("127.0.0.1", "localhost", self.host):
            return self.answer(421, b"")
        files = {
            "/": HERE / "page/index.html", "/board.js": HERE / "page/board.js", "/board.css": HERE / "page/board.css",
            "/uplot.js": self.uplot / "uPlot.iife.min.js", "/uplot.css": self.uplot / "uPlot.min.css",
        }
        if self.path in files:
            path = files[self.path]
            return self.answer(200, path.read_bytes(), TYPES[path.suffix])
        if self.path == "/api/events":
            return self.stream()
        try:
            if self.path == "/api/athletes":
                return self.json(200, self.board.athletes())
            if match := ATHLETE.fullmatch(self.path):
                return self.json(200, self.board.athlete(match[1]))
        except plyo.errors.NotFoundError:
            return self.json(404, {"detail": "There is no such athlete."})
        except plyo.PlyoError as error:
            print(error, file=sys.stderr, flush=True)
            return self.json(502, {"detail": "Plyo does not answer."})
        return self.json(404, {"detail": "There is nothing here."})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/webhooks" or not length.isdigit() or int(length) > MOST_BYTES:
            return self.answer(404, b"")
        try:
            event = plyo.webhooks.unwrap(self.rfile.read(int(length)), dict(self.headers.items()), self.secret)
        except plyo.WebhookSignatureError as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            return self.answer(400, b"")
        self.feed.tell(event)
        return self.answer(204, b"")

    def stream(self) -> None:
        events = self.feed.listen()
        if events is None:
            return self.answer(503, b"")
        try:
            self.head(200, "text/event-stream")
            self.end_headers()
            self.wfile.write(b"retry: 2000\n\n")
            while True:
                try:
                    said = json.dumps(events.get(timeout=15))
                    self.wfile.write(f"data: {said}\n\n".encode())
                except queue.Empty:
                    self.wfile.write(b":\n\n")  # shows whether anybody is there
        except OSError:
            return None
        finally:
            self.feed.leave(events)

    def json(self, status: int, value: Any) -> None:
        self.answer(status, json.dumps(value).encode(), "application/json")

    def answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self.head(status, kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def head(self, status: int, kind: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff",
                            "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}.items():
            self.send_header(name, value)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8093)
    parser.add_argument("--host-name", default="localhost", help="under which a proxy shows the dashboard")
    parser.add_argument("--uplot", type=pathlib.Path, default=UPLOT, help="folder of uPlot.iife.min.js and uPlot.min.css")
    parser.add_argument("--register", metavar="URL", help="make a webhook endpoint for this address, and remove it at the end")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with plyo.Plyo() as client:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
        server.daemon_threads = True
        endpoint = None
        try:
            secret = os.environ.get("PLYO_WEBHOOK_SECRET", "")
            if given.register:
                url = given.register.replace(":0/", f":{server.server_port}/")
                endpoint = client.webhook_endpoints.create(url=url, description="team_dashboard")
                secret = endpoint.secret
            if not secret:
                parser.error("PLYO_WEBHOOK_SECRET is not set, and there is no --register")
            Handler.board, Handler.feed, Handler.secret = Board(client), Feed(), secret
            Handler.uplot, Handler.host = given.uplot, given.host_name
            print(f"Open http://127.0.0.1:{server.server_port}/", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()
            if endpoint:
                client.webhook_endpoints.delete(endpoint.id)


if __name__ == "__main__":
    main()
