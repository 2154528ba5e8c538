"""What users install: made of the build under test as for a release, and used as they use it. The image runs in a container of podman, the Debian package
is installed into a copy of this machine that nobody keeps, the tarball runs where there is a C library and nothing else."""
from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import pytest
from conftest import DEPLOY, DEPS, ROOT
from package_support import BUILD, Archive, Container, Engine, for_user, key_line, make, run
from platform_support import CLIP, Api, form
from serve_support import HELLO, connected, media
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="containers and installing packages need root")
CONTAINERFILE = DEPLOY / "docker/Containerfile"
# In a chroot / is no mount: buildah makes no image there, no container runs, and nothing is mounted over it.
CHROOT = all(line.split()[4] != "/" for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines())
WHAT = ("deb", "tarball") if CHROOT else ("deb", "tarball", "image")
LANDMARKS = ROOT / "libs/sports/cmj/cases/side_60/poses.csv"
PARTS = DEPLOY / "package/parts.py"


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory(prefix="plyo_packages_", ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def out(folder):
    """Where all of them are, of one run."""
    make(folder / "out", *WHAT)
    return folder / "out"


@pytest.fixture(scope="module")
def no_chroot():
    if CHROOT:
        pytest.skip("this is a chroot: no image is made, no container runs, and nothing is mounted over /")


@pytest.fixture(scope="module")
def archive(no_chroot, out):
    return Archive(next(out.glob("*-image-*.tar")))


@pytest.fixture(scope="module")
def engine(no_chroot, folder):
    engine = Engine(folder / "containers")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def image(engine, out):
    return engine.load(next(out.glob("*-image-*.tar")))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- what is in them


def test_two_runs_give_the_same_bytes(out, folder):
    """Elsewhere, at another time of day and by somebody with another idea of modes; the compiler is not asked twice."""
    make(folder / "again", *WHAT, env={**os.environ, "TZ": "Pacific/Auckland", "LANG": "C"}, umask=0o077)
    first, again = ({path.name: sha256(path) for path in place.iterdir() if path.is_file()} for place in (out, folder / "again"))
    assert len(first) == 2 * len(WHAT) + 1
    assert first == again
    shutil.rmtree(folder / "again")


def test_hashes_are_listed(out):
    assert run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=out).stdout.count(": OK") == 2 * len(WHAT)


def complaints_of_image(archive: Archive) -> list[str]:
    found = []
    config = archive.config["config"]
    if archive.size >= 250e6:
        found.append(f"it is large: {archive.size / 1e6:.0f} MB")
    if config.get("User") != "10001:10001":
        found.append("it runs as root")
    if not all(config.get("Labels", {}).get(f"org.opencontainers.image.{name}") for name in ("title", "description", "licenses", "version", "revision", "created")):
        found.append("its labels say too little")
    if config.get("Healthcheck", {}).get("Test", [""])[0] != "CMD":
        found.append("its health is not asked for without a shell")
    if config.get("Entrypoint") != ["plyo"]:
        found.append("its entry point is another")
    for name, file in archive.files.items():
        ours = name == "var/lib/plyo"
        if file.isreg() and Path(name).name in ("sh", "bash", "dash", "busybox", "env", "perl", "python3", "apt", "dpkg", "ldconfig"):
            found.append(f"{name} is a tool for whoever breaks in")
        if file.mode & 0o6000:
            found.append(f"{name} gives privileges")
        if file.mode & 0o022 and not file.issym() and name != "tmp":
            found.append(f"everybody can write to {name}")
        if (file.uid, file.gid) != ((10001, 10001) if ours else (0, 0)):
            found.append(f"{name} belongs to {file.uid}:{file.gid}")
        if str(ROOT) in file.name:
            found.append(f"{name} is of this machine")
    return found


def test_the_image_is_small_and_closed(archive):
    assert complaints_of_image(archive) == []
    print(f"the image has {archive.size / 1e6:.0f} MB")


@pytest.mark.parametrize(("plant", "said"), [
    (lambda one: one.config["config"].pop("User"), "runs as root"),
    (lambda one: one.config["config"].update(Healthcheck={"Test": ["CMD-SHELL", "curl"]}), "without a shell"),
    (lambda one: one.config["config"]["Labels"].pop("org.opencontainers.image.revision"), "labels"),
    (lambda one: setattr(one, "size", 260_000_000), "large"),
    (lambda one: one.files.update({"usr/bin/sh": one.files["usr/bin/curl"]}), "tool"),
    (lambda one: setattr(one.files["usr/bin/curl"], "mode", 0o4755), "privileges"),
    (lambda one: setattr(one.files["usr/bin/curl"], "mode", 0o777), "can write to usr/bin/curl"),
    (lambda one: setattr(one.files["var/lib/plyo"], "uid", 0), "belongs"),
])
def test_an_image_that_is_not_is_noticed(archive, plant, said):
    planted = copy.deepcopy(archive)
    plant(planted)
    found = complaints_of_image(planted)
    assert len(found) == 1 and said in found[0]


