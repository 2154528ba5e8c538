"""The messages of the live protocol (contract/stream.yaml). Times `t_us` are µs on the client's clock.

Made by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, FrozenSet, List, Literal, Mapping, Optional, Type, Union

from ._model import AnswerInfo, Model, listed, unknown
from .models import Rep, ResultDocument, ResultEvent


@dataclass(frozen=True)
class MediaDescription(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["codec", "fps", "height", "width"])
    codec: Literal["h264", "jpeg", "landmarks"]
    """`landmarks`: the pose is found by the client."""
    width: int
    """64 to 1920."""
    height: int
    """64 to 1920."""
    fps: float
    """5 to 240."""
    pose_model: Optional[str] = None
    """With `landmarks`: what found them. How BlazePose errs is known and undone; others are taken as they are."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MediaDescription:
        return cls(
            codec=data["codec"],
            width=data["width"],
            height=data["height"],
            fps=data["fps"],
            pose_model=data.get("pose_model"),
            extra=unknown(data, ("codec", "width", "height", "fps", "pose_model")),
        )


@dataclass(frozen=True)
class Capacity(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["fps", "height", "width"])
    fps: float
    width: int
    height: int
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Capacity:
        return cls(
            fps=data["fps"],
            width=data["width"],
            height=data["height"],
            extra=unknown(data, ("fps", "width", "height")),
        )


@dataclass(frozen=True)
class WelcomeMessage(Model):
    """The session is admitted."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["capacity", "resume_token", "session", "type"])
    type: Literal["welcome"]
    session: str
    resume_token: str = field(repr=False)
    capacity: Capacity
    protocol: Optional[Literal["plyo.live.1"]] = None
    resumed: Optional[bool] = None
    pose: Optional[Literal["server", "browser"]] = None
    pose_model: Optional[str] = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WelcomeMessage:
        return cls(
            type=data["type"],
            session=data["session"],
            resume_token=data["resume_token"],
            capacity=Capacity.from_dict(data["capacity"]),
            protocol=data.get("protocol"),
            resumed=data.get("resumed"),
            pose=data.get("pose"),
            pose_model=data.get("pose_model"),
            extra=unknown(data, ("type", "protocol", "session", "resume_token", "resumed", "pose", "pose_model", "capacity")),
        )


@dataclass(frozen=True)
class PosePerson(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["landmarks", "presence", "track_id"])
    track_id: int
    presence: float
    landmarks: List[float]
    """33 of x, y (px of the picture, 0.1) and visibility (0.01), flat."""
    com: Optional[List[float]] = None
    """Centre of mass x, y, px."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PosePerson:
        return cls(
            track_id=data["track_id"],
            presence=data["presence"],
            landmarks=data["landmarks"],
            com=data.get("com"),
            extra=unknown(data, ("track_id", "presence", "landmarks", "com")),
        )


@dataclass(frozen=True)
class Timing(Model):
    """Milliseconds in the server."""

    queue: Optional[float] = None
    decode: Optional[float] = None
    pose: Optional[float] = None
    analysis: Optional[float] = None
    """With the search for new people. Of pictures what was done for the last one after its skeleton was sent, no part
    of `total`."""
    total: Optional[float] = None
    """From the socket until it was sent."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Timing:
        return cls(
            queue=data.get("queue"),
            decode=data.get("decode"),
            pose=data.get("pose"),
            analysis=data.get("analysis"),
            total=data.get("total"),
            extra=unknown(data, ("queue", "decode", "pose", "analysis", "total")),
        )


@dataclass(frozen=True)
class PoseMessage(Model):
    """The skeletons of one picture."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["people", "sequence", "t_us", "timing", "type"])
    type: Literal["pose"]
    sequence: int
    t_us: int
    people: List[PosePerson]
    timing: Timing
    """Milliseconds in the server."""
    width: Optional[int] = None
    height: Optional[int] = None
    phase: Optional[str] = None
    """What the athlete is doing now; empty where it is not known."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PoseMessage:
        return cls(
            type=data["type"],
            sequence=data["sequence"],
            t_us=data["t_us"],
            people=listed(PosePerson.from_dict)(data["people"]),
            timing=Timing.from_dict(data["timing"]),
            width=data.get("width"),
            height=data.get("height"),
            phase=data.get("phase"),
            extra=unknown(data, ("type", "sequence", "t_us", "width", "height", "people", "phase", "timing")),
        )


@dataclass(frozen=True)
class EventMessage(Model):
    """An event, as soon as it is known."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["event", "track_id", "type"])
    type: Literal["event"]
    track_id: int
    event: ResultEvent
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EventMessage:
        return cls(
            type=data["type"],
            track_id=data["track_id"],
            event=ResultEvent.from_dict(data["event"]),
            extra=unknown(data, ("type", "track_id", "event")),
        )


