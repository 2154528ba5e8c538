#!/usr/bin/env python3
"""Takes out of an image what buildah leaves of the container that it was made in, a random name, so that the same image has the same id.

Usage: settle_image.py IN OUT (archives as of `docker save`)
"""
import hashlib
import io
import json
import sys
import tarfile


def main(source: str, target: str) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as new:

        def add(name: str, content: bytes) -> None:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))

        manifest = json.load(old.extractfile("manifest.json"))
        config = json.load(old.extractfile(manifest[0]["Config"]))
        for name in ("container", "container_config"):
            config.pop(name, None)
        config["config"].pop("Hostname", None)
        text = json.dumps(config, sort_keys=True).encode()
        manifest[0]["Config"] = f"{hashlib.sha256(text).hexdigest()}.json"
        add(manifest[0]["Config"], text)
        for layer in manifest[0]["Layers"]:
            entry = tarfile.TarInfo(layer)
            entry.size = old.getmember(layer).size
            new.addfile(entry, old.extractfile(layer))
        add("manifest.json", json.dumps(manifest, sort_keys=True).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
