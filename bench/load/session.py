"""What a client brings home."""
import dataclasses

STAGES = ("queue", "decode", "pose", "analysis", "total")


@dataclasses.dataclass
class Session:
    """What became of one session; times are seconds of the machine's steady clock."""
    number: int
    start: float  # when it was to begin
    end: float  # and to end
    unit: int = 0  # of the cycle, that it began with
    first_due: float = 0  # of its first picture
    sent: int = 0
    latest_send: float = 0  # the most that a picture went out late by, s: the client's own fault
    answers: list = dataclasses.field(default_factory=list)  # (sequence, when it came, queue, decode, pose, analysis, total)
    events: list = dataclasses.field(default_factory=list)  # (when it came, id, t_s)
    reps: list = dataclasses.field(default_factory=list)  # (when it came, status, index, {event: t_s}, {metric: value})
    timings: list = dataclasses.field(default_factory=list)  # the messages, once a second
    errors: list = dataclasses.field(default_factory=list)  # (when, text)
    refused: float | None = None  # seconds to wait
    closed: int | None = None
    resumed: int = 0  # times that it went on elsewhere
