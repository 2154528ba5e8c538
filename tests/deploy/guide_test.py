"""The commands of the operator's pages: those of upgrade.md and data_protection.md run word for word against a real server. Those of guide.md want a
bare machine (tests/deploy/guide); here they are only read."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import websockets
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/service"))
from engines import free_port
from serve_support import binary

PAGES = ROOT / "docs/operate"
# What starts services here. The page says `service plyo restart`, as on a machine that has an init.
SERVICE = """#!/usr/bin/env bash
set -euo pipefail
[ "$1" = plyo ]
if [[ $2 != start ]]; then
  kill "$(cat "$RUN/pid")"
  while kill -0 "$(cat "$RUN/pid")" 2>/dev/null; do sleep 0.1; done
fi
if [[ $2 != stop ]]; then
  setsid plyo serve --config "$CONFIG" </dev/null >>"$RUN/log" 2>&1 &
  echo $! >"$RUN/pid"
fi
"""


def blocks(text: str) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(script: str, folder: Path, env: dict) -> subprocess.CompletedProcess:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=240)


@pytest.fixture
def machine(tmp_path):
    """A server as a service, and where the pages say that things are."""
    port = free_port()
    programs, data = tmp_path / "bin", tmp_path / "data"
    programs.mkdir()
    (programs / "plyo").symlink_to(Path(binary()).resolve())
    (programs / "service").write_text(SERVICE, encoding="utf-8")
    (programs / "service").chmod(0o755)
    (tmp_path / "keys").touch()
    (tmp_path / "plyo.toml").write_text(f'data = "{data}"\nport = {port}\nmetrics-port = {free_port()}\nworkers = 1\nkeys = "{tmp_path}/keys"\n', encoding="utf-8")
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "RUN": str(tmp_path), "CONFIG": str(tmp_path / "plyo.toml"), "DATA": str(data),
           "KEYS": str(tmp_path / "keys"), "URL": f"http://127.0.0.1:{port}"}
    for name, mode in (("KEY", []), ("TEST_KEY", ["--test"])):
        env[name] = subprocess.run([binary(), "admin", "create-key", *mode, "--name", name, "--data", data], capture_output=True, text=True, check=True).stdout.strip()
    started = run("service plyo start; until curl -sf $URL/readyz; do sleep 0.2; done", tmp_path, env)
    assert started.returncode == 0, started.stderr
    work = tmp_path / "work"
    work.mkdir()
    yield work, env
    run("service plyo stop", tmp_path, env)


async def live_session(env: dict) -> None:
    """One that nobody can be found by: opened by a key, without an athlete."""
    async with websockets.connect(env["URL"].replace("http", "ws") + "/v1/live", subprotocols=["plyo.live.1"],
                                  extra_headers={"Authorization": f"Bearer {env['TEST_KEY']}"}) as socket:
        await socket.send(json.dumps({"type": "hello", "sport": "cmj", "media": {"codec": "landmarks", "width": 640, "height": 480, "fps": 30}}))
        assert json.loads(await socket.recv())["type"] == "welcome"
        await socket.send(json.dumps({"type": "end"}))
        await socket.wait_closed()


def follow(name: str, machine, change=lambda text: text) -> subprocess.CompletedProcess:
    work, env = machine
    key = "TEST_KEY" if name == "data_protection.md" else "KEY"  # it analyses a fixture
    return run("\n".join(blocks(change((PAGES / name).read_text(encoding="utf-8")))), work, {**env, "KEY": env[key], "LIVE_KEY": env["KEY"]})


def test_data_is_given_out_and_deleted_as_the_page_says(machine):
    work, env = machine
    asyncio.run(live_session(env))
    done = follow("data_protection.md", machine)
    assert done.returncode == 0, done.stdout + done.stderr
    exported = json.loads((work / "export.json").read_text(encoding="utf-8"))
    assert exported["athlete"]["external_id"] == "club-7" and exported["analyses"][0]["result"]["sport"] == "cmj"
    analysis = exported["analyses"][0]["analysis"]["id"]
    assert {f"{analysis}-report.html", f"{analysis}-result.json"} <= {path.name for path in work.iterdir()}
    left = run("plyo admin check --data $DATA", work, env)
    assert left.stdout.startswith("0 athletes, 0 analyses, 0 sessions") and left.returncode == 0, left


def test_secrets_are_renewed_and_backups_restored_as_the_page_says(machine):
    work, env = machine
    api = """api() { curl -sSf -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; }; """
    athlete = run(api + """api $URL/v1/athletes -d '{"name": "Ada"}' | jq -r .id""", work, env).stdout.strip()
    done = follow("upgrade.md", machine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 athletes" in done.stdout and (work / "webhook.secret").read_text(encoding="utf-8").startswith("whsec_")
    again = run(api + f"api $URL/v1/athletes/{athlete} | jq -r .name; KEY=$(cat operator.key) api $URL/v1/catalogue | jq -r .schema", work, env)
    assert again.stdout.split() == ["Ada", "plyo.catalogue/1"], again
    assert run('curl -s -o /dev/null -w "%{http_code}" -H "Authorization: Bearer $(cat dashboard.key)" $URL/v1/analyses', work, env).stdout == "401"


def test_the_backup_of_each_night_makes_room_before_and_tells_where_it_fails(machine, tmp_path):
    env, backups = machine[1], tmp_path / "var/plyo"
    text = re.search(r"^cat >(/etc/cron.daily/\S+) <<'END'\n(.*?)^END$", (PAGES / "guide.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[2]
    script = tmp_path / "plyo-backup"
    script.write_text(text.replace("/var/backups", str(tmp_path / "var")).replace("/var/lib/plyo", env["DATA"]), encoding="utf-8")
    script.chmod(0o755)
    (tmp_path / "bin/amtool").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{tmp_path}/told\n', encoding="utf-8")
    (tmp_path / "bin/amtool").chmod(0o755)
    for day in range(1, 21):
        (backups / f"2026-01-{day:02}").mkdir(parents=True)
    (backups / "unfinished").mkdir()
    (backups / "unfinished/plyo.db").touch()

    def nightly() -> tuple[int, list[str]]:
        return run(str(script), tmp_path, env).returncode, sorted(path.name for path in backups.iterdir())

    status, kept = nightly()
    assert status == 0 and len(kept) == 14 and kept[0] == "2026-01-08" and not (tmp_path / "told").exists()
    assert (backups / kept[-1] / "plyo.db").exists() and (tmp_path / "var/plyo-keys/keys.db").exists()
    assert nightly() == (0, kept[1:]), "of one day the newest stays"
    # The disk is full, for weeks: there is room before it begins and after it has failed, and what there is stays.
    (tmp_path / "bin/plyo").unlink()
    (tmp_path / "bin/plyo").write_text(f"#!/bin/sh\nls {backups} | wc -l >{tmp_path}/found\nmkdir unfinished\nexit 2\n", encoding="utf-8")
    (tmp_path / "bin/plyo").chmod(0o755)
    for _ in range(3):
        status, left = nightly()
        assert status == 2 and left == kept[1:]
        assert (tmp_path / "found").read_text(encoding="utf-8").strip() == "13"
    told = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert told.count("PlyoBackupFailed") == 3 and {"alert", "add", "severity=ticket"} < set(told)


def test_what_the_guide_starts_comes_back_with_the_machine_and_is_its_own():
    """Of Prometheus and Alertmanager, which Debian opens to the network as soon as they are installed."""
    script = "\n".join(blocks((PAGES / "guide.md").read_text(encoding="utf-8")))
    started = set(re.findall(r"^service (\S+) (?:re)?start$", script, re.MULTILINE))
    assert started == {"plyo", "prometheus", "prometheus-alertmanager"}
    assert set(" ".join(re.findall(r"^systemctl enable (.+)$", script, re.MULTILINE)).split()) == started
    closed = dict(re.findall(r"""^echo 'ARGS="(.+)"' >/etc/default/(\S+)$""", script.split("apt-get install")[0], re.MULTILINE))
    assert {unit: set(args.split()) for args, unit in closed.items()} == {
        "prometheus": {"--web.listen-address=127.0.0.1:9090"}, "prometheus-alertmanager": {"--web.listen-address=127.0.0.1:9093", "--cluster.listen-address="}}
    assert "--force-confold" in script, "else Debian's own take the place of these, or it stops and asks"


@pytest.mark.parametrize(("name", "old", "new"), [
    ("upgrade.md", "plyo admin backup --to $BACKUP", "plyo admin back-up --to $BACKUP"),
    ("upgrade.md", "rotate_secret", "rotate-secret"),
    ("data_protection.md", '["delete_athlete"]', '[]'),
    ("data_protection.md", '"guardian": true', '"guardian": false'),
])
def test_a_command_that_is_wrong_is_noticed(machine, name, old, new):
    asyncio.run(live_session(machine[1]))
    assert old in (PAGES / name).read_text(encoding="utf-8")
    assert follow(name, machine, lambda text: text.replace(old, new)).returncode != 0


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("name", ["guide.md", "upgrade.md", "data_protection.md"])
def test_blocks_are_clean(name, tmp_path):
    """SC2154: variables that the page takes from outside; SC2086: paths without blanks; SC2034, SC2164: used in another block."""
    script = tmp_path / "page"
    script.write_text("\n".join(blocks((PAGES / name).read_text(encoding="utf-8"))), encoding="utf-8")
    checked = subprocess.run(["shellcheck", "-s", "bash", "-e", "SC2154,SC2086,SC2034,SC2164,SC1091", script], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.md")), ids=lambda path: path.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_threat_model_names_tests_that_there_are():
    """A test that was renamed or removed shows nothing any more."""
    named = re.findall(r"`((?:\w+/)*[\w.]+)`", (PAGES / "threat_model.md").read_text(encoding="utf-8"))
    tests = {path: path.read_text(encoding="utf-8") for folder in ("tests/service", "tests/live", "libs/service", "libs/pipeline")
             for path in (ROOT / folder).rglob("*_test.*")}
    stems = {path.stem for path in tests}
    for name in named:
        if name.startswith("test_"):
            assert any(f"def {name}(" in text for text in tests.values()), name
        elif re.fullmatch(r"[A-Z][a-z]+[A-Z]\w+", name):
            assert any(re.search(rf"TEST(_F)?\(\w+, {name}\)|TEST(_F)?\({name},", text) for text in tests.values()), name
        elif name.endswith("_test"):
            assert name in stems, name
        elif name.endswith((".cc", ".h", ".py")):
            assert any(path.exists() for path in (ROOT / name, ROOT / "libs/service" / name, ROOT / "tests/service" / name)) or Path(name).stem in stems, name