@dataclass(frozen=True)
class RepMessage(Model):
    """A repetition, first provisional, then confirmed."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["rep", "track_id", "type"])
    type: Literal["rep"]
    track_id: int
    rep: Rep
    pose: Optional[Literal["server", "browser"]] = None
    """Where its pose was found."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RepMessage:
        return cls(
            type=data["type"],
            track_id=data["track_id"],
            rep=Rep.from_dict(data["rep"]),
            pose=data.get("pose"),
            extra=unknown(data, ("type", "track_id", "rep", "pose")),
        )


@dataclass(frozen=True)
class MetricMessage(Model):
    """A figure while the movement is going on, coarse: `com_rise`, a few times in each flight, where the height is
    known. That of the `rep` takes its place."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["id", "track_id", "type", "unit", "value"])
    type: Literal["metric"]
    track_id: int
    id: str
    value: float
    unit: str
    u: Optional[float] = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MetricMessage:
        return cls(
            type=data["type"],
            track_id=data["track_id"],
            id=data["id"],
            value=data["value"],
            unit=data["unit"],
            u=data.get("u"),
            extra=unknown(data, ("type", "track_id", "id", "value", "unit", "u")),
        )


@dataclass(frozen=True)
class CueMessage(Model):
    """A word for the athlete about the last repetition, by a rule of the sport (`cues` of its catalogue) or against
    what he did before."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["id", "level", "type"])
    type: Literal["cue"]
    id: str
    """The text is the client's, by language."""
    level: Literal["info", "good", "attention"]
    metric: Optional[str] = None
    value: Optional[float] = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CueMessage:
        return cls(
            type=data["type"],
            id=data["id"],
            level=data["level"],
            metric=data.get("metric"),
            value=data.get("value"),
            extra=unknown(data, ("type", "id", "level", "metric", "value")),
        )


@dataclass(frozen=True)
class QualityMessage(Model):
    """What spoils the measurement now; sent when it changes. Empty means that all is well."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["hints", "type"])
    type: Literal["quality"]
    hints: List[Literal["no_person", "feet_out_of_picture", "head_out_of_picture", "too_dark", "too_near", "too_far", "several_people", "low_frame_rate", "not_side_view"]]
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> QualityMessage:
        return cls(
            type=data["type"],
            hints=data["hints"],
            extra=unknown(data, ("type", "hints")),
        )


@dataclass(frozen=True)
class CapacityMessage(Model):
    """What the server wants from now on: fewer pictures a second while it has to leave some out. The size is that of
    `hello`."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["fps", "height", "type", "width"])
    type: Literal["capacity"]
    fps: float
    width: int
    height: int
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CapacityMessage:
        return cls(
            type=data["type"],
            fps=data["fps"],
            width=data["width"],
            height=data["height"],
            extra=unknown(data, ("type", "fps", "width", "height")),
        )


@dataclass(frozen=True)
class TimingMessage(Model):
    """Once a second, where the milliseconds go."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["dropped", "inferred", "p50", "p95", "received", "skipped", "type"])
    type: Literal["timing"]
    received: int
    inferred: int
    skipped: int
    """Of still frames."""
    dropped: int
    """For want of time."""
    p50: Timing
    """Milliseconds in the server."""
    p95: Timing
    """Milliseconds in the server."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TimingMessage:
        return cls(
            type=data["type"],
            received=data["received"],
            inferred=data["inferred"],
            skipped=data["skipped"],
            dropped=data["dropped"],
            p50=Timing.from_dict(data["p50"]),
            p95=Timing.from_dict(data["p95"]),
            extra=unknown(data, ("type", "received", "inferred", "skipped", "dropped", "p50", "p95")),
        )


