"""What the server answers with. Times are aware `datetime`s, lengths metres, durations seconds.

Made by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, FrozenSet, List, Literal, Mapping, Optional

from ._model import AnswerInfo, Model, listed, maybe, parse_time, unknown

Sex = Literal["female", "male"]
"""For the masses of the body's segments (de Leva 1996)."""

OutputKind = Literal["report", "overlay", "metrics", "landmarks", "motion"]
"""Files beside the result: HTML report, annotated video, CSV of metrics, landmarks, and angles and CoM over time."""

AnalysisStatus = Literal["queued", "running", "completed", "failed", "cancelled"]
"""How far the analysis is."""

PoseModel = Literal["lite", "full", "heavy"]
"""Accuracy against time."""

EventType = Literal["analysis.completed", "analysis.failed", "analysis.cancelled", "rep.recorded", "session.ended", "webhook_endpoint.disabled", "athlete.deleted"]
"""What happened."""

Scope = Literal["athletes:read", "athletes:write", "analyses:read", "analyses:write", "sessions:read", "sessions:write", "webhooks:read", "webhooks:write", "keys:read", "keys:write", "project:read", "project:write", "catalogue:read"]
"""What a key may do."""


@dataclass(frozen=True)
class ResultSource(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["capture_fps", "duration_s", "frames", "height", "name", "rotation_deg", "sha256", "variable_frame_rate", "width"])
    name: str
    """File name without folders."""
    sha256: str
    """Of the file's bytes; empty where there was no file."""
    width: int
    """px, of the upright displayed picture."""
    height: int
    """px, of the upright displayed picture."""
    rotation_deg: int
    """Clockwise turn that the metadata asked for; applied (0 to 359)."""
    frames: int
    """Of a live session that was resumed those since then, as duration_s and quality are; its repetitions are all
    there."""
    duration_s: float
    """Capture time."""
    capture_fps: float
    """True rate of the camera, frames/s."""
    variable_frame_rate: bool
    kind: Optional[Literal["video", "force_plate"]] = None
    """A video where it is not said. Of a force plate's file the frames are its samples, capture_fps is their rate,
    width and height are 0."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ResultSource:
        return cls(
            name=data["name"],
            sha256=data["sha256"],
            width=data["width"],
            height=data["height"],
            rotation_deg=data["rotation_deg"],
            frames=data["frames"],
            duration_s=data["duration_s"],
            capture_fps=data["capture_fps"],
            variable_frame_rate=data["variable_frame_rate"],
            kind=data.get("kind"),
            extra=unknown(data, ("kind", "name", "sha256", "width", "height", "rotation_deg", "frames", "duration_s", "capture_fps", "variable_frame_rate")),
        )


@dataclass(frozen=True)
class Scale(Model):
    """How lengths in the picture became metres; body_weight: on a force plate, by the net impulse."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["m_per_px", "method", "u_m_per_px"])
    method: Literal["known_length", "stature", "box", "free_fall", "body_weight", "none"]
    m_per_px: Optional[float]
    """Metres to a pixel at the athlete."""
    u_m_per_px: Optional[float]
    """Its standard uncertainty (k = 1)."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scale:
        return cls(
            method=data["method"],
            m_per_px=data["m_per_px"],
            u_m_per_px=data["u_m_per_px"],
            extra=unknown(data, ("method", "m_per_px", "u_m_per_px")),
        )


@dataclass(frozen=True)
class ResultEvent(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["frame", "id", "t_s", "u_s"])
    id: str
    """takeoff, landing, ..."""
    t_s: float
    """Instant, capture time from the first shown frame."""
    u_s: float
    """Standard uncertainty (k = 1)."""
    frame: float
    """Fractional index of the frame, by the presentation times."""
    flags: Optional[List[str]] = None
    """What to know before trusting it; the command line and the report say it in words."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ResultEvent:
        return cls(
            id=data["id"],
            t_s=data["t_s"],
            u_s=data["u_s"],
            frame=data["frame"],
            flags=data.get("flags"),
            extra=unknown(data, ("id", "t_s", "u_s", "frame", "flags")),
        )


@dataclass(frozen=True)
class Phase(Model):
    """Half open: [begin_s, end_s)."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["begin_s", "end_s", "id"])
    id: str
    """flight, ..."""
    begin_s: float
    """Inclusive."""
    end_s: float
    """Exclusive."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Phase:
        return cls(
            id=data["id"],
            begin_s=data["begin_s"],
            end_s=data["end_s"],
            extra=unknown(data, ("id", "begin_s", "end_s")),
        )


