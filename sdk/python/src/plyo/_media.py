"""Binary messages of the live protocol (contract/stream.yaml, `media`)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Sequence

LANDMARKS = 33
"""Landmarks of one person, in the order of BlazePose."""
MOST_PEOPLE = 6
MOST_BYTES = 1024 * 1024
H264, JPEG, LANDMARK_TABLE = 1, 2, 3
_HEADER = struct.Struct("<BBBBIQHHI")
_PERSON = struct.Struct(f"<If{LANDMARKS * 4}f{LANDMARKS * 3}f")


@dataclass(frozen=True)
class MediaPicture:
    """What one media message carries."""

    kind: int
    """1: H.264 access unit, Annex B, no reordering; 2: JPEG; 3: landmarks."""
    payload: bytes = field(repr=False)
    width: int
    """px"""
    height: int
    """px"""
    capture_us: int
    """Capture time, µs on the client's clock, never backwards."""
    key: bool = False
    """A key picture, from which a decoder can begin (H.264)."""


@dataclass(frozen=True)
class PersonLandmarks:
    """The pose of one person, found by the client."""

    track: int
    """Who of the people, the same in every picture."""
    presence: float
    """0 to 1."""
    image: Sequence[float] = field(repr=False)
    """33 × (x, y, z in px of the picture, visibility 0 to 1), flat."""
    world: Sequence[float] = field(repr=False)
    """33 × (x, y, z in m), flat."""


def encode_media(sequence: int, picture: MediaPicture) -> bytes:
    """One binary message, ready to be sent. Raises ValueError where the server would refuse it."""
    if picture.capture_us < 0:
        raise ValueError("capture_us must not be negative")
    if not (0 < picture.width <= 0xFFFF and 0 < picture.height <= 0xFFFF):
        raise ValueError("width and height must be those of the picture, px")
    if _HEADER.size + len(picture.payload) > MOST_BYTES:
        raise ValueError("a media message holds at most 1 MiB")
    header = _HEADER.pack(
        1, picture.kind, 1 if picture.key else 0, 0, sequence & 0xFFFFFFFF, picture.capture_us, picture.width, picture.height, len(picture.payload)
    )
    return header + picture.payload


def pack_landmarks(people: Sequence[PersonLandmarks]) -> bytes:
    """The payload of a landmarks message. Raises ValueError where there are too many people or not 33 landmarks."""
    if len(people) > MOST_PEOPLE:
        raise ValueError(f"at most {MOST_PEOPLE} people")
    out = []
    for person in people:
        if len(person.image) != LANDMARKS * 4 or len(person.world) != LANDMARKS * 3:
            raise ValueError(f"{LANDMARKS} landmarks wanted: {LANDMARKS * 4} numbers in image, {LANDMARKS * 3} in world")
        out.append(_PERSON.pack(person.track, person.presence, *person.image, *person.world))
    return b"".join(out)