@dataclass(frozen=True)
class ClockReplyMessage(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["client_us", "server_us", "type"])
    type: Literal["clock"]
    client_us: int
    server_us: int
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ClockReplyMessage:
        return cls(
            type=data["type"],
            client_us=data["client_us"],
            server_us=data["server_us"],
            extra=unknown(data, ("type", "client_us", "server_us")),
        )


@dataclass(frozen=True)
class ResultMessage(Model):
    """The whole document (contract/result.schema.json), after `end`."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["result", "type"])
    type: Literal["result"]
    result: ResultDocument
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ResultMessage:
        return cls(
            type=data["type"],
            result=ResultDocument.from_dict(data["result"]),
            extra=unknown(data, ("type", "result")),
        )


@dataclass(frozen=True)
class ErrorMessage(Model):
    """What went wrong; the connection is closed after it with the error's code unless `fatal` is false."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["code", "fatal", "message", "type"])
    type: Literal["error"]
    code: str
    """Id from contract/errors.yaml."""
    message: str
    fatal: bool
    retry_after_s: Optional[float] = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ErrorMessage:
        return cls(
            type=data["type"],
            code=data["code"],
            message=data["message"],
            fatal=data["fatal"],
            retry_after_s=data.get("retry_after_s"),
            extra=unknown(data, ("type", "code", "message", "fatal", "retry_after_s")),
        )


@dataclass(frozen=True)
class UnknownMessage:
    """A message that this version of the library does not know."""

    type: str
    data: Mapping[str, Any]


ServerMessage = Union[
    WelcomeMessage,
    PoseMessage,
    EventMessage,
    RepMessage,
    MetricMessage,
    CueMessage,
    QualityMessage,
    CapacityMessage,
    TimingMessage,
    ClockReplyMessage,
    ResultMessage,
    ErrorMessage,
    UnknownMessage,
]

BY_TYPE: Dict[str, Type[Model]] = {
    "welcome": WelcomeMessage,
    "pose": PoseMessage,
    "event": EventMessage,
    "rep": RepMessage,
    "metric": MetricMessage,
    "cue": CueMessage,
    "quality": QualityMessage,
    "capacity": CapacityMessage,
    "timing": TimingMessage,
    "clock": ClockReplyMessage,
    "result": ResultMessage,
    "error": ErrorMessage,
}

CLOSE_CODES: Mapping[int, str] = {
    1000: "The session has ended as asked.",
    1001: "The server is going down; connect again with the resume token.",
    1002: "A frame that is no WebSocket frame.",
    1007: "A text message that is not UTF-8.",
    1009: "A message over the limit; its size is in the reason.",
    1011: "A failure of the server's; what was stored is safe, connect again with the resume token. Not after `data_damaged`, which stays.",
    1013: "No room, or the plan's live sessions of the month are used up; the reason holds the seconds to wait (`retry_after_s=3`).",
    4400: "A message that is not understood; the reason says which and why.",
    4401: "The key may not do this, or not any more; or the athlete's consent is not there. Without a key, or with a stale one, no connection comes to be (HTTP 401).",
    4404: "No such session, or its resume token is not this one.",
    4408: "Nothing came for 30 seconds, or the client did not read what it was sent.",
    4409: "The session was resumed elsewhere.",
    4415: "A codec that the server does not take, or pictures of another codec or size than `hello` named, by their header or within the stream.",
    4422: "The media cannot be decoded, be it that an H.264 stream itself changes to a size that is too large (`frame_too_large`); landmarks that none can be, or more than 10000 tracks (`invalid_landmarks`); or the session has become too long for its result (64 MiB); its repetitions are stored.",
}
"""Why a connection was closed, by code."""