@dataclass(frozen=True)
class Metric(Model):
    """A figure with its standard uncertainty, or absent with a reason."""

    _names: ClassVar[Mapping[str, str]] = {"class_": "class"}
    _required: ClassVar[FrozenSet[str]] = frozenset(["flags", "id", "unit", "value"])
    id: str
    """peak_power, ..."""
    value: Optional[float]
    """In the unit beside it."""
    unit: str
    """SI unit; 1 for a ratio; body_height where there is no scale."""
    flags: List[str]
    """What to know before trusting it; the command line and the report say it in words."""
    class_: Optional[str] = None
    """A class beside the value, such as heel, mid, fore."""
    u: Optional[float] = None
    """Standard uncertainty (k = 1); 1.96 u is half of a 95 % interval."""
    begin_s: Optional[float] = None
    """Time range that the figure came from."""
    end_s: Optional[float] = None
    """Time range that the figure came from."""
    reason: Optional[str] = None
    """Why there is no value: mass_not_given, ..."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Metric:
        return cls(
            id=data["id"],
            value=data["value"],
            unit=data["unit"],
            flags=data["flags"],
            class_=data.get("class"),
            u=data.get("u"),
            begin_s=data.get("begin_s"),
            end_s=data.get("end_s"),
            reason=data.get("reason"),
            extra=unknown(data, ("id", "value", "class", "unit", "u", "begin_s", "end_s", "flags", "reason")),
        )


@dataclass(frozen=True)
class Rep(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["events", "flags", "index", "metrics", "phases", "scale", "status"])
    index: int
    status: Literal["provisional", "confirmed"]
    scale: Scale
    """How lengths in the picture became metres; body_weight: on a force plate, by the net impulse."""
    events: List[ResultEvent]
    """In time order."""
    phases: List[Phase]
    """In time order."""
    metrics: List[Metric]
    """In the order of the catalogue."""
    flags: List[str]
    """What to know before trusting it; the command line and the report say it in words."""
    excluded: Optional[str] = None
    """Why a person left it out of the summary. Absent: it counts."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rep:
        return cls(
            index=data["index"],
            status=data["status"],
            scale=Scale.from_dict(data["scale"]),
            events=listed(ResultEvent.from_dict)(data["events"]),
            phases=listed(Phase.from_dict)(data["phases"]),
            metrics=listed(Metric.from_dict)(data["metrics"]),
            flags=data["flags"],
            excluded=data.get("excluded"),
            extra=unknown(data, ("index", "status", "scale", "events", "phases", "metrics", "flags", "excluded")),
        )


@dataclass(frozen=True)
class MetricSummary(Model):
    _names: ClassVar[Mapping[str, str]] = {"class_": "class"}
    _required: ClassVar[FrozenSet[str]] = frozenset(["best", "id", "left", "mean", "n", "right", "sd", "u", "unit"])
    id: str
    """Of the metric."""
    unit: str
    """SI unit; 1 for a ratio; body_height where there is no scale."""
    mean: Optional[float]
    sd: Optional[float]
    n: int
    """Values that it stands on."""
    u: Optional[float]
    """Standard uncertainty of the mean (k = 1)."""
    left: Optional[float]
    """Mean of the left side."""
    right: Optional[float]
    """Mean of the right side."""
    best: Optional[float]
    """Best of all."""
    class_: Optional[str] = None
    """The class that is most frequent, such as heel, mid, fore."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MetricSummary:
        return cls(
            id=data["id"],
            unit=data["unit"],
            mean=data["mean"],
            sd=data["sd"],
            n=data["n"],
            u=data["u"],
            left=data["left"],
            right=data["right"],
            best=data["best"],
            class_=data.get("class"),
            extra=unknown(data, ("id", "unit", "mean", "sd", "n", "u", "left", "right", "best", "class")),
        )


@dataclass(frozen=True)
class ResultAthlete(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["height_m", "mass_kg", "reps", "steps", "summary", "track_id"])
    track_id: int
    """Who of the people in the recording."""
    height_m: Optional[float]
    """Stature as given."""
    mass_kg: Optional[float]
    """Body mass as given; on a force plate as weighed."""
    reps: List[Rep]
    """Repetitions in time order."""
    steps: List[Rep]
    """Steps of a run in time order."""
    summary: List[MetricSummary]
    """Over the repetitions or steps."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ResultAthlete:
        return cls(
            track_id=data["track_id"],
            height_m=data["height_m"],
            mass_kg=data["mass_kg"],
            reps=listed(Rep.from_dict)(data["reps"]),
            steps=listed(Rep.from_dict)(data["steps"]),
            summary=listed(MetricSummary.from_dict)(data["summary"]),
            extra=unknown(data, ("track_id", "height_m", "mass_kg", "reps", "steps", "summary")),
        )


