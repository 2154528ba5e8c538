"""The program of bench/runtime/stages.cc, which measures parts of an analysis from inside."""
import os
import pathlib
import subprocess

from support import places


def build() -> pathlib.Path:
    given = os.environ.get("PLYO_STAGES")
    if given:
        return pathlib.Path(given)
    places.say("building plyo_stages")
    folder = places.BUILD / "bench-build"
    subprocess.run(["cmake", "-S", places.ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DPLYO_BENCHMARKS=ON", "-DPLYO_TESTS=OFF",
                    f"-DPLYO_DEPS={places.MODELS.parent}"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["nice", "cmake", "--build", folder, "--target", "plyo_stages"], check=True, stdout=subprocess.DEVNULL)
    return folder / "bin" / "plyo_stages"