def hadolint(text: str) -> list[str]:
    done = subprocess.run([str(DEPS / "deploy/bin/hadolint"), "-"], input=text, capture_output=True, text=True, check=False, timeout=240)
    return done.stdout.splitlines()


def test_the_containerfile_is_free_of_lint():
    text = CONTAINERFILE.read_text(encoding="utf-8")
    assert hadolint(text) == []
    assert any("DL3006" in line for line in hadolint(text.replace("FROM debian:12", "FROM debian")))
    assert any("DL3025" in line for line in hadolint(text.replace('CMD ["serve"]', "CMD serve")))


def complaints_of_sbom(document: dict, root: Path) -> list[str]:
    """Against the specification, and against the tree that it is about."""
    found = [message.validation_message for message in validate_full_spdx_document(JsonLikeDictParser().parse(document))]
    owners = {relation["relatedSpdxElement"]: relation["spdxElementId"] for relation in document["relationships"] if relation["relationshipType"] == "CONTAINS"}
    packages = {package["SPDXID"]: package for package in document["packages"]}
    files = {file["fileName"].removeprefix("./"): file for file in document["files"]}
    for package in packages.values():
        if package["licenseConcluded"] in ("", "NOASSERTION", "NONE") or not package["versionInfo"]:
            found.append(f"{package['name']} has no licence or version")
        if not package["externalRefs"][0]["referenceLocator"].startswith("pkg:"):
            found.append(f"{package['name']} has no purl")
    for path in root.rglob("*"):
        if path.is_symlink() or not path.is_file() or path.open("rb").read(4) != b"\x7fELF":
            continue
        name = str(path.relative_to(root))
        if name not in files:
            found.append(f"{name} is not listed")
        elif files[name]["checksums"][1]["checksumValue"] != sha256(path):
            found.append(f"{name} is another file")
        elif owners.get(files[name]["SPDXID"]) not in packages:
            found.append(f"{name} belongs to no package")
    return found


# The packed tree that each bill of materials is of.
BILLS = {"*.deb": "work/deb/debian/plyo", "*.tar.gz": "work/tarball/plyo-*", "*-image-*.tar": "work/image"}


@pytest.mark.parametrize("pattern", [pattern for pattern in BILLS if not (CHROOT and "image" in pattern)])
def test_the_bill_of_materials_lists_every_library(out, pattern):
    path = next(out.glob(f"{pattern}.spdx.json"))
    document = json.loads(path.read_text(encoding="utf-8"))
    assert complaints_of_sbom(document, next(out.glob(BILLS[pattern]))) == []
    names = {package["name"] for package in document["packages"]}
    assert {"plyo", "ffmpeg", "openvino", "uxlfoundation/oneTBB", "@mediapipe/pose", "ezc3d", "libeigen3-dev", "fonts-inter", "react", "redoc", "uplot"} <= names
    assert ("libcairo2" in names) == (pattern != "*.deb") and ("libc6" in names) == (pattern == "*-image-*.tar")


@pytest.mark.parametrize(("plant", "said"), [
    (lambda one: one["packages"][1].update(licenseConcluded="As you like it"), "license"),
    (lambda one: one["packages"][1].update(licenseConcluded="NOASSERTION"), "no licence"),
    (lambda one: one.update(SPDXID="SPDXRef-Another"), "spdx_id"),
    (lambda one: one["files"][0]["checksums"][1].update(checksumValue="0" * 64), "another file"),
    (lambda one: one["files"].pop(), ""),
])
def test_a_wrong_bill_is_noticed(out, plant, said):
    document = json.loads(next(out.glob("*.deb.spdx.json")).read_text(encoding="utf-8"))
    plant(document)
    found = complaints_of_sbom(document, out / "work/deb/debian/plyo")
    assert found and any(said in one for one in found), found


def test_a_library_that_nobody_knows_is_not_packed(out, tmp_path):
    shutil.copytree(out / "work/tree/usr/lib", tmp_path / "usr/lib")
    (tmp_path / "usr/lib/plyo/libstray.so").write_bytes(b"\x7fELF")
    sbom = [sys.executable, PARTS, "--root", tmp_path, "--deps", DEPS, "sbom", "--version", "1", "--commit", "1", "--epoch", "1", "--name", "x"]
    assert "libstray.so" in run(*sbom, status=1).stderr
    (tmp_path / "debian").write_text("libstray usr/lib/plyo/libstray.so\n", encoding="utf-8")
    assert "deb:libstray is passed on, and in no table" in run(*sbom, "--debian", tmp_path / "debian", status=1).stderr


