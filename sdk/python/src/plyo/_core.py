"""What a request is, and everything that is decided about it: without I/O, so that both clients share it.

A *flow* is a generator that yields steps (send this, sleep so long) and is sent what came of them. The clients run flows,
one with blocking calls and one with `await`; what to retry, how long to wait and what an answer means is decided here once.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import uuid
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Dict, Generator, Generic, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union
from urllib.parse import quote

from . import errors
from ._base_error import ApiConnectionError, ApiError, InvalidAnswerError, NotModified, PlyoError, ServerError
from ._body import Body, BytesBody, FileSource, MultipartBody, Progress, SourceFile
from ._model import AnswerInfo, Model, NotGiven, RateLimit, format_time, to_json, with_answer

T = TypeVar("T")
M = TypeVar("M", bound=Model)

log = logging.getLogger("plyo")

RETRIED_STATUS = frozenset({408, 429, 500, 502, 503, 504})
# Of these the request may have been carried out before it was lost.
DOUBTFUL_STATUS = frozenset({408, 500, 502, 504})
# And of this refusal of 503: the store was lost while it was written, or after.
STORE_FAILED = "store_failed"
# It lasts to the end of the month, or until somebody deletes something.
QUOTA_EXCEEDED = "quota_exceeded"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. The body is empty while it is streamed."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes = b""

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise InvalidAnswerError(
                "the answer is not JSON; is this the address of a Plyo server?", status=self.status, request_id=self.info.request_id
            ) from error

    @property
    def info(self) -> AnswerInfo:
        get = self.headers.get
        limit, remaining, reset = get("ratelimit-limit"), get("ratelimit-remaining"), get("ratelimit-reset")
        rate = None
        if limit and remaining and reset and limit.isdigit() and remaining.isdigit() and reset.isdigit():
            rate = RateLimit(int(limit), int(remaining), float(reset))
        return AnswerInfo(
            status=self.status,
            request_id=get("x-request-id"),
            etag=get("etag"),
            retry_after=retry_after(self.headers),
            replayed=get("idempotency-replayed", "").lower() == "true",
            rate_limit=rate,
        )


@dataclass(frozen=True)
class Request(Generic[T]):
    """One operation, ready to be sent as often as it takes."""

    method: str
    path: str
    """Escaped, from the root of the server."""
    parse: Callable[[Answer], T] = field(repr=False)
    query: Tuple[Tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Optional[Body] = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again where it is not known if the server carried it out. A change with `If-Match` may not:
        the second would be refused because of the first."""
        return "If-Match" not in self.headers and (self.body is None or self.body.repeatable)

    def with_header(self, name: str, value: str) -> Request[T]:
        return replace(self, headers={**self.headers, name: value})


# ---- steps of flows


@dataclass(frozen=True)
class Send:
    """Gives the whole Answer; raises ApiConnectionError or ApiTimeoutError."""

    request: Request[Any]


@dataclass(frozen=True)
class Open:
    """Like Send, but leaves the body of a successful answer to be read by ReadChunk; gives Streamed."""

    request: Request[Any]


@dataclass(frozen=True)
class Streamed:
    answer: Answer
    source: Any = field(repr=False)
    """What the client reads from."""


@dataclass(frozen=True)
class ReadChunk:
    """Gives bytes, or None at the end; raises ApiConnectionError or ApiTimeoutError."""

    streamed: Streamed


@dataclass(frozen=True)
class Close:
    streamed: Streamed


@dataclass(frozen=True)
class Sleep:
    seconds: float


@dataclass(frozen=True)
class Blocking:
    """Does something to files, which an event loop must not wait for."""

    do: Callable[[], Any] = field(repr=False)


@dataclass(frozen=True)
class Emit(Generic[T]):
    """Hands a value to the one who iterates."""

    value: T


Step = Union[Send, Open, ReadChunk, Close, Sleep, Blocking, Emit[Any]]
Flow = Generator[Step, Any, T]


