"""deploy/haproxy before stand-ins of instances: who gets what, what is trusted, what is refused and what is tried again."""

import collections
import contextlib
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from conftest import DEPLOY, DEPS
from monitoring_test import certificate
from serve_support import KEY, serving
from servers import Blackbox, HaProxy, wait_for_port, wait_until


class Instance(http.server.ThreadingHTTPServer):
    """Answers with its name and what it was sent; hangs up on /hang once, and is not ready where it is told so."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.name, self.ready, self.hang = name, True, 0
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        pass  # health checks hang up


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        if self.path == "/hang" and self.server.hang:
            self.server.hang -= 1
            self.close_connection = True
            return
        body = json.dumps({"name": self.server.name, "headers": {name.lower(): value for name, value in self.headers.items()}}).encode()
        self.send_response(503 if self.path == "/readyz" and not self.server.ready else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


class Balancer:
    def __init__(self, folder, **settings: str) -> None:
        self.instances = {name: Instance(name) for name in ("api_1", "api_2", "api_canary_1", "live_1", "live_2", "live_canary_1")}
        self.haproxy = HaProxy(folder, {**{name.upper(): instance.address for name, instance in self.instances.items()}, **settings})
        self.haproxy.start()
        wait_until(self.haproxy.healthy, 20)

    def call(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.haproxy.port, timeout=20)
        connection.request(method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
        with contextlib.closing(connection), connection.getresponse() as answer:
            content = answer.read()
            return answer.status, json.loads(content) if content.startswith(b"{") else {}

    def served(self) -> bool:
        """Whether a connection is taken at all."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.call("/")[0] == 200
        return False

    def names(self, path: str, count: int) -> collections.Counter[str]:
        return collections.Counter(self.call(path)[1]["name"] for _ in range(count))

    def close(self) -> None:
        self.haproxy.kill()
        for instance in self.instances.values():
            instance.shutdown()


@pytest.fixture
def balancer(tmp_path):
    made = Balancer(tmp_path)
    yield made
    made.close()


def test_live_sessions_and_the_rest_go_to_their_instances(balancer):
    assert set(balancer.names("/v1/analyses", 6)) == {"api_1", "api_2"}
    assert set(balancer.names("/v1/live", 6)) == {"live_1", "live_2"}
    rooms = {room: set(balancer.names(f"/v1/live?room={room}", 3)) for room in range(20)}
    assert all(len(met) == 1 for met in rooms.values()) and len(set.union(*rooms.values())) == 2
    assert set(balancer.names("/v1/live_or_so", 4)) == {"api_1", "api_2"}


def test_a_canary_gets_its_share(balancer):
    answer = balancer.haproxy.command_line("set server api/canary1 weight 11; set server live/canary1 weight 11")
    assert not answer.strip()
    # 11 of 111, and of the nodes of the ring.
    assert 10 <= balancer.names("/v1/analyses", 222)["api_canary_1"] <= 34
    assert 10 <= balancer.names("/v1/live", 222)["live_canary_1"] <= 34
    for backend in ("api", "live"):
        balancer.haproxy.command_line(f"set server {backend}/stable1 weight 0; set server {backend}/stable2 weight 0")
    assert set(balancer.names("/v1/analyses", 5)) | set(balancer.names("/v1/live", 5)) == {"api_canary_1", "live_canary_1"}


