#!/usr/bin/env python3
"""What others wrote and a package of Plyo passes on: the texts of its licences, and its software bill of materials (SPDX 2.3).

What there is, and under which licence, stands in the tables of THIRD_PARTY_NOTICES.md; versions and hashes in the locks of deps/ and in
dpkg; which of Debian's libraries are passed on is told by who copied them.

Usage: parts.py --root TREE --deps build/deps licences FOLDER
       parts.py --root TREE --deps build/deps sbom --version V --commit C --epoch S --name NAME [--debian FILE]

FILE has a line `PACKAGE PATH` for each file of Debian's in the tree, the path as in the tree.
"""
from __future__ import annotations

import argparse
import datetime
import functools
import hashlib
import json
import re
import shutil
import subprocess
import sys
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
ELF = b"\x7fELF"
SUPPLIERS = {"deb": "Organization: Debian", "debsrc": "Organization: Debian"}
# Where the files of a part that is no package of Debian's lie in a tree, by pattern; all others are Plyo's own.
PLACES = {"github:uxlfoundation/oneTBB": r"lib/plyo/libtbb\.so", "pypi:openvino": r"lib/plyo/libopenvino", "npm:@mediapipe/pose": r"share/plyo/models/",
          "npm:@mediapipe/tasks-vision": r"share/plyo/web/pose/vision_wasm", "npm:redoc": r"share/plyo/web/docs/redoc",
          "npm:@fontsource-variable/inter": r"share/plyo/web/assets/inter-"}


@dataclass(frozen=True)
class Part:
    kind: str  # deb, debsrc, pypi, npm, github
    name: str
    licence: str
    said_version: str  # in the table; what only there has one

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def built_in(self) -> bool:
        """Is it in the program or beside it in every package, rather than one of Debian's libraries?"""
        return self.kind != "deb" or self.name.endswith("-dev") or self.name.startswith("fonts-")


def fail(text: str) -> None:
    sys.exit(f"parts: {text}")