@dataclass(frozen=True)
class Quality(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["bystanders", "detected_fraction", "dropped_frames", "flags", "side_swaps"])
    detected_fraction: float
    """Frames with the leading athlete in them (with anybody, where nobody performs) (0 to 1)."""
    dropped_frames: int
    bystanders: int
    """Tracked people who do not perform the movement."""
    side_swaps: int
    """Frames in which left and right were found exchanged."""
    flags: List[str]
    """What to know before trusting it; the command line and the report say it in words."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quality:
        return cls(
            detected_fraction=data["detected_fraction"],
            dropped_frames=data["dropped_frames"],
            bystanders=data["bystanders"],
            side_swaps=data["side_swaps"],
            flags=data["flags"],
            extra=unknown(data, ("detected_fraction", "dropped_frames", "bystanders", "side_swaps", "flags")),
        )


@dataclass(frozen=True)
class ProvenanceModel(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["name", "sha256"])
    name: str
    """blazepose_full, ..."""
    sha256: str
    """Of the model's file."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ProvenanceModel:
        return cls(
            name=data["name"],
            sha256=data["sha256"],
            extra=unknown(data, ("name", "sha256")),
        )


@dataclass(frozen=True)
class Provenance(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "model", "options", "plyo_version"])
    plyo_version: str
    model: ProvenanceModel
    options: Dict[str, str]
    """As given. pose of a live session: where it was found, server, browser or both."""
    created_at: str
    """RFC 3339, UTC."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Provenance:
        return cls(
            plyo_version=data["plyo_version"],
            model=ProvenanceModel.from_dict(data["model"]),
            options=data["options"],
            created_at=data["created_at"],
            extra=unknown(data, ("plyo_version", "model", "options", "created_at")),
        )


@dataclass(frozen=True)
class ResultDocument(Model):
    """What an analysis found, in SI units, times in seconds of capture time. Fields may be added within version 1:
    readers pass over what they do not know."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["athletes", "provenance", "quality", "schema", "source", "sport"])
    schema: Literal["plyo.analysis/1"]
    sport: str
    """Id of the sport: cmj, ..."""
    source: ResultSource
    athletes: List[ResultAthlete]
    """Everyone who performs the movement and nobody else, most repetitions first, then the largest in the picture.
    Empty: nothing was found."""
    quality: Quality
    provenance: Provenance
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ResultDocument:
        return cls(
            schema=data["schema"],
            sport=data["sport"],
            source=ResultSource.from_dict(data["source"]),
            athletes=listed(ResultAthlete.from_dict)(data["athletes"]),
            quality=Quality.from_dict(data["quality"]),
            provenance=Provenance.from_dict(data["provenance"]),
            extra=unknown(data, ("schema", "sport", "source", "athletes", "quality", "provenance")),
        )


@dataclass(frozen=True)
class Athlete(Model):
    """A person who is measured."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "id", "test", "updated_at"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    updated_at: dt.datetime
    """RFC 3339, UTC."""
    test: bool
    """Made with a key of test mode."""
    external_id: Optional[str] = None
    """The athlete's id in your own system; nothing that names a person."""
    name: Optional[str] = field(default=None, repr=False)
    """As it shall stand in reports."""
    height_m: Optional[float] = None
    """Standing height, m."""
    mass_kg: Optional[float] = None
    """Body mass, kg."""
    sex: Optional[Sex] = None
    """For the masses of the body's segments (de Leva 1996)."""
    birth_date: Optional[str] = field(default=None, repr=False)
    """Tells a minor."""
    metadata: Optional[Dict[str, str]] = None
    """Your own texts beside an object, up to 20."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Athlete:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            updated_at=parse_time(data["updated_at"]),
            test=data["test"],
            external_id=data.get("external_id"),
            name=data.get("name"),
            height_m=data.get("height_m"),
            mass_kg=data.get("mass_kg"),
            sex=data.get("sex"),
            birth_date=data.get("birth_date"),
            metadata=data.get("metadata"),
            extra=unknown(data, ("id", "created_at", "updated_at", "test", "external_id", "name", "height_m", "mass_kg", "sex", "birth_date", "metadata")),
        )


@dataclass(frozen=True)
class Consent(Model):
    """A consent."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["athlete_id", "given_at", "given_by", "guardian", "id"])
    id: str
    """Id of the object."""
    athlete_id: str
    """Id of the object."""
    given_by: str = field(repr=False)
    """Who agreed."""
    guardian: bool
    """Whether that is the guardian of a minor."""
    given_at: dt.datetime
    """RFC 3339, UTC."""
    withdrawn_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    text: Optional[str] = None
    """What was agreed to."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Consent:
        return cls(
            id=data["id"],
            athlete_id=data["athlete_id"],
            given_by=data["given_by"],
            guardian=data["guardian"],
            given_at=parse_time(data["given_at"]),
            withdrawn_at=maybe(parse_time, data.get("withdrawn_at")),
            text=data.get("text"),
            extra=unknown(data, ("id", "athlete_id", "given_by", "guardian", "given_at", "withdrawn_at", "text")),
        )


@dataclass(frozen=True)
class AnalysisSource(Model):
    """What was given."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["type"])
    type: Literal["file", "upload", "url", "landmarks", "fixture"]
    bytes: Optional[int] = None
    """Size, once known."""
    deleted_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AnalysisSource:
        return cls(
            type=data["type"],
            bytes=data.get("bytes"),
            deleted_at=maybe(parse_time, data.get("deleted_at")),
            extra=unknown(data, ("type", "bytes", "deleted_at")),
        )


