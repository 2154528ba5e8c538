#!/usr/bin/env python3
"""Receives Plyo's webhooks and writes each jump with the heart rate around it into the files of its day.

PLYO_API_KEY, PLYO_BASE_URL   the Plyo server, and a key with analyses:read (and webhooks:write for --register)
PLYO_WEBHOOK_SECRET           whsec_… of the endpoint, unless --register makes one for as long as this runs
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.server
import os
import pathlib
import signal
import sys
import threading

from merge import Days, HeartRate, jumps_of, parse_time

import plyo

MOST_BYTES = 1 << 20


class Sync:
    def __init__(self, client: plyo.Plyo, secret: str, heart_rate: pathlib.Path, folder: pathlib.Path) -> None:
        self._client, self._secret, self._heart_rate = client, secret, heart_rate
        self._days = Days(folder)
        self._one_at_a_time = threading.Lock()

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """The status to answer with. Plyo sends an event again until it is 2xx: that is said once the event is on the disk."""
        try:
            event = plyo.webhooks.unwrap(body, headers, self._secret)
        except plyo.WebhookSignatureError as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            return 400
        if event.type != "analysis.completed":
            return 204
        with self._one_at_a_time:
            if self._days.has(event.id):
                return 204
            try:
                self._take(event.id, event.data["id"])
            except plyo.errors.NotFoundError:
                return 204  # deleted since
            except plyo.PlyoError as error:
                print(f"{event.id}: {error}; it will come again", file=sys.stderr, flush=True)
                return 503
        return 204

    def _take(self, event_id: str, analysis_id: str) -> None:
        analysis = self._client.analyses.get(analysis_id)
        began = began_of(analysis)
        heart = HeartRate(self._heart_rate.read_text(encoding="utf-8"))
        jumps = jumps_of(self._client.analyses.result(analysis_id).to_dict(), began, heart)
        entry = {"analysis_id": analysis_id, "athlete_id": analysis.athlete_id, "began": began.isoformat(), "jumps": jumps}
        self._days.add(began.date().isoformat(), event_id, entry)
        print(f"{event_id}: {len(jumps)} jumps of {began.date()}", flush=True)


def began_of(analysis: plyo.models.Analysis) -> dt.datetime:
    """A video seldom knows when it was taken; whoever uploads says so. Else, or where it is no time, it is as if the upload were live."""
    recorded_at = (analysis.metadata or {}).get("recorded_at")
    if recorded_at:
        try:
            return parse_time(recorded_at)
        except (ValueError, OverflowError):
            print(f"{analysis.id}: recorded_at is no time: {recorded_at!r}; that of the upload stands for it", file=sys.stderr, flush=True)
    return analysis.created_at


def handler(sync: Sync) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > MOST_BYTES:
                return self._answer(413)
            return self._answer(sync.receive(self.rfile.read(int(length)), dict(self.headers.items())))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def main() -> None:
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--heart-rate", type=pathlib.Path, default=here / "heart_rate.csv", help="CSV with the columns time (UTC) and bpm")
    parser.add_argument("--days", type=pathlib.Path, default=pathlib.Path("days"), help="where the files of the days are")
    parser.add_argument("--register", metavar="URL", help="make a webhook endpoint for this address, and remove it at the end")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with plyo.Plyo() as client:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), http.server.BaseHTTPRequestHandler)
        endpoint = None
        try:
            secret = os.environ.get("PLYO_WEBHOOK_SECRET", "")
            if given.register:
                url = given.register.replace(":0/", f":{server.server_port}/")
                endpoint = client.webhook_endpoints.create(url=url, event_types=["analysis.completed"], description="wearable_sync")
                secret = endpoint.secret
            if not secret:
                parser.error("PLYO_WEBHOOK_SECRET is not set, and there is no --register")
            server.RequestHandlerClass = handler(Sync(client, secret, given.heart_rate, given.days))
            print(f"Receiving at http://127.0.0.1:{server.server_port}/", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()
            if endpoint:
                client.webhook_endpoints.delete(endpoint.id)


if __name__ == "__main__":
    main()
