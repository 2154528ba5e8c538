"""Where things are."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
WORK = BUILD / "bench"  # clips, results and peers that the benchmarks make
RESULTS = ROOT / "bench" / "results"
SHARED = pathlib.Path(os.environ.get("PLYO_SHARED", ROOT.parent / "shared"))
SAMPLES = ROOT / "samples"
MODELS = pathlib.Path(os.environ.get("PLYO_DEPS", BUILD / "deps")) / "models"


def plyo() -> pathlib.Path:
    """The binary to measure: PLYO_BINARY, or what ./dev build made."""
    binary = pathlib.Path(os.environ.get("PLYO_BINARY", BUILD / "plyo"))
    if not binary.exists():
        sys.exit(f"bench: {binary} is missing: run ./dev build")
    return binary.resolve()


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