@dataclass(frozen=True)
class AnalysisFile(Model):
    """A file of the analysis."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["bytes", "content_type", "name", "sha256"])
    name: str
    """`result.json`, `metrics.csv`, `report.html`, `overlay.mp4`, `landmarks.csv`, `motion.csv`, `source.bin`."""
    content_type: str
    """MIME type."""
    bytes: int
    """Size."""
    sha256: str
    """Digest, hex."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AnalysisFile:
        return cls(
            name=data["name"],
            content_type=data["content_type"],
            bytes=data["bytes"],
            sha256=data["sha256"],
            extra=unknown(data, ("name", "content_type", "bytes", "sha256")),
        )


@dataclass(frozen=True)
class AnalysisAthlete(Model):
    """What is known of the person, where there is no athlete; goes before what the athlete says."""

    height_m: Optional[float] = None
    """Standing height, m (0.5 to 2.6)."""
    mass_kg: Optional[float] = None
    """Body mass, kg (10 to 400)."""
    sex: Optional[Sex] = None
    """For the masses of the body's segments (de Leva 1996)."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AnalysisAthlete:
        return cls(
            height_m=data.get("height_m"),
            mass_kg=data.get("mass_kg"),
            sex=data.get("sex"),
            extra=unknown(data, ("height_m", "mass_kg", "sex")),
        )


@dataclass(frozen=True)
class Failure(Model):
    """Why it failed."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["code", "detail", "remedy"])
    code: str
    """Stable id, as in the error reference."""
    detail: str
    """What is wrong, and where."""
    remedy: str
    """What to do about it."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Failure:
        return cls(
            code=data["code"],
            detail=data["detail"],
            remedy=data["remedy"],
            extra=unknown(data, ("code", "detail", "remedy")),
        )


@dataclass(frozen=True)
class Analysis(Model):
    """One video or table of landmarks that is measured."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "files", "id", "keep_source", "outputs", "progress", "source", "sport", "status", "test"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    test: bool
    """Made with a key of test mode."""
    sport: str
    """Id of a sport of the catalogue."""
    outputs: List[OutputKind]
    keep_source: bool
    """Whether the video is kept."""
    source: AnalysisSource
    """What was given."""
    status: AnalysisStatus
    """How far the analysis is."""
    progress: float
    """Share that is done (0 to 1)."""
    files: List[AnalysisFile]
    started_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    finished_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    athlete_id: Optional[str] = None
    """Id of the object."""
    athlete: Optional[AnalysisAthlete] = None
    """What is known of the person, where there is no athlete; goes before what the athlete says."""
    model: Optional[PoseModel] = None
    """Accuracy against time."""
    capture_fps: Optional[float] = None
    """True rate of capture, frames/s."""
    parameters: Optional[Dict[str, float]] = None
    """Parameters of the sport."""
    blur_faces: Optional[bool] = None
    """Whether faces are made unrecognisable."""
    priority: Optional[Literal["normal", "low"]] = None
    """Whether it waits for others."""
    metadata: Optional[Dict[str, str]] = None
    """Your own texts beside an object, up to 20."""
    error: Optional[Failure] = None
    """Why it failed."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Analysis:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            test=data["test"],
            sport=data["sport"],
            outputs=data["outputs"],
            keep_source=data["keep_source"],
            source=AnalysisSource.from_dict(data["source"]),
            status=data["status"],
            progress=data["progress"],
            files=listed(AnalysisFile.from_dict)(data["files"]),
            started_at=maybe(parse_time, data.get("started_at")),
            finished_at=maybe(parse_time, data.get("finished_at")),
            athlete_id=data.get("athlete_id"),
            athlete=maybe(AnalysisAthlete.from_dict, data.get("athlete")),
            model=data.get("model"),
            capture_fps=data.get("capture_fps"),
            parameters=data.get("parameters"),
            blur_faces=data.get("blur_faces"),
            priority=data.get("priority"),
            metadata=data.get("metadata"),
            error=maybe(Failure.from_dict, data.get("error")),
            extra=unknown(data, ("id", "created_at", "started_at", "finished_at", "test", "sport", "athlete_id", "athlete", "model", "capture_fps", "parameters", "outputs", "blur_faces", "keep_source", "priority", "metadata", "source", "status", "progress", "error", "files")),
        )


@dataclass(frozen=True)
class AthleteExportAnalysis(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["analysis", "paths"])
    analysis: Analysis
    """One video or table of landmarks that is measured."""
    paths: List[str]
    """Where its files are given; the video, `source.bin`, is among them while it is stored."""
    result: Optional[ResultDocument] = None
    """The document `plyo.analysis/1`; its schema: `plyo catalogue --schema`."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AthleteExportAnalysis:
        return cls(
            analysis=Analysis.from_dict(data["analysis"]),
            paths=data["paths"],
            result=maybe(ResultDocument.from_dict, data.get("result")),
            extra=unknown(data, ("analysis", "paths", "result")),
        )