# ---- retries


@dataclass(frozen=True)
class RetryPolicy:
    """How often and after what waits a request is sent again.

    Waits are drawn from 0 to a limit that doubles from `first_s` up to `most_s` (full jitter), and are never shorter than
    the server's `Retry-After`; where that asks for more than `longest_retry_after_s`, the error is raised at once.
    """

    max_retries: int = 2
    first_s: float = 0.5
    most_s: float = 8.0
    longest_retry_after_s: float = 60.0
    random: Callable[[], float] = random.random

    def delay(self, retries: int, asked: Optional[float] = None) -> float:
        """Seconds before the next try, after so many retries."""
        jitter = min(self.most_s, self.first_s * 2.0 ** min(retries, 30)) * self.random()
        return jitter if asked is None else max(jitter, asked + min(1.0, asked / 4) * self.random())


def may_pass(failure: PlyoError, policy: RetryPolicy) -> bool:
    """Whether it may be different in a moment."""
    if not isinstance(failure, ApiError):
        return isinstance(failure, ApiConnectionError)
    asked = failure.retry_after
    return (
        failure.status in RETRIED_STATUS and failure.code != QUOTA_EXCEEDED and (asked is None or asked <= policy.longest_retry_after_s)
    )


def call(request: Request[Any], policy: RetryPolicy, *, stream: bool = False) -> Flow[Any]:
    """Sends with retries; gives an Answer (or Streamed) of success, and raises what the last try failed with."""
    request = prepared(request)
    retries = 0
    doubtful = False  # an earlier try may have been carried out
    while True:
        failure: PlyoError
        asked: Optional[float] = None
        try:
            got = yield (Open(request) if stream else Send(request))
            answer: Answer = got.answer if stream else got
            if 200 <= answer.status < 300:
                return got
            if answer.status == 304:
                raise NotModified(answer.headers.get("etag"))
            if doubtful and answer.status == 404 and request.method == "DELETE" and request.parse is nothing:
                return Answer(204, answer.headers)  # the try before has done it
            failure = error_of(answer)
            asked = failure.retry_after
            in_doubt = answer.status in DOUBTFUL_STATUS or failure.code == STORE_FAILED
        except ApiConnectionError as error:
            failure, in_doubt = error, error.sent
        if not may_pass(failure, policy) or retries >= policy.max_retries:
            raise failure
        if (in_doubt and not request.repeatable) or (request.body is not None and not request.body.rewindable):
            raise failure
        doubtful = doubtful or in_doubt
        wait = policy.delay(retries, asked)
        log.debug("%s %s again in %.2f s: %s", request.method, request.path, wait, type(failure).__name__)
        yield Sleep(wait)
        retries += 1


def execute(request: Request[T], policy: RetryPolicy) -> Flow[T]:
    """Sends a request and makes of its answer what the contract says that it is."""
    try:
        answer: Answer = yield from call(request, policy)
    finally:
        if request.body is not None:
            request.body.close()
    return parsed(request, answer)