def read_parts() -> list[Part]:
    section = (SOURCE / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8").split("\n## In the binary", 1)[1].split("\n## ", 1)[0]
    parts = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("|") or cells[0] in ("what", "package") or line.startswith("|---"):
            continue
        packages, licence, version = (cells[3], cells[2], cells[1]) if len(cells) == 5 else (cells[0], cells[1], "")
        parts += [Part(*key.split(":", 1), licence, version) for key in re.findall(r"`([^`]+)`", packages)]
    return parts


@functools.cache
def installed() -> dict[str, dict[str, str]]:
    """Debian's packages of this machine."""
    fields = ("Package", "Version", "Architecture", "source:Package", "source:Version")
    done = subprocess.run(["dpkg-query", "-W", "-f", "\\t".join(f"${{{field}}}" for field in fields) + "\\n"], capture_output=True, text=True, check=True)
    return {line.split("\t")[0]: dict(zip(fields, line.split("\t"), strict=True)) for line in done.stdout.splitlines()}


def dpkg(field: str, package: str) -> str:
    if package not in installed():
        fail(f"{package} is not installed")
    return installed()[package][field]


class Places:
    """Where the parts lie on the machine that builds."""

    def __init__(self, root: Path, deps: Path) -> None:
        self.root, self.deps = root, deps
        self.node = SOURCE / "build/node/node_modules"
        lines = (SOURCE / "deps/archives.lock").read_text(encoding="utf-8").splitlines()
        self.archives = {f"{fields[0]}:{fields[1]}": fields for line in lines if not line.startswith("#") and len(fields := line.split()) == 5}
        self.modules = json.loads((SOURCE / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]

    def version(self, part: Part) -> str:
        if part.kind == "deb":
            return dpkg("Version", part.name)
        if part.kind == "debsrc":
            return (self.deps / part.name / "VERSION").read_text(encoding="utf-8").strip()
        if part.key in self.archives:
            return self.archives[part.key][2]
        if part.kind == "npm":
            return self.modules[f"node_modules/{part.name}"]["version"]
        return part.said_version

    def sha256(self, part: Part) -> str | None:
        """Of the archive that it came in."""
        return self.archives[part.key][4] if part.key in self.archives and part.kind != "debsrc" else None

    def texts(self, part: Part) -> list[Path]:
        found = {"deb": [Path("/usr/share/doc") / part.name / "copyright"],
                 "debsrc": [self.deps / part.name / "COPYING.LGPLv2.1", self.deps / part.name / "VERSION"],
                 "pypi": sorted(path for place in ("licenses", "LICENSE") for path in [self.deps / part.name / place] if path.exists()),
                 "npm": sorted((self.node / part.name).glob("LICENSE*"))}.get(part.kind, [])
        if part.licence == "Apache-2.0" and not found:
            found = [SOURCE / "LICENSE"]
        if not found or not all(path.exists() for path in found):
            fail(f"{part.key} has no text of its licence: {found}")
        return found

    def purl(self, part: Part) -> str:
        version = urllib.parse.quote(self.version(part), safe=".+~-")
        if part.kind == "deb":
            return f"pkg:deb/debian/{part.name}@{version}?arch={dpkg('Architecture', part.name)}&distro=debian-12"
        if part.kind == "debsrc":
            return f"pkg:deb/debian/{part.name}@{version}?arch=source&distro=debian-12"
        return f"pkg:{part.kind}/{part.name.replace('@', '%40')}@{version}"


def write_licences(parts: list[Part], places: Places, folder: Path) -> None:
    """Of what is in the program or beside it in every package; who copies a library of Debian's copies its text along."""
    for part in parts:
        if not part.built_in:
            continue
        target = folder / part.name.replace("/", "_")
        target.mkdir(parents=True, exist_ok=True)
        for path in places.texts(part):
            if path.is_dir():
                shutil.copytree(path, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(path, target / path.name)


def digest(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).hexdigest()


def id_of(text: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", text)


def files_by_part(places: Places, debian: dict[str, str]) -> dict[str, list[Path]]:
    """Libraries, programs and models of the tree, by the key of whose they are."""
    found: dict[str, list[Path]] = {}
    for path in sorted(places.root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = str(path.relative_to(places.root))
        owner = debian.get(name) or next((key for key, pattern in PLACES.items() if re.search(pattern, name)), None)
        with path.open("rb") as file:
            is_code = file.read(4) == ELF
        if owner is None and is_code:
            if not name.endswith("bin/plyo"):
                fail(f"nobody knows whose {name} is")
            owner = "plyo"
        if owner and (is_code or owner not in debian.values()):
            found.setdefault(owner, []).append(path)
    return found


def make_sbom(parts: list[Part], places: Places, debian: dict[str, str], arguments: argparse.Namespace) -> dict:
    owners = files_by_part(places, debian)
    by_key = {part.key: part for part in parts}
    for key in debian.values():
        if key not in by_key:
            fail(f"{key} is passed on, and in no table of THIRD_PARTY_NOTICES.md")
    shipped = {part.key for part in parts if part.built_in} | set(debian.values())
    packages, files, relations = [], [], []

    def relate(one: str, kind: str, other: str) -> None:
        relations.append({"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other})

    def add(key: str, **fields: object) -> None:
        own = owners.get(key, [])
        package = {"SPDXID": id_of(f"Package-{key}"), "downloadLocation": "NOASSERTION", "copyrightText": "NOASSERTION", "filesAnalyzed": bool(own), **fields}
        hashes = []
        for path in own:
            name = str(path.relative_to(places.root))
            hashes.append(digest(path, "sha1"))
            files.append({"SPDXID": id_of(f"File-{name}"), "fileName": f"./{name}", "licenseConcluded": fields["licenseConcluded"],
                          "copyrightText": "NOASSERTION", "checksums": [{"algorithm": "SHA1", "checksumValue": hashes[-1]},
                                                                        {"algorithm": "SHA256", "checksumValue": digest(path, "sha256")}]})
            relate(package["SPDXID"], "CONTAINS", files[-1]["SPDXID"])
        if own:
            package["packageVerificationCode"] = {"packageVerificationCodeValue": hashlib.sha1("".join(sorted(hashes)).encode()).hexdigest()}
        packages.append(package)

    def reference(purl: str) -> list[dict]:
        return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]

    licence = "Apache-2.0"
    add("plyo", name="plyo", versionInfo=arguments.version, licenseConcluded=licence, licenseDeclared=licence, primaryPackagePurpose="APPLICATION",
        supplier="Organization: Plyo", externalRefs=reference(f"pkg:generic/plyo@{arguments.version}"), comment=f"commit {arguments.commit}")
    relate("SPDXRef-DOCUMENT", "DESCRIBES", id_of("Package-plyo"))
    for part in parts:
        if part.key not in shipped:
            continue
        more: dict[str, object] = {}
        if (sha := places.sha256(part)) is not None:
            more["checksums"] = [{"algorithm": "SHA256", "checksumValue": sha}]
        if part.kind == "deb":
            more["sourceInfo"] = f"Debian's source package {dpkg('source:Package', part.name)} {dpkg('source:Version', part.name)}"
        elif part.kind == "debsrc":
            more["sourceInfo"] = f"Debian's source package {part.name} {places.version(part)}, configured as in deps/ffmpeg.sh"
        add(part.key, name=part.name, versionInfo=places.version(part), licenseConcluded=part.licence, licenseDeclared="NOASSERTION",
            supplier=SUPPLIERS.get(part.kind, "NOASSERTION"), externalRefs=reference(places.purl(part)), **more)
        relate(id_of("Package-plyo"), "DYNAMIC_LINK" if part.key in debian.values() else "CONTAINS", id_of(f"Package-{part.key}"))
    created = datetime.datetime.fromtimestamp(arguments.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": arguments.name,
                "creationInfo": {"created": created, "creators": [f"Tool: plyo-package-{arguments.version}"]},
                "packages": packages, "files": files, "relationships": relations}
    # The name of one document: what is in it.
    document["documentNamespace"] = "urn:plyo:spdx:" + hashlib.sha256(json.dumps(document).encode()).hexdigest()
    return document


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--root", type=Path, required=True, help="the tree that is packed")
    parser.add_argument("--deps", type=Path, required=True, help="where ./dev setup put what is fetched")
    commands = parser.add_subparsers(dest="command", required=True)
    licences = commands.add_parser("licences", help="copies the texts into FOLDER")
    licences.add_argument("folder", type=Path)
    sbom = commands.add_parser("sbom", help="prints the SPDX document")
    sbom.add_argument("--version", required=True)
    sbom.add_argument("--commit", required=True)
    sbom.add_argument("--epoch", type=int, required=True, help="when it was made, s since 1970")
    sbom.add_argument("--name", required=True)
    sbom.add_argument("--debian", type=Path, help="PACKAGE PATH, a line a file")
    arguments = parser.parse_args()
    parts, places = read_parts(), Places(arguments.root, arguments.deps)
    if arguments.command == "licences":
        write_licences(parts, places, arguments.folder)
    else:
        lines = arguments.debian.read_text(encoding="utf-8").splitlines() if arguments.debian else []
        debian = {path: f"deb:{package}" for package, path in (line.split(" ", 1) for line in lines)}
        print(json.dumps(make_sbom(parts, places, debian, arguments), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