@dataclass(frozen=True)
class Session(Model):
    """A live session, `plyo.session/1`."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created", "ended", "reps", "result", "schema", "session", "sport"])
    schema: Literal["plyo.session/1"]
    """Kind and version of the document."""
    session: str
    """Id of a live session."""
    sport: str
    """Id of a sport of the catalogue."""
    created: dt.datetime
    """RFC 3339, UTC."""
    ended: bool
    """Whether it is over."""
    reps: List[Dict[str, Any]]
    """Confirmed messages `rep` of the live protocol."""
    result: Optional[ResultDocument]
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Session:
        return cls(
            schema=data["schema"],
            session=data["session"],
            sport=data["sport"],
            created=parse_time(data["created"]),
            ended=data["ended"],
            reps=data["reps"],
            result=maybe(ResultDocument.from_dict, data["result"]),
            extra=unknown(data, ("schema", "session", "sport", "created", "ended", "reps", "result")),
        )


@dataclass(frozen=True)
class AthleteExport(Model):
    """Everything that is stored about an athlete."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["analyses", "athlete", "consents", "exported_at", "schema", "sessions"])
    schema: Literal["plyo.athlete_export/1"]
    """Kind and version of the document."""
    exported_at: dt.datetime
    """RFC 3339, UTC."""
    athlete: Athlete
    """A person who is measured."""
    consents: List[Consent]
    analyses: List[AthleteExportAnalysis]
    sessions: List[Session]
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AthleteExport:
        return cls(
            schema=data["schema"],
            exported_at=parse_time(data["exported_at"]),
            athlete=Athlete.from_dict(data["athlete"]),
            consents=listed(Consent.from_dict)(data["consents"]),
            analyses=listed(AthleteExportAnalysis.from_dict)(data["analyses"]),
            sessions=listed(Session.from_dict)(data["sessions"]),
            extra=unknown(data, ("schema", "exported_at", "athlete", "consents", "analyses", "sessions")),
        )


