"""Where the keys of S3 come from, beside the environment: a file, and the role of a container, which lends them for a time."""

import datetime
import http.server
import json
import threading
import time

import pytest
from engines import S3_KEYS
from platform_support import Installation
from serve_support import run
from servers import BUCKET, S3, missing

NONE = dict.fromkeys(S3_KEYS, "")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    if why := missing():
        pytest.skip(why)
    store = S3(tmp_path_factory.mktemp("s3"))
    store.start()
    yield ["--blobs", f"s3://{BUCKET}", "--s3-endpoint", store.url]
    store.kill()


def refused(places: list, folder, env: dict) -> str:
    ended = run("--data", folder / "refused", "--port", "0", "--metrics-port", "-1", *places, env=env)
    assert ended.returncode in (1, 2) and S3_KEYS["AWS_SECRET_ACCESS_KEY"] not in ended.stderr, ended
    return ended.stderr


class Lender(http.server.BaseHTTPRequestHandler):
    """Does what an agent of ECS or EKS does."""
    lent_s: float
    asked: int
    away: bool

    def do_GET(self) -> None:
        Lender.asked += 1
        if self.away or self.headers["Authorization"] != "of-the-pod":
            self.send_error(500 if self.away else 403)
            return
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.lent_s)
        content = json.dumps({"AccessKeyId": S3_KEYS["AWS_ACCESS_KEY_ID"], "SecretAccessKey": S3_KEYS["AWS_SECRET_ACCESS_KEY"],
                              "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def lender(tmp_path):
    """The environment that it gives to a container."""
    Lender.lent_s, Lender.asked, Lender.away = 3600.0, 0, False
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lender)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "token").write_text("of-the-pod\n", encoding="utf-8")
    yield {**NONE, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
           "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}/v1/credentials"}
    server.shutdown()
    server.server_close()


def test_keys_that_are_lent_are_renewed(places, lender, tmp_path):
    Lender.lent_s = 60  # less than they are renewed before, so that each use asks
    with Installation(tmp_path / "service") as service:
        service.places, service.arguments, service.env = places, places, lender
        api = service.api(service.serve())
        assert api.wait(api.fixture())["status"] == "completed"
        asked = Lender.asked
        Lender.away = True
        assert api.wait(api.fixture())["status"] == "completed", "the last ones are still good"
        assert Lender.asked > asked
        Lender.away, Lender.lent_s = False, 3600.0
        time.sleep(5.5)  # so long it waits after a failure
        assert api.wait(api.fixture())["status"] == "completed"
        asked = Lender.asked
        assert api.wait(api.fixture())["status"] == "completed" and Lender.asked == asked, "an hour is long"


def test_a_lender_that_lends_nothing_is_named(places, lender, tmp_path):
    (tmp_path / "token").write_text("of-another", encoding="utf-8")
    assert "/v1/credentials answers 403" in refused(places, tmp_path, lender)
    (tmp_path / "token").unlink()
    assert "token: cannot be read" in refused(places, tmp_path, lender)
    assert "by HTTPS" in refused(places, tmp_path, {**lender, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://keys.example/"})


def test_keys_may_stand_in_a_file(places, tmp_path):
    file = tmp_path / "keys of S3"
    env = {**NONE, "AWS_SHARED_CREDENTIALS_FILE": str(file)}
    assert "cannot be read" in refused(places, tmp_path, env)
    keys = f"aws_access_key_id = {S3_KEYS['AWS_ACCESS_KEY_ID']}\naws_secret_access_key={S3_KEYS['AWS_SECRET_ACCESS_KEY']}\n"
    file.write_text("[plyo]\n" + keys, encoding="utf-8")
    assert "under [default]" in refused(places, tmp_path, env)
    with Installation(tmp_path / "service") as service:
        service.places, service.arguments, service.env = places, places, {**env, "AWS_PROFILE": "plyo"}
        api = service.api(service.serve())
        assert api.wait(api.fixture())["status"] == "completed"
    file.write_text("[default]\n" + keys.replace("key=", "key=x"), encoding="utf-8")
    assert "SignatureDoesNotMatch" in refused(places, tmp_path, env)


def test_without_any_it_says_where_they_may_stand(places, tmp_path):
    said = refused(places, tmp_path, NONE)
    assert "AWS_ACCESS_KEY_ID" in said and "AWS_SHARED_CREDENTIALS_FILE" in said
