"""Who may call `plyo serve`, by which name and from which page; and what it serves to whom."""

import asyncio
import http.client
import json
import ssl
import urllib.parse

import pytest
import websockets
from serve_support import HELLO, KEY, Server, connected, media, run, serving, session

BEARER = f"Bearer {KEY}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("access")) as running:
        yield running


async def refusal(server: Server, **options) -> int:
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        async with connected(server, **options):
            pass
    return refused.value.status_code


def problem(answer) -> tuple[int, str]:
    response, content = answer
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(content)
    assert body["status"] == response.status and body["detail"] and body["title"] and body["instance"]
    return response.status, body["code"]


def test_the_printed_address_opens_one_browser_once(server: Server):
    address = urllib.parse.urlsplit(server.address())
    assert address.netloc == server.host
    path = f"{address.path}?{address.query}"
    token = address.query.removeprefix("token=")
    response, _ = server.request(path)
    assert response.status == 303 and response.headers["Location"] == "/"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and token not in cookie
    cookie = cookie.split(";")[0]
    assert server.request("/", Cookie=cookie)[0].status == 200
    assert server.request("/v1/catalogue", Cookie=cookie)[0].status == 200
    assert problem(server.request(path)) == (401, "unauthorized"), "a token opens once"
    assert server.request(path, Cookie=cookie)[0].status == 303, "but a reload does no harm"
    second = urllib.parse.urlsplit(server.address())
    assert second.query != address.query
    assert token not in str(server.log) and cookie.split("=")[1] not in str(server.log)

    async def live():
        headers = {"Cookie": cookie}
        async with websockets.connect(server.url, subprotocols=["plyo.live.1"], origin=f"http://{server.host}",
                                      extra_headers=headers) as socket:
            await socket.send(json.dumps(HELLO))
            assert json.loads(await socket.recv())["type"] == "welcome"
        with pytest.raises(websockets.InvalidStatusCode):
            async with websockets.connect(server.url, subprotocols=["plyo.live.1"], origin="http://evil.example",
                                          extra_headers=headers):
                pass

    asyncio.run(live())


def test_a_page_elsewhere_that_is_allowed_may_call_and_read(tmp_path):
    page, other = "https://club.example", "https://evil.example"
    with serving(tmp_path, "--allow-origin", page) as server:
        def asked(path: str, method: str = "GET", **headers):
            return server.request(path, method=method, **headers)[0]

        preflight = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match,plyo-version"}
        answer = asked("/v1/athletes", "OPTIONS", Origin=page, **preflight)
        assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == page
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"] and {"If-Match", "Plyo-Version"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))
        assert "Access-Control-Allow-Credentials" not in answer.headers, "a page elsewhere has a key of its own"
        for status, authorization in ((200, BEARER), (401, "Bearer no")):
            answer = asked("/v1/catalogue", Origin=page, Authorization=authorization)
            assert answer.status == status and answer.headers["Access-Control-Allow-Origin"] == page
            assert "ETag" in answer.headers["Access-Control-Expose-Headers"] and answer.headers["Vary"] == "Origin"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        for method in ("OPTIONS", "GET"):
            answer = asked("/v1/catalogue", method, Origin=other, Authorization=BEARER, **preflight)
            assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
        large = asked("/v1/athletes", "POST", Origin=page, Authorization=BEARER, Content_Type="application/json", Content_Length=str(1 << 30))
        assert large.status == 413 and large.headers["Access-Control-Allow-Origin"] == page, "a page may read why, whatever was read of its request"
        own = asked("/v1/catalogue", Authorization=BEARER)
        assert own.status == 200 and "Access-Control-Allow-Origin" not in own.headers


