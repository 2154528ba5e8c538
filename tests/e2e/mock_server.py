"""mock_server.py PORT WEB_FOLDER CATALOGUE.json: the live protocol as contract/stream.yaml has it, with an invented athlete.

Stands in for `plyo serve` where the page itself is tested: it can lose connections, be full, or hold hints back, which a real
server does not do on demand. What a client sends wrongly ends the session as the contract says, so the page's side of the
protocol is tested too. How it behaves is said by the athlete's name: "lose" (breaks the connection once), "full" (no room at
first), "frame" (hints for a while, and no jump), "refuse" (no H.264), "many" (250 repetitions at once). Who has the cookie `stale`
gets no socket.
"""
import asyncio
import http
import json
import math
import mimetypes
import pathlib
import struct
import sys
import time

import websockets

HEADER = struct.Struct("<BBBBIQHHI")
PERSON_BYTES = 932
POLICY = ("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
          "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
PERIOD_S, FLIGHT_S = 2.5, 0.55
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("font/woff2", ".woff2")

# A figure that stands sideways, in heights of the athlete, from the ground up: x, y of the 33 landmarks.
STANDING = {0: (0.06, 0.93), 7: (0, 0.94), 8: (0, 0.94), 11: (-0.01, 0.82), 12: (0.01, 0.82), 13: (-0.04, 0.64), 14: (0.0, 0.64), 15: (0.03, 0.48), 16: (0.05, 0.48),
            23: (-0.01, 0.52), 24: (0.01, 0.52), 25: (0.03, 0.28), 26: (0.05, 0.28), 27: (-0.01, 0.05), 28: (0.02, 0.05),
            29: (-0.04, 0.02), 30: (-0.02, 0.02), 31: (0.09, 0.01), 32: (0.11, 0.01)}


class Wrong(Exception):
    def __init__(self, close: int, code: str, message: str):
        super().__init__(message)
        self.close, self.code = close, code


class Session:
    def __init__(self, name: str, hello: dict):
        self.id, self.hello, self.reps, self.lost_at = name, hello, [], None
        self.first_us = None


class Server:
    def __init__(self, web: pathlib.Path, catalogue: dict):
        self.web, self.catalogue = web, catalogue
        self.sessions: dict[str, Session] = {}
        self.refused = 0
        self.log = []  # what the test asks for at /log

    def answer_http(self, path: str, headers):
        path = path.split("?")[0]
        if path == "/v1/live":
            return (http.HTTPStatus.UNAUTHORIZED, [], b"") if "stale=" in headers.get("Cookie", "") else None
        if path == "/v1/catalogue":
            return self.http(json.dumps(self.catalogue).encode(), "application/json")
        if path == "/log":
            return self.http(json.dumps(self.log).encode(), "application/json")
        if path.startswith("/v1/sessions/"):  # whichever is asked for can be followed
            return self.http(b'{"sport": "cmj"}', "application/json")
        file = (self.web / ("index.html" if path == "/" else path.lstrip("/"))).resolve()
        if not file.is_relative_to(self.web) or not file.is_file():
            return http.HTTPStatus.NOT_FOUND, [], b""
        return self.http(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")

    @staticmethod
    def http(body: bytes, kind: str):
        return http.HTTPStatus.OK, [("Content-Type", kind), ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff")], body

    async def serve(self, socket):
        try:
            await self.talk(socket)
        except Wrong as wrong:
            self.log.append({"wrong": wrong.code, "message": str(wrong)})
            await socket.send(json.dumps({"type": "error", "code": wrong.code, "message": str(wrong), "fatal": True}))
            await socket.close(wrong.close, str(wrong)[:100])
        except websockets.ConnectionClosed as closed:
            self.log.append({"closed": closed.code})

    async def talk(self, socket):
        if socket.subprotocol != "plyo.live.1":
            raise Wrong(4400, "protocol_error", "no sub-protocol")
        first = await socket.recv()
        hello = json.loads(first) if isinstance(first, str) else {}
        if hello.get("type") != "hello":
            raise Wrong(4400, "protocol_error", "hello comes first")
        if "watch" in hello:
            self.log.append({"watch": hello["watch"]})
            await socket.send(json.dumps({"type": "welcome", "protocol": "plyo.live.1", "session": hello["watch"], "resume_token": "", "resumed": False,
                                          "pose": "server", "pose_model": "blazepose_lite", "capacity": {"fps": 30, "width": 640, "height": 480}}))
            await socket.wait_closed()
            self.log.append({"left": hello["watch"]})
            return
        mode = hello.get("athlete", {}).get("name", "")
        media = hello["media"]
        if mode == "full" and self.refused < 1:
            self.refused += 1
            await socket.send(json.dumps({"type": "error", "code": "no_capacity", "message": "full", "fatal": True, "retry_after_s": 1}))
            await socket.close(1013, "retry_after_s=1")
            return
        if mode == "refuse" and media["codec"] == "h264":
            raise Wrong(4415, "unsupported_codec", "no H.264 here")
        resume = hello.get("resume")
        if resume:
            session = self.sessions.get(resume["session"])
            if not session or resume["token"] != "token-" + session.id:
                raise Wrong(4404, "session_not_found", "no such session")
            if session.lost_at and time.monotonic() - session.lost_at < 1.5:
                await socket.close(1011, "not up again")
                return
        else:
            session = Session(f"s{len(self.sessions) + 1}", hello)
            self.sessions[session.id] = session
        self.log.append({"hello": hello, "session": session.id})
        await socket.send(json.dumps({
            "type": "welcome", "protocol": "plyo.live.1", "session": session.id, "resume_token": "token-" + session.id, "resumed": bool(resume),
            "pose": "browser" if media["codec"] == "landmarks" else "server", "pose_model": media.get("pose_model", "blazepose_lite"),
            "capacity": {"fps": 30, "width": 640, "height": 480}}))
        for rep in session.reps[(resume or {}).get("last_rep", 0):]:
            await socket.send(json.dumps({"type": "rep", "track_id": 1, "rep": rep}))
        if mode == "many":
            session.reps = [self.rep(session, index, "confirmed") for index in range(1, 251)]
            for rep in session.reps:
                await socket.send(json.dumps({"type": "rep", "track_id": 1, "rep": rep}))
                await asyncio.sleep(0.01)
        hints = ["feet_out_of_picture", "too_near"] if mode == "frame" else []
        await socket.send(json.dumps({"type": "quality", "hints": hints}))
        await self.receive(socket, session, media, mode)

    async def receive(self, socket, session: Session, media: dict, mode: str):
        sequence, capture_us, received, key_seen = -1, -1, 0, False
        async for message in socket:
            if isinstance(message, str):
                text = json.loads(message)
                if text["type"] == "clock":
                    await socket.send(json.dumps({"type": "clock", "client_us": text["client_us"], "server_us": text["client_us"] + 5_000_000}))
                elif text["type"] == "seen":
                    self.log.append({"seen": text["end_to_end_ms"]})
                elif text["type"] == "end":
                    await self.finish(socket, session)
                    return
                else:
                    raise Wrong(4400, "protocol_error", f"unknown type {text['type']}")
                continue
            version, kind, flags, zero, number, us, width, height, length = HEADER.unpack_from(message)
            payload = message[HEADER.size:]
            if version != 1 or zero or length != len(payload) or kind != {"h264": 1, "jpeg": 2, "landmarks": 3}[media["codec"]]:
                raise Wrong(4400, "protocol_error", "bad header")
            if number <= sequence or us < capture_us or (width, height) != (media["width"], media["height"]):
                raise Wrong(4400, "protocol_error", f"sequence {number} after {sequence}, time {us} after {capture_us}, {width}x{height}")
            sequence, capture_us = number, us
            self.check_payload(kind, flags, payload, key_seen)
            key_seen = True
            received += 1
            if session.first_us is None:
                session.first_us = us
            await self.analyse(socket, session, number, us, width, height)
            if received % 30 == 0:
                share = {"queue": 0.6, "decode": 1.1, "pose": 5.2, "analysis": 0.4, "total": 7.3}
                await socket.send(json.dumps({"type": "timing", "received": received, "inferred": received, "skipped": 0, "dropped": 0,
                                              "p50": share, "p95": {k: v * 2 for k, v in share.items()}}))
            if mode == "frame" and received == 60:
                await socket.send(json.dumps({"type": "quality", "hints": []}))
            if mode == "lose" and not session.lost_at and len(session.reps) >= 1:
                session.lost_at = time.monotonic()
                await socket.close(1001, "going down")
                return

    @staticmethod
    def check_payload(kind: int, flags: int, payload: bytes, key_seen: bool):
        if kind == 1:
            start = payload.find(b"\0\0\1")
            if start not in (0, 1):
                raise Wrong(4422, "media_undecodable", "no Annex B")
            first = payload[start + 3] & 31
            if (flags & 1) and first not in (6, 7, 9):
                raise Wrong(4422, "media_undecodable", f"a key picture that begins with unit {first}")
            if not key_seen and not flags & 1:
                raise Wrong(4422, "media_undecodable", "no key picture at the begin")
        elif kind == 2 and payload[:2] != b"\xff\xd8":
            raise Wrong(4422, "media_undecodable", "no JPEG")
        elif kind == 3 and len(payload) % PERSON_BYTES:
            raise Wrong(4400, "protocol_error", "landmarks of an odd length")

    async def analyse(self, socket, session: Session, number: int, us: int, width: int, height: int):
        t = (us - session.first_us) / 1e6
        turn, at = (0, 0) if session.hello.get("athlete", {}).get("name") == "frame" else divmod(t, PERIOD_S)
        in_air = 1.2 <= at < 1.2 + FLIGHT_S
        phase = "flight" if in_air else "braking" if 0.8 <= at < 1.0 else "propulsion" if 1.0 <= at < 1.2 else "standing"
        s = at - 1.2
        lift = 9.81 / 2 * s * (FLIGHT_S - s) / 1.8 if in_air else 0.0
        bend = 0.12 * math.sin(math.pi * (at - 0.7) / 0.5) if 0.7 <= at < 1.2 else 0.0
        size, left, ground = height * 0.62, width * 0.5, height * 0.93
        landmarks = []
        for i in range(33):
            x, y = STANDING.get(i, (0.05, 0.93))
            y = y - bend * min(1, y / 0.5) + lift
            x = x + (0.5 * bend if 0.2 < y < 0.4 else 0)
            landmarks += [round(left + x * size, 1), round(ground - y * size, 1), 0.95 if i in STANDING else 0.0]
        person = {"track_id": 1, "presence": 0.98, "landmarks": landmarks, "com": [left, round(ground - (0.55 - bend + lift) * size, 1)]}
        await socket.send(json.dumps({"type": "pose", "sequence": number, "t_us": us, "width": width, "height": height, "people": [person], "phase": phase,
                                      "timing": {"queue": 0.5, "decode": 1.0, "pose": 5.0, "analysis": 0.4, "total": 6.9}}))
        if in_air and s <= FLIGHT_S / 2:
            await socket.send(json.dumps({"type": "metric", "track_id": 1, "id": "com_rise", "value": round(lift * 1.8, 3), "unit": "m", "u": 0.02}))
        done = int(turn) + (at >= 1.2 + FLIGHT_S)
        if done > len(session.reps):
            rep = self.rep(session, len(session.reps) + 1, "provisional")
            session.reps.append(rep)
            await socket.send(json.dumps({"type": "rep", "track_id": 1, "rep": rep}))
        elif session.reps and session.reps[-1]["status"] == "provisional" and at < 1.2:
            rep = self.rep(session, len(session.reps), "confirmed")
            session.reps[-1] = rep
            await socket.send(json.dumps({"type": "rep", "track_id": 1, "rep": rep}))
            *before, height = (rep["metrics"][0]["value"] for rep in session.reps)
            if before and height is not None and max(before) < height:
                await socket.send(json.dumps({"type": "cue", "id": "best_so_far", "level": "good", "metric": "jump_height", "value": height}))

    def rep(self, session: Session, index: int, status: str) -> dict:
        sport = next(s for s in self.catalogue["sports"] if s["id"] == session.hello["sport"])
        height = 0.352 + 0.011 * ((index * 5) % 7)
        known = {"jump_height": (height, 0.006), "flight_time": (math.sqrt(8 * height / 9.81), 0.005), "takeoff_velocity": (math.sqrt(2 * 9.81 * height), 0.03),
                 "com_rise": (height + 0.11, 0.012), "countermovement_depth": (0.31 + 0.01 * (index % 3), 0.012), "time_to_takeoff": (0.74, 0.02),
                 "rsi_mod": (height / 0.74, 0.02)}
        early = ("jump_height", "flight_time")
        metrics = []
        for metric in sport["metrics"]:
            if metric["id"] in known and (status == "confirmed" or metric["id"] in early):
                value, u = known[metric["id"]]
                metrics.append({"id": metric["id"], "value": value, "unit": metric["unit"], "u": u if status == "confirmed" else 2 * u,
                                "begin_s": 0.0, "end_s": 1.0, "flags": []})
            else:
                metrics.append({"id": metric["id"], "value": None, "unit": metric["unit"], "reason": "far_side_hidden", "flags": []})
        return {"index": index, "status": status, "scale": {"method": "stature", "m_per_px": 0.004, "u_m_per_px": 0.0001},
                "events": [], "phases": [], "metrics": metrics, "flags": ["low_frame_rate"]}

    async def finish(self, socket, session: Session):
        session.reps = [self.rep(session, rep["index"], "confirmed") for rep in session.reps]
        for rep in session.reps[-1:]:
            await socket.send(json.dumps({"type": "rep", "track_id": 1, "rep": rep}))
        await socket.send(json.dumps({"type": "result", "result": {
            "schema": "plyo.analysis/1", "sport": session.hello["sport"],
            "provenance": {"plyo_version": "0.1.0", "model": {"name": "blazepose_lite", "sha256": ""}, "options": {}, "created_at": "2026-01-01T00:00:00Z"},
            "athletes": [{"track_id": 1, "height_m": None, "mass_kg": None, "reps": session.reps, "steps": [], "summary": []}]}}))
        await socket.close(1000)


async def main():
    port, web, catalogue = sys.argv[1:]
    server = Server(pathlib.Path(web).resolve(), json.loads(pathlib.Path(catalogue).read_text()))
    async with websockets.serve(server.serve, "127.0.0.1", int(port), subprotocols=["plyo.live.1"], process_request=server.answer_http,
                                max_size=1 << 20, compression=None):
        print("ready", flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