@dataclass(frozen=True)
class TrendPoint(Model):
    _required: ClassVar[FrozenSet[str]] = frozenset(["at", "count", "max", "mean", "min", "source_id"])
    source_id: str
    """The analysis or session."""
    at: dt.datetime
    """RFC 3339, UTC."""
    mean: float
    """Mean over the repetitions."""
    max: float
    """Largest repetition."""
    min: float
    """Smallest repetition."""
    count: int
    """How many repetitions."""
    u: Optional[float] = None
    """Standard uncertainty of the mean, where every repetition has one."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrendPoint:
        return cls(
            source_id=data["source_id"],
            at=parse_time(data["at"]),
            mean=data["mean"],
            max=data["max"],
            min=data["min"],
            count=data["count"],
            u=data.get("u"),
            extra=unknown(data, ("source_id", "at", "mean", "max", "min", "u", "count")),
        )


@dataclass(frozen=True)
class Trend(Model):
    """One metric of one sport over time, oldest first."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["athlete_id", "metric", "points", "sport"])
    athlete_id: str
    """Id of the object."""
    sport: str
    """Id of a sport of the catalogue."""
    metric: str
    """Id of a metric of the catalogue."""
    points: List[TrendPoint]
    unit: Optional[str] = None
    """Unit of the values, absent where there is no point."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Trend:
        return cls(
            athlete_id=data["athlete_id"],
            sport=data["sport"],
            metric=data["metric"],
            points=listed(TrendPoint.from_dict)(data["points"]),
            unit=data.get("unit"),
            extra=unknown(data, ("athlete_id", "sport", "metric", "unit", "points")),
        )


@dataclass(frozen=True)
class Upload(Model):
    """A file that comes in parts."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["bytes", "created_at", "expires_at", "id", "part_bytes", "parts", "status"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    expires_at: dt.datetime
    """RFC 3339, UTC."""
    status: Literal["open", "complete", "used"]
    """`complete`: an analysis may take it. `used`: one has; the upload goes with that one's source."""
    bytes: int
    """Size of the whole file."""
    part_bytes: int
    """Size of every part but the last."""
    parts: List[int]
    """Numbers of the parts that have come."""
    sha256: Optional[str] = None
    """Digest that was announced, hex."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Upload:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            expires_at=parse_time(data["expires_at"]),
            status=data["status"],
            bytes=data["bytes"],
            part_bytes=data["part_bytes"],
            parts=data["parts"],
            sha256=data.get("sha256"),
            extra=unknown(data, ("id", "created_at", "expires_at", "status", "bytes", "part_bytes", "sha256", "parts")),
        )


@dataclass(frozen=True)
class SessionTicket(Model):
    """Opens one socket."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["expires_at", "protocols", "ticket", "url"])
    ticket: str = field(repr=False)
    """The ticket."""
    expires_at: dt.datetime
    """RFC 3339, UTC."""
    url: str
    """Path of the socket, on the same host."""
    protocols: List[str] = field(repr=False)
    """Sub-protocols to offer."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SessionTicket:
        return cls(
            ticket=data["ticket"],
            expires_at=parse_time(data["expires_at"]),
            url=data["url"],
            protocols=data["protocols"],
            extra=unknown(data, ("ticket", "expires_at", "url", "protocols")),
        )


@dataclass(frozen=True)
class SessionSummary(Model):
    """A live session in a list."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "ended", "id", "reps", "sport"])
    id: str
    """Id of a live session."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    sport: str
    """Id of a sport of the catalogue."""
    ended: bool
    """Whether it is over."""
    reps: int
    """Confirmed repetitions."""
    athlete_id: Optional[str] = None
    """Id of the object."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SessionSummary:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            sport=data["sport"],
            ended=data["ended"],
            reps=data["reps"],
            athlete_id=data.get("athlete_id"),
            extra=unknown(data, ("id", "created_at", "sport", "athlete_id", "ended", "reps")),
        )


@dataclass(frozen=True)
class WebhookEndpoint(Model):
    """Where events are sent."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "enabled", "event_types", "id", "test", "url"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    test: bool
    """Gets the events of test mode."""
    url: str
    """The address."""
    event_types: List[EventType]
    """Which events."""
    enabled: bool
    """Whether events are sent."""
    description: Optional[str] = None
    """For people."""
    disabled_reason: Optional[str] = None
    """Why it was disabled."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WebhookEndpoint:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            test=data["test"],
            url=data["url"],
            event_types=data["event_types"],
            enabled=data["enabled"],
            description=data.get("description"),
            disabled_reason=data.get("disabled_reason"),
            extra=unknown(data, ("id", "created_at", "test", "url", "event_types", "description", "enabled", "disabled_reason")),
        )


@dataclass(frozen=True)
class WebhookEndpointCreated(Model):
    """An endpoint with its secret, which is shown this once."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "enabled", "event_types", "id", "secret", "test", "url"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    test: bool
    """Gets the events of test mode."""
    url: str
    """The address."""
    event_types: List[EventType]
    """Which events."""
    enabled: bool
    """Whether events are sent."""
    secret: str = field(repr=False)
    """`whsec_` and base64, for checking signatures."""
    description: Optional[str] = None
    """For people."""
    disabled_reason: Optional[str] = None
    """Why it was disabled."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WebhookEndpointCreated:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            test=data["test"],
            url=data["url"],
            event_types=data["event_types"],
            enabled=data["enabled"],
            secret=data["secret"],
            description=data.get("description"),
            disabled_reason=data.get("disabled_reason"),
            extra=unknown(data, ("id", "created_at", "test", "url", "event_types", "description", "enabled", "disabled_reason", "secret")),
        )