def test_without_a_key_there_is_health_alone(server: Server):
    for path in ("/healthz", "/readyz", "/version"):
        assert server.request(path)[0].status == 200
    for path in ("/", "/v1/catalogue", "/v1/sessions/x", "/v1/nothing"):
        response, content = server.request(path)
        assert problem((response, content)) == (401, "unauthorized")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    for wrong in ("Bearer ", f"Bearer {KEY}0", f"Basic {KEY}", KEY):
        for method in ("GET", "HEAD"):  # by the latter a page asks why it got no socket
            assert server.request("/v1/catalogue", method, Authorization=wrong)[0].status == 401
    assert asyncio.run(refusal(server, key=None)) == 401
    assert asyncio.run(refusal(server, key=KEY[:-1] + "0")) == 401
    assert asyncio.run(refusal(server, key=None, protocols=("plyo.live.1", "plyo.token.no"))) == 401


def test_a_key_may_come_as_a_protocol(server: Server):
    async def live():
        async with connected(server, key=None, protocols=("plyo.live.1", f"plyo.token.{KEY}")) as client:
            assert client.socket.subprotocol == "plyo.live.1"
            await client.say(HELLO)
            await client.until("welcome")

    asyncio.run(live())
    assert asyncio.run(refusal(server, protocols=("other",))) == 400


def test_who_scrapes_from_another_machine_gets_the_figures(tmp_path):
    with serving(tmp_path, "--metrics-listen", "0.0.0.0") as server:
        for host, status in (("10.0.0.5:9464", 200), ("localhost:9464", 200), ("evil.example:9464", 403)):
            assert server.request("/metrics", port=server.metrics_port, Host=host)[0].status == status, host
        assert server.request("/version", Host="10.0.0.5:8080", Authorization=BEARER)[0].status == 403, "it serves this machine alone"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "192.168.0.9", "", "localhost.evil.example"])
def test_a_foreign_host_is_refused(server: Server, host):
    for path in ("/", "/version", "/v1/catalogue"):
        assert problem(server.request(path, Host=host, Authorization=BEARER)) == (403, "forbidden_origin")
    assert server.request("/metrics", port=server.metrics_port, Host=host)[0].status == 403

    # By hand: `websockets` would add its own Host to this one.
    upgrade = server.request("/v1/live", Host=host, Authorization=BEARER, Connection="Upgrade", Upgrade="websocket",
                             Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==", Sec_WebSocket_Version="13",
                             Sec_WebSocket_Protocol="plyo.live.1")
    assert problem(upgrade) == (403, "forbidden_origin")


def test_a_second_host_is_refused(server: Server):
    async def live():
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async with websockets.connect(server.url, subprotocols=["plyo.live.1"],
                                          extra_headers={"Authorization": BEARER, "Host": "evil.example"}):
                pass
        return refused.value.status_code

    assert asyncio.run(live()) == 403


def test_a_foreign_origin_is_refused(server: Server):
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"https://{server.host}"):
        assert asyncio.run(refusal(server, origin=origin)) == 403
        assert problem(server.request("/v1/catalogue", Origin=origin, Authorization=BEARER)) == (403, "forbidden_origin")
    assert server.request("/v1/catalogue", Origin=f"http://{server.host}", Authorization=BEARER)[0].status == 200


def test_the_page_is_served_with_its_headers(server: Server):
    response, content = server.request("/", Authorization=BEARER)
    assert response.status == 200 and b"Plyo" in content
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert server.request("/", Authorization=BEARER, If_None_Match=response.headers["ETag"])[0].status == 304
    script, _ = server.request("/assets/app.js")
    assert script.headers["Content-Type"].startswith("text/javascript") and "immutable" in script.headers["Cache-Control"]
    assert server.request("/pose.wasm")[0].headers["Content-Type"] == "application/wasm"
    head, content = server.request("/pose.wasm", method="HEAD")
    assert head.status == 200 and head.headers["Content-Length"] == "4" and content == b""
    assert server.request("/pose.wasm", method="POST")[0].status == 405


@pytest.mark.parametrize("path", ["/../keys", "/%2e%2e/keys", "/assets/../../keys", "//etc/passwd", "/assets", "/x", "/assets/"])
def test_nothing_else_is_served(server: Server, path):
    assert problem(server.request(path)) == (404, "file_not_found")