def test_what_a_client_says_of_itself_is_not_believed(balancer):
    _, told = balancer.call("/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", X_Forwarded_Port="1", Forwarded="for=6.6.6.6",
                            Host="coach.example")
    sent = {name: value for name, value in told["headers"].items() if "forwarded" in name}
    assert sent == {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-host": "coach.example"}
    assert told["headers"]["host"] == "coach.example"


def test_who_is_not_ready_gets_nothing_new(balancer):
    balancer.instances["live_1"].ready = False
    # Each backend finds out for itself.
    wait_until(lambda: all("DOWN" in balancer.haproxy.state()[place] for place in ("live/stable1", "api/live1")), 10)
    assert set(balancer.names("/v1/live", 6)) == {"live_2"}
    for name in ("api_1", "api_2"):
        balancer.instances[name].ready = False
    wait_until(lambda: "DOWN" in balancer.haproxy.state()["api/stable1"] and "DOWN" in balancer.haproxy.state()["api/stable2"], 10)
    assert set(balancer.names("/v1/analyses", 6)) == {"live_2"}, "instances for live sessions know REST, too"
    balancer.instances["live_2"].ready = False
    wait_until(lambda: balancer.call("/v1/analyses")[0] == 503, 10)
    assert balancer.call("/v1/analyses")[1]["code"] == "no_capacity"


def test_only_what_may_be_done_twice_is_sent_again(balancer):
    def hangs() -> None:
        for name in ("api_1", "api_2"):
            balancer.instances[name].hang = 1

    hangs()
    assert balancer.call("/hang")[0] == 200
    hangs()
    assert balancer.call("/hang", "POST", b"{}", Idempotency_Key="once")[0] == 200
    hangs()
    assert balancer.call("/hang", "POST", b"{}")[0] == 502


def test_limits_of_one_address(tmp_path, balancer):
    assert balancer.call("/", "POST", Content_Length=str(600 << 20))[0] == 413
    balancer.close()
    small = Balancer(tmp_path, REQUESTS_PER_ADDRESS="20", CONNECTIONS_PER_ADDRESS="5")
    try:
        answers = [small.call("/") for _ in range(40)]
        statuses = [status for status, _ in answers]
        assert set(statuses[:10]) == {200} and set(statuses) == {200, 429}
        assert next(problem for status, problem in answers if status == 429)["code"] == "rate_limited"
    finally:
        small.close()
    small = Balancer(tmp_path, CONNECTIONS_PER_ADDRESS="5")
    try:
        held = [socket.create_connection(("127.0.0.1", small.haproxy.port)) for _ in range(10)]
        wait_until(lambda: not small.served(), 10)
        for connection in held:
            connection.close()
        wait_until(small.served, 10)
    finally:
        small.close()


def chain_in(folder) -> str:
    certificate(folder)
    chain = folder / "chain.pem"
    chain.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return str(chain)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_tls(tmp_path):
    chain = chain_in(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        plain = probe.getsockname()[1]
    balancer = Balancer(tmp_path, TLS_CERT=chain, HTTP_LISTEN=f"127.0.0.1:{plain}")
    try:
        context = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        secure = http.client.HTTPSConnection("localhost", balancer.haproxy.port, context=context, timeout=20)
        secure.request("GET", "/v1/analyses")
        answer = secure.getresponse()
        assert json.loads(answer.read())["headers"]["x-forwarded-proto"] == "https" and "max-age" in answer.headers["Strict-Transport-Security"]
        wait_for_port(plain)
        redirected = http.client.HTTPConnection("127.0.0.1", plain, timeout=20)
        redirected.request("GET", "/docs", headers={"Host": "coach.example"})
        answer = redirected.getresponse()
        assert (answer.status, answer.headers["Location"]) == (308, "https://coach.example/docs")
        with pytest.raises(ssl.SSLError):
            old = ssl.create_default_context(cafile=tmp_path / "cert.pem")
            old.maximum_version = ssl.TLSVersion.TLSv1_1
            old.wrap_socket(socket.create_connection(("127.0.0.1", balancer.haproxy.port)), server_hostname="localhost")
    finally:
        balancer.close()


def test_the_front_door_is_seen_as_users_see_it(tmp_path):
    chain = chain_in(tmp_path)
    balancer = Balancer(tmp_path, TLS_CERT=chain)
    exporters = [Blackbox(tmp_path, authority=authority) for authority in (tmp_path / "cert.pem", None)]

    def seen(exporter: Blackbox, door: str, **more: str) -> dict[str, float]:
        return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", exporter.found(door, **more), re.MULTILINE)}

    trusting, other = exporters
    door, by_address = (f"https://{host}:{balancer.haproxy.port}" for host in ("localhost", "127.0.0.1"))
    try:
        for exporter in exporters:
            exporter.start()
        found = seen(trusting, door)
        assert found["probe_success"] == 1 and 89 < (found["probe_ssl_earliest_cert_expiry"] - time.time()) / 86400 < 91
        # The certificate is of a name, which can be said where an address is asked at; and it is one's own, which is not trusted unless that is said.
        assert [seen(trusting, by_address, **more)["probe_success"] for more in ({}, {"hostname": "localhost"})] == [0, 1]
        assert seen(other, door)["probe_success"] == 0
        for instance in balancer.instances.values():
            instance.ready = False
        wait_until(lambda: seen(trusting, door)["probe_http_status_code"] == 503, 10)
        assert seen(trusting, door)["probe_success"] == 0
    finally:
        balancer.close()
        for exporter in exporters:
            exporter.kill()


# Prints the status and the protocol, as a browser asks that speaks HTTP/2 (RFC 8441).
WEB_SOCKET = """
const [address, key] = process.argv.slice(1), client = require("http2").connect(address, {rejectUnauthorized: false});
client.on("remoteSettings", () => {
  const asked = client.request({":method": "CONNECT", ":protocol": "websocket", ":path": "/v1/live", ":authority": "localhost",
                                "sec-websocket-version": "13", "sec-websocket-protocol": "plyo.live.1, plyo.token." + key});
  asked.on("response", headers => { console.log(headers[":status"], headers["sec-websocket-protocol"]); client.destroy(); });
});
"""


def test_a_browser_opens_web_sockets_within_http_2(tmp_path):
    chain = chain_in(tmp_path)
    with serving(tmp_path, "--behind-proxy") as server:
        haproxy = HaProxy(tmp_path, {"LIVE_1": server.host, "TLS_CERT": chain})
        haproxy.start()
        try:
            wait_until(haproxy.healthy, 20)
            for key, expected in ((KEY, "200 plyo.live.1\n"), ("wrong", "401 undefined\n")):
                done = subprocess.run([DEPS / "playwright/node", "-e", WEB_SOCKET, f"https://localhost:{haproxy.port}", key],
                                      capture_output=True, text=True, timeout=30, check=True)
                assert done.stdout == expected
        finally:
            haproxy.kill()


def test_it_is_stopped_when_all_has_ended(balancer):
    with socket.create_connection(("127.0.0.1", balancer.haproxy.port)) as client:
        client.sendall(b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        time.sleep(0.5)
        balancer.haproxy.process.send_signal(getattr(signal, f"SIG{balancer.haproxy.stop_signal}"))
        with pytest.raises(OSError):
            wait_until(lambda: not socket.create_connection(("127.0.0.1", balancer.haproxy.port)).close() and False, 10)
        client.sendall(b"}")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert balancer.haproxy.process.wait(10) == 0


def reload(haproxy: HaProxy) -> subprocess.Popen:
    """The process of before."""
    old = haproxy.process
    haproxy.command += ["-x", str(haproxy.socket), "-sf", str(old.pid)]
    haproxy.start()
    return old


def test_what_is_under_way_goes_on_while_a_new_process_takes_over(balancer):
    balancer.haproxy.command_line("set server api/canary1 weight 11")
    with socket.create_connection(("127.0.0.1", balancer.haproxy.port)) as client:
        client.sendall(b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        time.sleep(0.5)
        old = reload(balancer.haproxy)
        time.sleep(31)  # in which nobody ends who has half a minute
        client.sendall(b"}")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert old.wait(10) == 0
    # The weights are those of the file again, as full.md says.
    assert balancer.haproxy.command_line("get weight api/canary1").startswith("0 ")


def test_a_new_process_takes_over_without_refusing_anybody(balancer):
    told, stop = [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            told.append(balancer.served())

    asking = threading.Thread(target=ask)
    asking.start()
    assert reload(balancer.haproxy).wait(30) == 0
    wait_until(lambda before=len(told): len(told) > before + 50, 20)
    stop.set()
    asking.join()
    assert all(told)


# ---- On a machine of one's own: Debian's unit with the drop-in of deploy/, as systemd would start it

UNIT, DROP_IN = Path("/lib/systemd/system/haproxy.service"), DEPLOY / "haproxy/haproxy.service.conf"


def settings() -> dict[str, str]:
    """What is said last counts; variables of the environment each for itself."""
    said = re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8") + DROP_IN.read_text(encoding="utf-8"), re.MULTILINE)
    variables = [variable for name, value in said if name == "Environment" for variable in re.findall(r'"(\w+)=([^"]*)"', value)]
    return {**dict(said), **dict(variables)}


@pytest.mark.parametrize(("old", "new", "sound"), [("", "", True), ("User=haproxy", "Usr=haproxy", False), ("ProtectSystem=strict", "ProtectSystem=tight", False)])
def test_systemd_takes_the_unit(tmp_path, old, new, sound):
    (tmp_path / "haproxy.service.d").mkdir()
    shutil.copy(UNIT, tmp_path)
    text = DROP_IN.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "haproxy.service.d/plyo.conf").write_text(text.replace(old, new), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / "haproxy.service"], capture_output=True, text=True, check=False, timeout=240)
    assert (done.returncode == 0 and done.stderr == "") == sound, done.stderr


@pytest.fixture
def own_machine():
    """A folder that the user haproxy may enter, with one of his own in the place of RuntimeDirectory."""
    with tempfile.TemporaryDirectory(prefix="plyo_haproxy_", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "run").mkdir()
        shutil.chown(folder / "run", "haproxy", "haproxy")
        shutil.copy(DEPLOY / "haproxy/haproxy.cfg", folder)
        yield folder


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_its_tables_are_bounded_and_a_customer_of_ipv6_is_his_network():
    text = (DEPLOY / "haproxy/haproxy.cfg").read_text(encoding="utf-8")
    assert re.search(r"^  fd-hard-limit \d{4,5}$", text, re.MULTILINE), "where files are without limit it asks for memory for all of them"
    assert "track-sc0 src,ipmask(32,64)" in text


def test_haproxy_is_not_root_and_takes_a_new_certificate_by_a_signal(own_machine):
    unit = settings()
    may = unit["AmbientCapabilities"].removeprefix("CAP_").lower()
    assert unit["CapabilityBoundingSet"] == unit["AmbientCapabilities"] and unit["NoNewPrivileges"] == "true"
    [program] = [line for line in UNIT.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    own = {"CONFIG": str(own_machine / "haproxy.cfg"), **{name: unit[name].replace("/run/haproxy/", f"{own_machine}/run/") for name in ("PIDFILE", "EXTRAOPTS")}}
    command = re.sub(r"\$(\w+)", lambda name: own[name[1]], program.removeprefix("ExecStart=")).split()
    assert not [word for word in command if word.startswith("/run")], "root's places"

    def certified() -> bytes:
        chain = Path(chain_in(own_machine))
        shutil.chown(chain, "root", "haproxy")
        chain.chmod(0o640)
        return ssl.PEM_cert_to_DER_cert((own_machine / "cert.pem").read_text(encoding="utf-8"))

    first = certified()
    door = ("127.77.3.5", 443)  # that port, on an address that nobody else has
    env = {**os.environ, "LISTEN": f"{door[0]}:{door[1]}", "TLS_CERT": str(own_machine / "chain.pem"), "METRICS_LISTEN": f"{door[0]}:8405", "ADMIN_SOCKET": str(own_machine / "run/admin.sock")}
    process = subprocess.Popen(["setpriv", f"--reuid={unit['User']}", f"--regid={unit['Group']}", "--init-groups", f"--inh-caps=-all,+{may}", f"--ambient-caps=-all,+{may}",
                                f"--bounding-set=-all,+{may}", "--no-new-privs", *command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def served() -> bytes:
        with contextlib.suppress(OSError):
            return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(door, timeout=5))
        return b""

    try:
        wait_until(lambda: served() == first, 20)
        workers = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout.split()
        for one in (str(process.pid), *workers):
            status = Path(f"/proc/{one}/status").read_text(encoding="utf-8")
            assert set(re.search(r"^Uid:\t(.*)$", status, re.MULTILINE)[1].split()) == {str((own_machine / "run").stat().st_uid)}
            assert int(re.search(r"^CapEff:\t(.*)$", status, re.MULTILINE)[1], 16) == 1 << 10  # to bind ports below 1024
        second = certified()  # into the same file, as with the one file that a container has
        assert second != first and served() == first
        process.send_signal(signal.SIGUSR2)
        wait_until(lambda: served() == second, 20)
        def stopped() -> bool:  # a master that has just begun anew may not hear it
            process.send_signal(getattr(signal, unit["KillSignal"]))
            return process.poll() is not None
        wait_until(stopped, 30)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait(30)