@dataclass(frozen=True)
class WebhookDelivery(Model):
    """One event on its way to one endpoint."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["attempts", "event_id", "event_type", "id", "status"])
    id: str
    """Id of the delivery."""
    event_id: str
    """Id of the object."""
    event_type: EventType
    """What happened."""
    status: Literal["pending", "delivered", "failed"]
    """`failed`: given up."""
    attempts: int
    """How often it was tried."""
    last_attempt_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    next_attempt_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    response_status: Optional[int] = None
    """HTTP status of the last answer."""
    error: Optional[str] = None
    """Why the last try failed, where nothing was answered."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WebhookDelivery:
        return cls(
            id=data["id"],
            event_id=data["event_id"],
            event_type=data["event_type"],
            status=data["status"],
            attempts=data["attempts"],
            last_attempt_at=maybe(parse_time, data.get("last_attempt_at")),
            next_attempt_at=maybe(parse_time, data.get("next_attempt_at")),
            response_status=data.get("response_status"),
            error=data.get("error"),
            extra=unknown(data, ("id", "event_id", "event_type", "status", "attempts", "last_attempt_at", "next_attempt_at", "response_status", "error")),
        )


@dataclass(frozen=True)
class Event(Model):
    """Something that happened."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "data", "id", "test", "type"])
    id: str
    """Id of the object."""
    type: EventType
    """What happened."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    test: bool
    """Of test mode."""
    data: Dict[str, Any]
    """The analysis; or `session_id`, `athlete_id` and `rep`; or the endpoint."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Event:
        return cls(
            id=data["id"],
            type=data["type"],
            created_at=parse_time(data["created_at"]),
            test=data["test"],
            data=data["data"],
            extra=unknown(data, ("id", "type", "created_at", "test", "data")),
        )


@dataclass(frozen=True)
class ApiKey(Model):
    """A key without its secret."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "hint", "id", "name", "scopes", "status", "test"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    name: str
    """What it is for."""
    hint: str
    """Its mode and the end of its id, to tell it from others."""
    scopes: List[Scope]
    """What it may do."""
    test: bool
    """A key of test mode."""
    status: Literal["active", "expired", "revoked"]
    """Whether it opens anything."""
    expires_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    last_used_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ApiKey:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            name=data["name"],
            hint=data["hint"],
            scopes=data["scopes"],
            test=data["test"],
            status=data["status"],
            expires_at=maybe(parse_time, data.get("expires_at")),
            last_used_at=maybe(parse_time, data.get("last_used_at")),
            extra=unknown(data, ("id", "created_at", "name", "hint", "scopes", "test", "status", "expires_at", "last_used_at")),
        )


@dataclass(frozen=True)
class ApiKeyCreated(Model):
    """A key, which is shown this once."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["created_at", "hint", "id", "key", "name", "scopes", "status", "test"])
    id: str
    """Id of the object."""
    created_at: dt.datetime
    """RFC 3339, UTC."""
    name: str
    """What it is for."""
    hint: str
    """Its mode and the end of its id, to tell it from others."""
    scopes: List[Scope]
    """What it may do."""
    test: bool
    """A key of test mode."""
    status: Literal["active", "expired", "revoked"]
    """Whether it opens anything."""
    key: str = field(repr=False)
    """The key."""
    expires_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    last_used_at: Optional[dt.datetime] = None
    """RFC 3339, UTC."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ApiKeyCreated:
        return cls(
            id=data["id"],
            created_at=parse_time(data["created_at"]),
            name=data["name"],
            hint=data["hint"],
            scopes=data["scopes"],
            test=data["test"],
            status=data["status"],
            key=data["key"],
            expires_at=maybe(parse_time, data.get("expires_at")),
            last_used_at=maybe(parse_time, data.get("last_used_at")),
            extra=unknown(data, ("id", "created_at", "name", "hint", "scopes", "test", "status", "expires_at", "last_used_at", "key")),
        )


@dataclass(frozen=True)
class Project(Model):
    """What the key belongs to."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["consent", "id", "name", "organization_id", "plan", "source_retention_s"])
    id: str
    """Id of the project."""
    organization_id: str
    """Id of the organisation."""
    name: str
    """Its name."""
    plan: str
    """Id of the plan of the operator's file."""
    consent: Literal["none", "required"]
    """`required`: nothing of an athlete is analysed without consent."""
    source_retention_s: int
    """Seconds that a video is kept after its analysis, unless it is kept by choice."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Project:
        return cls(
            id=data["id"],
            organization_id=data["organization_id"],
            name=data["name"],
            plan=data["plan"],
            consent=data["consent"],
            source_retention_s=data["source_retention_s"],
            extra=unknown(data, ("id", "organization_id", "name", "plan", "consent", "source_retention_s")),
        )


@dataclass(frozen=True)
class Quota(Model):
    """Used and allowed; no limit where the plan has none. A live session counts once, when it begins; an analysis when
    it is accepted, and no more where it is cancelled or deleted before it has begun or fails by the server's fault."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["used"])
    used: int
    limit: Optional[int] = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quota:
        return cls(
            used=data["used"],
            limit=data.get("limit"),
            extra=unknown(data, ("used", "limit")),
        )