def test_routes_answer_what_they_promise(server: Server):
    assert server.get_json("/v1/catalogue")["schema"] == "plyo.catalogue/1"
    assert server.get_json("/version") == {"version": "0.0.0-test", "protocol": "plyo.live.1"}
    assert problem(server.request("/v1/sessions/none", Authorization=BEARER)) == (404, "session_not_found")
    assert problem(server.request("/v1/live", Authorization=BEARER)) == (400, "protocol_error")
    assert server.request("/metrics")[0].status == 404, "figures are for the operators' port"
    assert b"plyo_live_sessions" in server.request("/metrics", port=server.metrics_port)[1]

    async def live():
        async with session(server) as client:
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            name = client.welcome["session"]
            assert problem(server.request(f"/v1/sessions/{name}/files/report.html", Authorization=BEARER))[0] == 404, "it goes on"
            await client.say({"type": "end"})
            assert await client.closed() == 1000
            return name

    name = asyncio.run(live())
    response, content = server.request(f"/v1/sessions/{name}/files/report.html", Authorization=BEARER)
    assert response.status == 200 and content.startswith(b"<!doctype html>"), "its report"
    assert response.headers["Content-Disposition"] == f'attachment; filename="plyo-{name}-report.html"'
    assert problem(server.request(f"/v1/sessions/{name}/files/x.exe", Authorization=BEARER))[0] == 404
    response, content = server.request(f"/v1/sessions/{name}/files/metrics.csv", Authorization=BEARER)
    assert response.headers["Content-Type"].startswith("text/csv")
    assert content.decode().splitlines()[1] == f"{name},,1,1,jump_height,0.31,m,0.01,,"


def test_a_trace_is_carried_through(server: Server):
    trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
    assert server.request("/healthz", traceparent=trace)[0].headers["Traceparent"] == trace
    made = server.request("/healthz", traceparent="00-nonsense")[0].headers["Traceparent"]
    assert made != "00-nonsense" and len(made) == 55

    async def live():
        async with websockets.connect(server.url, subprotocols=["plyo.live.1"],
                                      extra_headers={"Authorization": BEARER, "traceparent": trace}) as socket:
            await socket.send(json.dumps(HELLO))
            return json.loads(await socket.recv())["session"]

    name = asyncio.run(live())
    assert server.wait_for("live_connection_joined", session=name)["traceparent"] == trace


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--listen", "0.0.0.0"], "needs --keys"),
        (["--listen", "0.0.0.0", "--keys", "{keys}"], "needs --tls-cert"),
        (["--behind-proxy"], "--behind-proxy needs --keys"),
        (["--tls-cert", "x"], "go together"),
        (["--lan", "--behind-proxy"], "--lan"),
    ],
)
def test_nothing_is_opened_to_strangers(tmp_path, arguments, message):
    keys = tmp_path / "keys"
    keys.write_text(run("--hash-key", text=KEY).stdout, encoding="utf-8")
    arguments = [a.format(keys=keys) for a in arguments]
    ended = run("--port", "0", "--metrics-port", "-1", "--data", tmp_path, *arguments)
    assert ended.returncode == 1 and message in ended.stderr and ended.stdout == ""


def test_behind_a_proxy_keys_alone_open(tmp_path):
    with serving(tmp_path, "--behind-proxy", "--allow-host", "plyo.example") as server:
        assert server.request("/", Host="plyo.example")[0].status == 200, "the page asks for the key itself"
        response, _ = server.request("/v1/catalogue", Host="plyo.example", Origin="https://plyo.example", Authorization=BEARER)
        assert response.status == 200
        assert "token" not in server.address()