def parsed(request: Request[T], answer: Answer) -> T:
    try:
        return request.parse(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidAnswerError(
            f"the answer to {request.method} {request.path} is not one of the contract: {type(error).__name__}: {error}",
            status=answer.status,
            request_id=answer.info.request_id,
        ) from error


def new_key() -> str:
    return str(uuid.uuid4())


def prepared(request: Request[T]) -> Request[T]:
    """With the key that makes it safe to send a POST again. All tries of one call share it."""
    if request.method == "POST" and "Idempotency-Key" not in request.headers:
        return request.with_header("Idempotency-Key", new_key())
    return request


def retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Seconds, of a number or a date; None where there is neither."""
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        return max(0.0, float(text)) if float(text) < float("inf") else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)
    return max(0.0, (moment - dt.datetime.now(dt.timezone.utc)).total_seconds())


def error_of(answer: Answer) -> ApiError:
    """The typed error of an answer that is none of success."""
    problem: Mapping[str, Any] = {}
    try:
        body = json.loads(answer.content)
        if isinstance(body, dict):
            problem = body
    except ValueError:
        pass

    def text(name: str) -> Optional[str]:
        value = problem.get(name)
        return value if isinstance(value, str) else None

    code = text("code")
    fallback: Type[ApiError] = ServerError if answer.status >= 500 else ApiError
    kind = errors.BY_CODE.get(code or "", errors.BY_STATUS.get(answer.status, fallback) if code is None else fallback)
    known = ("type", "title", "status", "detail", "code", "remedy", "request_id")
    return kind(
        status=answer.status,
        code=code,
        title=text("title"),
        detail=text("detail") or "",
        remedy=text("remedy"),
        request_id=text("request_id") or answer.headers.get("x-request-id"),
        retry_after=retry_after(answer.headers),
        extra={key: value for key, value in problem.items() if key not in known},
    )


# ---- what generated requests are built of


def path(template: str, **parts: Union[str, int]) -> str:
    """Escapes the parts of a path. An empty one would name another operation."""
    for name, value in parts.items():
        if value == "" or value in (".", ".."):
            raise ValueError(f"{name} must not be {value!r}")
    return template.format(**{name: quote(str(value), safe="") for name, value in parts.items()})


def query(**values: Any) -> Tuple[Tuple[str, str], ...]:
    out: List[Tuple[str, str]] = []
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, dt.datetime):
            value = format_time(value)
        out.append((name, ("true" if value else "false") if isinstance(value, bool) else str(value)))
    return tuple(out)


def headers(**values: Optional[str]) -> Dict[str, str]:
    """Headers of those that are given, by names such as `if_match`."""
    return {"-".join(part.capitalize() for part in name.split("_")): value for name, value in values.items() if value is not None}


def fields(given: Mapping[str, Any], nullable: Sequence[str] = ()) -> Dict[str, Any]:
    """The body's fields that are given: None is sent only where it is a value."""
    return {
        name: to_json(value)
        for name, value in given.items()
        if not isinstance(value, NotGiven) and (value is not None or name in nullable)
    }


def json_body(value: Mapping[str, Any]) -> Body:
    return BytesBody(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(), "application/json")


def analysis_body(
    options: Mapping[str, Any], sources: Mapping[str, Optional[str]], file: Optional[FileSource], key: str, progress: Optional[Progress]
) -> Body:
    """The options with the one source that is given, named `type.field`, or with the file beside them."""
    given = {name: value for name, value in sources.items() if value is not None}
    if len(given) + (file is not None) != 1:
        raise TypeError("exactly one source is wanted: file, upload_id, url, landmarks_csv or fixture")
    if file is not None:
        return MultipartBody("analysis", options, "video", SourceFile(file), key, progress)
    ((name, value),) = given.items()
    kind, item = name.split(".")
    return json_body({**options, "source": {"type": kind, item: value}})


# ---- what answers are


def one(model: Type[M]) -> Callable[[Answer], M]:
    def parse(answer: Answer) -> M:
        return with_answer(model.from_dict(answer.json()), answer.info)

    return parse


def nothing(answer: Answer) -> None:
    return None


def content(answer: Answer) -> bytes:
    return answer.content


@dataclass(frozen=True)
class PageData(Generic[M]):
    """One page of a list."""

    data: List[M]
    next_cursor: Optional[str]
    answer: AnswerInfo


def page_of(model: Type[M]) -> Callable[[Answer], PageData[M]]:
    def parse(answer: Answer) -> PageData[M]:
        body = answer.json()
        return PageData([model.from_dict(item) for item in body["data"]], body["next_cursor"], answer.info)

    return parse


def next_page(request: Request[PageData[M]], cursor: str) -> Request[PageData[M]]:
    kept = tuple((name, value) for name, value in request.query if name != "cursor")
    return replace(request, query=(*kept, ("cursor", cursor)))
