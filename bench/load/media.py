"""What the clients of bench/load play: recorded media made from rendered clips, kept in build/bench/load.

Of the clip 30 frames/s are taken, cropped to 4:3 and scaled to 640x480. That of samples/ is one jump; standing is its first
second played forth and back, so that sway and grain go on and nothing jumps.

  coaching    20 s: stands, jumps, stands for a moment, jumps, stands; he moves for 4.3 s
  continuous  jump after jump without a pause: nothing to be skipped
  running     on a treadmill without end: nothing to be skipped, and steps to be measured all the time
"""
import csv
import dataclasses
import hashlib
import json
import os
import pathlib
import struct
import subprocess

from support import measure, places

FPS, WIDTH, HEIGHT = 30, 640, 480
KINDS = {"h264": 1, "jpeg": 2, "landmarks": 3}
KEY_EVERY = 60
PAUSE_S = 0.5  # shorter, and the two jumps are not always told apart


@dataclasses.dataclass(frozen=True)
class Profile:
    sport: str
    clip: pathlib.Path
    every: int  # of the clip's frames

    def truth(self) -> dict:
        return json.loads(self.clip.with_suffix(".json").read_text())

    def athlete(self) -> dict:
        return self.truth()["athletes"][0]

    def hello(self) -> dict:
        truth = self.truth()
        belt = truth.get("belt_speed_m_s")
        return {"sport": self.sport, "athlete": {"height_m": truth["athletes"][0]["height_m"]},
                "parameters": {"belt_speed_m_s": belt} if belt else {}}


JUMP = Profile("cmj", places.SAMPLES / "cmj_01_base60.mp4", 2)
PROFILES = {"coaching": JUMP, "continuous": JUMP,
            "running": Profile("running", places.SHARED / "data/rendered/run_08_tread_2.8_155spm30.mp4", 1)}


@dataclasses.dataclass(frozen=True)
class Jump:
    """Seconds from the begin of the cycle, by the truth of the clip."""
    onset: float
    landing: float
    end: float


@dataclasses.dataclass(frozen=True)
class Media:
    codec: str
    units: list  # (payload, is a key picture)
    jumps: list

    @property
    def seconds(self) -> float:
        return len(self.units) / FPS


def pictures(profile: Profile) -> list:
    """The clip's frames at 30 frames/s as yuv420p."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", profile.clip, "-vf",
                           f"select='not(mod(n,{profile.every}))',crop=ih*4/3:ih,scale={WIDTH}:{HEIGHT}:flags=lanczos", "-fps_mode", "passthrough",
                           "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], check=True, capture_output=True).stdout
    size = WIDTH * HEIGHT * 3 // 2
    return [done[at:at + size] for at in range(0, len(done), size)]


def cycle(profile: str, count: int) -> tuple[list, list]:
    """Which of the pictures of the clip at each frame, and the jumps."""
    if profile == "running":
        return list(range(count // KEY_EVERY * KEY_EVERY)), []
    events = {event["name"]: event["t_s"] for event in JUMP.athlete()["events"]}
    first, last = int(events["movement_onset"] * FPS), int(events["stand_again"] * FPS) + 1
    order: list = []
    jumps = []

    def stand(seconds: float) -> None:
        there_and_back = [*range(first), *range(first - 2, 0, -1)]
        count = round(seconds * FPS)
        # Ends at the picture before the jump.
        phase = (first - 1 - (count - 1)) % len(there_and_back)
        order.extend(there_and_back[(phase + i) % len(there_and_back)] for i in range(count))

    def jump() -> None:
        shift = len(order) / FPS - first / FPS
        jumps.append(Jump(events["onset_5pct_bw"] + shift, events["landing"] + shift, events["stand_again"] + shift))
        order.extend(range(first, last))

    if profile == "continuous":
        for _ in range(4):
            jump()
    else:
        stand(6)
        jump()
        stand(PAUSE_S)
        jump()
        stand(20 - len(order) / FPS)
    return order, jumps


def encode(codec: str, frames: list) -> list:
    options = {
        # As a browser's encoder for low latency: one slice, no picture waits for another.
        "h264": ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline", "-threads", "1", "-b:v", "1200k",
                 "-maxrate", "1500k", "-bufsize", "500k", "-g", str(KEY_EVERY), "-x264-params", "aud=1:scenecut=0", "-f", "h264"],
        "jpeg": ["-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "mjpeg"]}[codec]
    raw = subprocess.run(["nice", "ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS),
                          "-i", "-", *options, "-"], input=b"".join(frames), check=True, capture_output=True).stdout
    mark = {"h264": b"\0\0\0\1\x09", "jpeg": b"\xff\xd8\xff"}[codec]
    parts = [mark + part for part in raw.split(mark)[1:]]
    assert len(parts) == len(frames), f"{len(parts)} units of {len(frames)} pictures"
    return [(part, codec == "jpeg" or number % KEY_EVERY == 0) for number, part in enumerate(parts)]


def landmarks(order: list, profile: Profile, folder: pathlib.Path) -> list:
    """The payloads of contract/stream.yaml from what Plyo itself exports of the clip."""
    clip, table = folder / "landmarks.mkv", folder / "landmarks.csv"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS),
                    "-i", "-", "-c:v", "libx264", "-qp", "0", clip], input=b"".join(pictures(profile)), check=True)
    measure.must([places.plyo(), "analyze", profile.sport, clip, "--model", "lite", "--quiet", "--export-landmarks", table, "--json",
                  folder / "landmarks.json", "--height", profile.athlete()["height_m"]], statuses=(0, 3))
    with table.open() as lines:
        rows = [list(row.values()) for row in csv.DictReader(lines)]
    packed = {int(frame): struct.pack("<If231f", int(track), float(presence), *map(float, marks))
              for _, frame, track, _, _, presence, *marks, _ in rows}
    return [(packed.get(picture, b""), True) for picture in order]


def make(codec: str, profile: str) -> pathlib.Path:
    """The file of these media; made once for the same clip and recipe."""
    folder = places.WORK / "load"
    folder.mkdir(parents=True, exist_ok=True)
    played = PROFILES[profile]
    recipe = hashlib.sha256(played.clip.read_bytes() + pathlib.Path(__file__).read_bytes()).hexdigest()[:12]
    path = folder / f"{profile}.{codec}.{recipe}"
    if path.exists():
        return path
    places.say(f"making {profile} as {codec}")
    frames = pictures(played)
    order, jumps = cycle(profile, len(frames))
    if codec == "landmarks":
        units = landmarks(order, played, folder)
    else:
        units = encode(codec, [frames[picture] for picture in order])
    head = {"codec": codec, "jumps": [dataclasses.astuple(jump) for jump in jumps], "units": [[len(data), key] for data, key in units]}
    part = path.with_suffix(".part")
    part.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(data for data, _ in units))
    os.replace(part, path)
    return path


def clip(profile: str) -> pathlib.Path:
    """The H.264 of these media as a file that can be opened."""
    made = make("h264", profile)
    path = made.parent / f"{made.name}.mkv"
    if not path.exists():
        stream = b"".join(payload for payload, _ in load(made).units)
        part = path.with_suffix(".part.mkv")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "h264", "-r", str(FPS), "-i", "pipe:", "-c", "copy", part], input=stream, check=True)
        os.replace(part, path)
    return path


def load(path: pathlib.Path) -> Media:
    head, _, body = path.read_bytes().partition(b"\n")
    said = json.loads(head)
    units, at = [], 0
    for size, key in said["units"]:
        units.append((body[at:at + size], key))
        at += size
    return Media(said["codec"], units, [Jump(*jump) for jump in said["jumps"]])
