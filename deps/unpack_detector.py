#!/usr/bin/env python3
"""Cuts one file out of a package made by Emscripten's file packager.

Usage: unpack_detector.py LOADER.js PACKED.data NAME OUTPUT
The loader lists the files of the package as JSON objects with name, start and end.
"""

import re
import sys
from pathlib import Path


def main() -> int:
    loader, packed, name, output = sys.argv[1:5]
    text = Path(loader).read_text(encoding="utf-8")
    entries = re.findall(r'\{[^{}]*?"?filename"?:\s*"([^"]+)"[^{}]*?\}', text)
    for match in re.finditer(r'\{[^{}]*?"?filename"?:\s*"([^"]+)"[^{}]*?\}', text):
        if match.group(1).rsplit("/", 1)[-1] != name:
            continue
        start = int(re.search(r'"?start"?:\s*(\d+)', match.group(0)).group(1))
        end = int(re.search(r'"?end"?:\s*(\d+)', match.group(0)).group(1))
        data = Path(packed).read_bytes()[start:end]
        if len(data) != end - start or data[4:8] != b"TFL3":
            print(f"{packed}: bytes {start} to {end} are no TensorFlow Lite model", file=sys.stderr)
            return 1
        Path(output).write_bytes(data)
        return 0
    print(f"{loader}: no {name} among {', '.join(entries) or 'its files'}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