@dataclass(frozen=True)
class Usage(Model):
    """What was used this month (UTC), in the mode of the key."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["analyses", "live_sessions", "period_end", "period_start", "plan", "webhook_endpoints"])
    period_start: dt.datetime
    """RFC 3339, UTC."""
    period_end: dt.datetime
    """RFC 3339, UTC."""
    plan: str
    """Id of the plan."""
    analyses: Quota
    """Used and allowed; no limit where the plan has none. A live session counts once, when it begins; an analysis when
    it is accepted, and no more where it is cancelled or deleted before it has begun or fails by the server's fault."""
    live_sessions: Quota
    """Used and allowed; no limit where the plan has none. A live session counts once, when it begins; an analysis when
    it is accepted, and no more where it is cancelled or deleted before it has begun or fails by the server's fault."""
    webhook_endpoints: Quota
    """Used and allowed; no limit where the plan has none. A live session counts once, when it begins; an analysis when
    it is accepted, and no more where it is cancelled or deleted before it has begun or fails by the server's fault."""
    upload_bytes: Optional[Quota] = None
    """Used and allowed; no limit where the plan has none. A live session counts once, when it begins; an analysis when
    it is accepted, and no more where it is cancelled or deleted before it has begun or fails by the server's fault."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Usage:
        return cls(
            period_start=parse_time(data["period_start"]),
            period_end=parse_time(data["period_end"]),
            plan=data["plan"],
            analyses=Quota.from_dict(data["analyses"]),
            live_sessions=Quota.from_dict(data["live_sessions"]),
            webhook_endpoints=Quota.from_dict(data["webhook_endpoints"]),
            upload_bytes=maybe(Quota.from_dict, data.get("upload_bytes")),
            extra=unknown(data, ("period_start", "period_end", "plan", "analyses", "live_sessions", "webhook_endpoints", "upload_bytes")),
        )


@dataclass(frozen=True)
class AuditEntry(Model):
    """Something that was changed."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["action", "actor", "at", "id", "target"])
    id: str
    """Id of the entry."""
    at: dt.datetime
    """RFC 3339, UTC."""
    actor: str
    """Id of the key, `page`, or `operator`."""
    action: str
    """Id of the operation, or what the server did by itself."""
    target: str
    """Id of what was changed."""
    request_id: Optional[str] = None
    """Finds the request in the server's log."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AuditEntry:
        return cls(
            id=data["id"],
            at=parse_time(data["at"]),
            actor=data["actor"],
            action=data["action"],
            target=data["target"],
            request_id=data.get("request_id"),
            extra=unknown(data, ("id", "at", "actor", "action", "target", "request_id")),
        )


@dataclass(frozen=True)
class Catalogue(Model):
    """The document `plyo.catalogue/1`."""

    _required: ClassVar[FrozenSet[str]] = frozenset(["schema", "sports"])
    schema: Literal["plyo.catalogue/1"]
    """Kind and version of the document."""
    sports: List[Dict[str, Any]]
    extra: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Catalogue:
        return cls(
            schema=data["schema"],
            sports=data["sports"],
            extra=unknown(data, ("schema", "sports")),
        )


__all__ = [
    "Analysis",
    "AnalysisAthlete",
    "AnalysisFile",
    "AnalysisSource",
    "AnalysisStatus",
    "ApiKey",
    "ApiKeyCreated",
    "Athlete",
    "AthleteExport",
    "AthleteExportAnalysis",
    "AuditEntry",
    "Catalogue",
    "Consent",
    "Event",
    "EventType",
    "Failure",
    "Metric",
    "MetricSummary",
    "OutputKind",
    "Phase",
    "PoseModel",
    "Project",
    "Provenance",
    "ProvenanceModel",
    "Quality",
    "Quota",
    "Rep",
    "ResultAthlete",
    "ResultDocument",
    "ResultEvent",
    "ResultSource",
    "Scale",
    "Scope",
    "Session",
    "SessionSummary",
    "SessionTicket",
    "Sex",
    "Trend",
    "TrendPoint",
    "Upload",
    "Usage",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEndpointCreated",
]
