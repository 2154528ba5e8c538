"""The settings of `plyo serve`: flags before the environment before the file; and what is wrong with them."""

import hashlib
import json
import os
import subprocess

import pytest
from serve_support import KEY, binary, run, serving


def settings(*arguments, env=None) -> dict[str, str]:
    ended = run(*arguments, "--print-config", env=env)
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if "=" in line and not line.startswith(("#", ";"))]
    return {name.split(".")[-1]: value.strip('"') for name, value in (line.split("=", 1) for line in lines)}


def test_flags_go_before_the_environment_before_the_file(tmp_path):
    file = tmp_path / "plyo.toml"
    file.write_text('port = 1001\nlisten = "127.0.0.2"\nlan = true\nidle-timeout = 7.5\nallow-host = ["a.example", "b.example"]\n',
                    encoding="utf-8")
    assert settings()["port"] == "8080"
    from_file = settings("--config", file)
    assert (from_file["port"], from_file["listen"], from_file["lan"]) == ("1001", "127.0.0.2", "true")
    assert float(from_file["idle-timeout"]) == 7.5 and "b.example" in from_file["allow-host"]
    env = {"PLYO_PORT": "1002", "PLYO_LISTEN": "127.0.0.3"}
    from_env = settings("--config", file, env=env)
    assert (from_env["port"], from_env["listen"]) == ("1002", "127.0.0.3")
    assert settings("--config", file, "--port", "1003", env=env)["port"] == "1003"


def test_what_is_printed_can_be_read_again(tmp_path):
    file = tmp_path / "plyo.toml"
    file.write_text(run("--port", "1004", "--behind-proxy", "--print-config").stdout, encoding="utf-8")
    assert settings("--config", file) == settings("--port", "1004", "--behind-proxy")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1\n", "there is no setting 'prot'"),
        ("port = many\n", "port"),
        ("port = 70000\n", "port"),
        ("lan = maybe\n", "'lan' is true or false"),
        ("[serve]\nport = 1\n", "there is no setting"),
        ("print-config = true\n", "there is no setting 'print-config'"),
    ],
)
def test_a_wrong_file_is_status_1_and_says_where(tmp_path, text, message):
    file = tmp_path / "plyo.toml"
    file.write_text(text, encoding="utf-8")
    ended = run("--config", file, "--print-config")
    assert ended.returncode == 1 and message in ended.stderr and str(file) in ended.stderr and ended.stdout == ""


def test_what_the_settings_name_is_looked_at_before_it_serves(tmp_path):
    certificate, key, keys, file = (tmp_path / name for name in ("tls.crt", "tls.key", "keys", "plyo.toml"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=coach.example",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    keys.write_text(run("--hash-key", text=KEY).stdout, encoding="utf-8")
    file.write_text(f'data = "{tmp_path}/data"\nlisten = "0.0.0.0"\nrecord = "{tmp_path}/record"\ntls-cert = "{certificate}"\ntls-key = "{key}"\n'
                    f'keys = "{keys}"\n', encoding="utf-8")

    def wrong(*arguments: object) -> str:
        ended = run("--config", file, *arguments, "--check-config")
        assert ended.returncode in (1, 2) and ended.stdout == ""
        return ended.stderr

    fine = run("--config", file, "--check-config")
    assert (fine.returncode, fine.stdout, fine.stderr) == (0, "", "")
    assert "address" in wrong("--listen", "nowhere")
    assert f"--tls-cert {tmp_path}/tls.crl: " in wrong("--tls-cert", tmp_path / "tls.crl")
    assert f"--tls-key {certificate}: " in wrong("--tls-key", certificate)
    assert f"{tmp_path}/key" in wrong("--keys", tmp_path / "key")
    assert f"{tmp_path}/plans.json" in wrong("--plans", tmp_path / "plans.json")
    keys.write_text("", encoding="utf-8")
    assert "needs --keys" in wrong()
    assert run("--lan", "--data", tmp_path / "data", "--check-config").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"tls.crt", "tls.key", "keys", "plyo.toml"}, "it makes nothing"


def test_surroundings_that_fail_are_named(tmp_path):
    assert "there is no such file" in run("--config", tmp_path / "none").stderr
    (tmp_path / "file").touch()
    ended = run("--data", tmp_path / "file", "--port", "0", "--metrics-port", "-1")
    assert ended.returncode == 2 and str(tmp_path / "file") in ended.stderr
    ended = run("--data", tmp_path / "d", "--listen", "nowhere", "--metrics-port", "-1")
    assert "--listen nowhere: not an IP address" in ended.stderr
    (tmp_path / "keys").write_text(KEY, encoding="utf-8")
    ended = run("--data", tmp_path / "d", "--keys", tmp_path / "keys", "--metrics-port", "-1")
    assert "keys:1" in ended.stderr and KEY not in ended.stderr


def test_keys_are_hashed():
    assert run("--hash-key", text=KEY + "\n").stdout == f"sha256:{hashlib.sha256(KEY.encode()).hexdigest()}\n"
    short = run("--hash-key", text="secret\n")
    assert short.returncode == 1 and "can be guessed" in short.stderr and "secret" not in short.stderr


def test_admin_works_on_the_store_of_the_service_with_the_same_settings(tmp_path):
    file, plans = tmp_path / "plyo.toml", tmp_path / "plans.json"
    plans.write_text(json.dumps({"free": {}, "school": {}}), encoding="utf-8")
    file.write_text(f'data = "{tmp_path}/data"\nmaster-key-file = "{tmp_path}/master"\nplans = "{plans}"\nport = 0\nlan = false\n', encoding="utf-8")

    def admin(*arguments: object, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run([binary(), "admin", *map(str, arguments)], capture_output=True, text=True, check=False,
                              env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "elsewhere"), **env})

    made = admin("create-key", "--name", "laptop", PLYO_CONFIG=str(file))
    assert made.returncode == 0, made.stderr
    with serving(tmp_path, "--config", file, "--allow-private-addresses") as server:
        answer, _ = server.request("/v1/analyses", Authorization=f"Bearer {made.stdout.strip()}")
        assert answer.status == 200
    assert admin("create-organization", "--name", "A school", "--plan", "school", "--config", file).returncode == 0
    assert not (tmp_path / "elsewhere").exists()
    # A flag goes before the file, and a file with a mistake is no file without it.
    assert str(tmp_path / "other") in admin("tenants", "--config", file, "--data", tmp_path / "other").stderr
    file.write_text(f'data = "{tmp_path}/data"\ndatabase-file = "{tmp_path}/database"\n', encoding="utf-8")
    elsewhere = admin("check", "--config", file, "--database", "postgres://nobody@127.0.0.1:1/none").stderr
    assert "exclude each other" not in elsewhere and "127.0.0.1" in elsewhere
    file.write_text(f'date = "{tmp_path}/data"\n', encoding="utf-8")
    wrong = admin("create-key", "--name", "laptop", "--config", file)
    assert wrong.returncode == 1 and "there is no setting 'date'" in wrong.stderr and wrong.stdout == ""
