"""Packages of the build under test, and how they are run."""
from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import tarfile
import threading
from pathlib import Path

from deploy_support import ROOT
from serve_support import KEY, Server, binary

BUILD = Path(binary()).resolve().parents[1]


def run(*command: object, status: int = 0, **options) -> subprocess.CompletedProcess:
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False, **{"text": True, "timeout": 600, **options})
    assert done.returncode == status, (command, done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return done


def make(out: Path, *what: str, **options) -> list[Path]:
    return [Path(line) for line in run(ROOT / "deploy/package/make", BUILD, out, *what, **options).stdout.splitlines()]


class Archive:
    """An image as `docker load` reads it, without an engine."""

    def __init__(self, path: Path) -> None:
        with tarfile.open(path) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))[0]
            self.config = json.load(archive.extractfile(manifest["Config"]))
            self.files: dict[str, tarfile.TarInfo] = {}
            self.size = 0
            for layer in manifest["Layers"]:
                content = archive.extractfile(layer).read()
                self.size += len(content)
                with tarfile.open(fileobj=io.BytesIO(content)) as files:
                    self.files |= {one.name.strip("/"): one for one in files.getmembers()}


class Engine:
    """podman with a store of its own, and containers as an orchestrator should start them: another user, no privileges, no root file system to write to."""

    def __init__(self, folder: Path) -> None:
        self.podman = ["podman", "--root", folder / "root", "--runroot", folder / "run", "--tmpdir", folder / "tmp", "--storage-driver", "vfs", "--runtime", "runc"]
        # No more than who runs the tests may have: raising a limit is a privilege.
        limits = [f"{name}={min(most, resource.getrlimit(which)[1] % 2**63)}" for name, which, most in
                  (("nofile", resource.RLIMIT_NOFILE, 8192), ("nproc", resource.RLIMIT_NPROC, 4096))]
        self.options = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "host", "--no-healthcheck",
                        *(word for limit in limits for word in ("--ulimit", limit))]

    def load(self, archive: Path) -> str:
        return re.findall(r"^Loaded image: (\S+)$", run(*self.podman, "load", "--quiet", "--input", archive).stdout, re.MULTILINE)[0]

    def command(self, image: str, *arguments: object, options: tuple = ()) -> list[object]:
        return [*self.podman, "run", "--rm", *self.options, *options, image, *arguments]

    def run(self, image: str, *arguments: object, options: tuple = (), **more) -> subprocess.CompletedProcess:
        return run(*self.command(image, *arguments, options=options), **more)

    def close(self) -> None:
        run(*self.podman, "rm", "--all", "--force", "--time", "0")
        run(*self.podman, "rmi", "--all", "--force")


class Container(Server):
    """`plyo serve` of an image, on a folder that its user may write to."""

    def __init__(self, engine: Engine, image: str, folder: Path, name: str, *options: object) -> None:
        self.engine, self.name = engine, name
        self.log, self._heard = [], threading.Condition()
        command = engine.command(image, "serve", "--port", "0", "--metrics-port", "0", "--workers", "1", options=("--name", name, *options))
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        listening = self.wait_for("listening")
        self.port, self.metrics_port, self.data = listening["port"], listening["metrics_port"], folder
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"ws://{self.host}/v1/live"


def key_line() -> str:
    return run(binary(), "serve", "--hash-key", input=KEY + "\n").stdout


def for_user(folder: Path, user: int = 10001) -> Path:
    """One that this user may write to, wherever it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, user, user)
    return folder