def test_licences_come_along(out, archive):
    names = set(archive.files)
    document = json.loads(next(out.glob("*-image-*.tar.spdx.json")).read_text(encoding="utf-8"))
    for package in document["packages"][1:]:
        purl = package["externalRefs"][0]["referenceLocator"]
        places = (f"usr/share/doc/plyo/licences/{package['name'].replace('/', '_')}/", f"usr/share/doc/{package['name']}/copyright")
        assert any(name.startswith(places) for name in names), purl
    assert {"usr/share/doc/plyo/LICENSE", "usr/share/doc/plyo/THIRD_PARTY_NOTICES.md", "usr/share/common-licenses/LGPL-2.1"} <= names


# ---- the image, run


def test_it_analyses_a_clip_with_nothing_to_write_to_but_its_data(engine, image, folder):
    done = for_user(folder / "offline")
    engine.run(image, "analyze", "cmj", "/clips/" + CLIP.name, "--height", "1.80", "--model", "lite", "-o", "/var/lib/plyo",
               options=("-v", f"{CLIP.parent}:/clips:ro", "-v", f"{done}:/var/lib/plyo"))
    height = next(one["value"] for one in json.loads((done / f"{CLIP.stem}.json").read_text())["athletes"][0]["reps"][0]["metrics"] if one["id"] == "jump_height")
    assert 0.33 < height < 0.37
    assert {f"{CLIP.stem}.html", f"{CLIP.stem}_overlay.mp4"} <= {path.name for path in done.iterdir()}
    # Elsewhere it cannot write.
    assert "Read-only file system" in engine.run(image, "analyze", "cmj", "/clips/" + CLIP.name, "--height", "1.80", "--model", "lite", "--json", "/usr/x.json",
                                   options=("-v", f"{CLIP.parent}:/clips:ro",), status=2).stderr


def test_it_lacks_nothing(engine, image):
    findings = {one["what"]: one for one in json.loads(engine.run(image, "doctor", "--json").stdout)["findings"]}
    assert {name: one["state"] for name, one in findings.items() if name not in ("processor", "memory", "sandbox")} == dict.fromkeys(
        ("open files", "cache of models", "model lite", "model full", "model heavy", "page", "data folder"), "fine"), findings
    # By the runtime's own filter: what the kernel has is let through.
    assert findings["sandbox"]["state"] != "missing"


def test_it_does_not_serve_everybody_by_mistake(engine, image):
    assert "needs --keys" in engine.run(image, status=1).stderr


def pictures() -> bytes:
    return run("ffmpeg", "-nostdin", "-v", "error", "-i", CLIP, "-frames:v", "1", "-vf", "scale=640:480", "-f", "mjpeg", "-", text=False).stdout


@pytest.fixture(scope="module")
def service(engine, image, folder):
    data, secrets = for_user(folder / "data"), for_user(folder / "secrets")
    (secrets / "keys").write_text(key_line(), encoding="utf-8")
    options = ("-v", f"{data}:/var/lib/plyo", "-v", f"{secrets}:/run/secrets:ro", "-e", "PLYO_KEYS=/run/secrets/keys", "-e", "PLYO_BEHIND_PROXY=true")
    key = engine.run(image, "admin", "create-key", "--name", "smoke", options=options).stdout.strip()
    server = Container(engine, image, data, "plyo-smoke", *options)
    while server.request("/healthz")[0].status != 200:
        time.sleep(0.05)
    begun = int(run(*engine.podman, "inspect", "--format", "{{.State.StartedAt.UnixNano}}", server.name).stdout) / 1e9
    print(f"the container answers {time.time() - begun:.2f} s after its start")
    yield server, Api(server, key)
    server.kill()


def test_it_answers(service):
    server, _ = service
    for path in ("/healthz", "/readyz", "/"):
        assert server.request(path)[0].status == 200, path
    version = json.loads(server.request("/version")[1])
    assert version["version"] and server.request("/metrics", port=server.metrics_port)[0].status == 200
    assert b"<script" in server.request("/")[1] and server.request("/pose/vision_wasm_module_internal.wasm")[0].status == 200
    assert server.request("/docs")[0].status == 200


def test_the_health_check_tells_good_from_bad(service, engine, archive):
    server, _ = service
    test = archive.config["config"]["Healthcheck"]["Test"][1:]
    address = test[-1]
    assert address == "http://127.0.0.1:8080/healthz"
    run(*engine.podman, "exec", server.name, *test[:-1], address.replace("8080", str(server.port)))
    run(*engine.podman, "exec", server.name, *test[:-1], "http://127.0.0.1:9/healthz", status=7)