def test_a_browser_signs_in_by_a_key(tmp_path):
    with serving(tmp_path, "--behind-proxy", "--allow-host", "plyo.example") as server:
        def ask(path: str, key: object = None, **headers):
            body = None if key is None else json.dumps({"key": key})
            return server.request(path, method="POST" if key is not None else "GET", body=body, Host="plyo.example", **headers)

        assert problem(ask("/sign-in", KEY + "0")) == (401, "unauthorized")
        assert problem(ask("/sign-in", "plyo_live_no_key")) == (401, "unauthorized")
        assert problem(ask("/sign-in", "a\r\nb")) == (401, "unauthorized")
        assert problem(ask("/sign-in", 7)) == (400, "invalid_argument")
        assert problem(ask("/sign-in", KEY, Origin="https://evil.example")) == (403, "forbidden_origin")
        response, content = ask("/sign-in")
        assert problem((response, content)) == (405, "method_not_allowed") and response.headers["Allow"] == "POST, DELETE"
        assert "Secure" not in ask("/sign-in", KEY)[0].headers["Set-Cookie"]
        response, content = ask("/sign-in", KEY, Origin="https://plyo.example", X_Forwarded_Proto="https")
        given = response.headers["Set-Cookie"]
        assert response.status == 204 and content == b"" and KEY not in given
        assert all(word in given for word in ("; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/"))
        cookie = given.split(";")[0]
        assert ask("/v1/catalogue", Cookie=cookie)[0].status == 200
        assert ask("/v1/catalogue", Cookie=cookie + "0")[0].status == 401
        assert problem(ask("/v1/catalogue", Cookie=cookie, Origin="https://evil.example")) == (403, "forbidden_origin")
        over = server.request("/sign-in", method="DELETE", Host="plyo.example", Cookie=cookie)[0]
        assert over.status == 204 and "Max-Age=0" in over.headers["Set-Cookie"]
        assert KEY not in str(server.log) and cookie.split("=", 1)[1] not in str(server.log)
    with serving(tmp_path, "--behind-proxy", "--allow-host", "plyo.example") as server:
        assert server.request("/v1/catalogue", Host="plyo.example", Cookie=cookie)[0].status == 200, "another instance of the store"


def test_the_lan_has_a_certificate_of_its_own_and_a_code(tmp_path):
    tls = tmp_path / "data/tls"
    with serving(tmp_path, "--lan", keys=False) as server:
        address = urllib.parse.urlsplit(server.address())
        assert address.scheme == "https"
        certificate, authority = tls / "certificate.pem", tls / "authority.pem"
        for key in ("key.pem", "authority_key.pem"):
            assert (tls / key).stat().st_mode & 0o777 == 0o600
        given = http.client.HTTPSConnection("localhost", server.port, context=ssl._create_unverified_context(), timeout=60)
        given.request("GET", "/certificate.crt")
        answer = given.getresponse()
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/x-x509-ca-cert", "before anybody signed in"
        assert answer.read() == authority.read_bytes() and b"PRIVATE" not in authority.read_bytes()
        trust = ssl.create_default_context(cafile=str(authority))
        trust.verify_flags |= ssl.VERIFY_X509_STRICT
        # OpenSSL checks the name against the certificate, too.
        connection = http.client.HTTPSConnection("localhost", server.port, context=trust, timeout=60)
        connection.request("GET", f"/?{address.query}")
        response = connection.getresponse()
        assert response.status == 303 and "; Secure" in response.headers["Set-Cookie"]
        cookie = response.headers["Set-Cookie"].split(";")[0]

        async def live():
            url = f"wss://localhost:{server.port}/v1/live"
            async with websockets.connect(url, ssl=trust, subprotocols=["plyo.live.1"],
                                          origin=f"https://localhost:{server.port}",
                                          extra_headers={"Cookie": cookie}) as socket:
                await socket.send(json.dumps(HELLO))
                assert json.loads(await socket.recv())["type"] == "welcome"

        asyncio.run(live())
        before, trusted = certificate.read_bytes(), authority.read_bytes()
    with serving(tmp_path, "--lan", keys=False):
        assert certificate.read_bytes() == before, "is kept"
    (tls / "names.txt").write_text("IP:10.9.8.7", encoding="utf-8")
    with serving(tmp_path, "--lan", keys=False):
        assert certificate.read_bytes() != before and authority.read_bytes() == trusted, "another address is no matter for the phone"
    with serving(tmp_path) as server:
        assert server.request("/certificate.crt")[0].status == 404, "of --lan alone"