def test_it_measures_landmarks_and_videos(service):
    _, api = service
    made = api.post("/analyses", {"sport": "cmj", "athlete": {"height_m": 1.8}, "source": {"type": "landmarks", "csv": LANDMARKS.read_text(encoding="utf-8")}}, 202)
    done = api.wait(made["id"])
    assert done["status"] == "completed", done
    assert len(api.get(f"/analyses/{made['id']}/result")["athletes"][0]["reps"]) >= 1
    body, kind = form({"sport": "cmj", "athlete": {"height_m": 1.8}, "model": "lite"}, CLIP.read_bytes())
    done = api.wait(api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=202)["id"])
    assert done["status"] == "completed", done


def test_it_has_live_sessions(service):
    server, _ = service

    async def look() -> dict:
        async with connected(server) as client:
            await client.say(HELLO)
            await client.until("welcome")
            picture = pictures()
            for i in range(5):
                await client.say(media(i, picture))
            return await client.until("pose")

    assert asyncio.run(look())["type"] == "pose"


def test_it_ends_when_it_is_told_to(service, engine):
    """In time, and by itself: 137 would be the engine's patience."""
    server, _ = service
    run(*engine.podman, "stop", "--time", "30", server.name)
    assert server.process.wait(60) == 0


# ---- the tarball and the Debian package


def test_the_tarball_needs_a_c_library_and_no_more(engine, out, folder):
    root = folder / "bare"
    image = out / "work/image"
    for line in (out / "work/image.debian").read_text(encoding="utf-8").splitlines():
        package, name = line.split(" ", 1)
        if package == "libc6":
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(image / name, root / name)
    for name in ("lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    for name in ("proc", "dev", "sys", "tmp", "run", "etc", "opt", "clips", "data"):
        (root / name).mkdir()
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        archive.extractall(root / "opt")
    top = next((root / "opt").iterdir())
    assert {"bin", "lib", "share", "LICENSE", "THIRD_PARTY_NOTICES.md", "plyo.spdx.json"} <= {path.name for path in top.iterdir()}
    options = ("--user", "10001:10001", "--env", "HOME=/data", "-v", f"{for_user(folder / 'bare_data')}:/data", "-v", f"{CLIP.parent}:/clips:ro", "--rootfs")
    plyo = f"/opt/{top.name}/bin/plyo"
    findings = json.loads(engine.run(str(root), plyo, "doctor", "--json", options=options).stdout)["findings"]
    assert not [one for one in findings if one["state"] == "missing"]
    table = engine.run(str(root), plyo, "analyze", "cmj", f"/clips/{CLIP.name}", "--height", "1.80", "--model", "lite", options=options).stdout
    assert json.loads(table)["athletes"][0]["reps"]


INSTALL = """
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
for place in tmp run; do mount -t tmpfs tmpfs $place; done
mount -t proc proc proc
mount --rbind /dev dev
cp "$2" tmp/plyo.deb
inside() { chroot . "$@"; }
as_user() { inside setpriv --reuid plyo --regid plyo --clear-groups env HOME=/tmp/home "$@"; }
inside dpkg -i /tmp/plyo.deb
inside systemd-analyze verify plyo.service
inside systemd-analyze security --offline=true --threshold=25 plyo.service >/dev/null
inside plyo serve --config /etc/plyo/plyo.toml --print-config | grep -q '^data="/var/lib/plyo"'
inside install -d -o plyo -g plyo /tmp/home
as_user plyo doctor --data /tmp/home/data
echo '# changed' >>etc/plyo/plyo.toml
inside dpkg -i /tmp/plyo.deb
inside dpkg --verify plyo
tail -n 1 etc/plyo/plyo.toml
inside dpkg -r plyo
test ! -e usr/bin/plyo -a -e etc/plyo/plyo.toml
inside dpkg -P plyo
cd ..
umount -R root
find upper -name '*plyo*'
"""


def test_the_debian_package_is_installed_and_removed(no_chroot, out, folder):
    package = next(out.glob("*.deb"))
    (folder / "install").mkdir()
    done = run("unshare", "--mount", "bash", "-c", INSTALL, "bash", folder / "install", package)
    assert "data folder      fine" in done.stdout and "missing" not in done.stdout, done.stdout
    # The administrator's file outlives an upgrade, and is said to differ; nothing outlives the purge.
    assert "/etc/plyo/plyo.toml\n# changed\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Purging configuration files"), done.stdout[-600:]
    assert "ignoring" not in done.stderr and "Unknown" not in done.stderr, done.stderr


def test_the_debian_package_is_free_of_lint(out):
    lint = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", str(next(out.glob("*.deb")))], capture_output=True, text=True, check=False, timeout=300)
    assert (lint.returncode, lint.stdout) == (0, "")


def test_what_is_no_build_is_refused(tmp_path):
    assert "is no build of Plyo" in run(DEPLOY / "package/make", tmp_path, tmp_path / "out", status=1).stderr
    assert "unknown package rpm" in run(DEPLOY / "package/make", BUILD, tmp_path / "out", "rpm", status=1).stderr
