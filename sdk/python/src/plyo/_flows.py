"""What takes more than one request, as flows that both clients run."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, List, Optional, Tuple, Union

from . import _operations as operations
from ._base_error import (
    AnalysisCancelledError,
    AnalysisFailedError,
    ApiConnectionError,
    ApiError,
    InvalidAnswerError,
    PlyoError,
    UploadError,
    WaitTimeoutError,
)
from ._body import FileSource, PartBody, SourceFile
from ._core import Blocking, Close, Emit, Flow, ReadChunk, Request, RetryPolicy, Sleep, Streamed, call, execute, may_pass
from .models import Analysis, Upload

SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
# An outage that is waited through where nobody said how long to wait.
LONGEST_OUTAGE_S = 300.0
# A check of an upload that is waited for longer has broken off.
LONGEST_CHECK_S = 600.0
LAST_EVENTS = ("completed", "failed", "cancelled")


@dataclass(frozen=True)
class AnalysisEvent:
    """Something that happened to an analysis."""

    event: str
    """`progress`, and at the end `completed`, `failed` or `cancelled`."""
    analysis: Analysis
    """As it was then."""


@dataclass(frozen=True)
class UploadProgress:
    """How far an upload is."""

    upload_id: str
    """For going on later: `upload_file(file, upload_id=…)`."""
    sent: int
    """Bytes that are there, with those of earlier calls."""
    total: int
    """Bytes of the whole file."""


def wait_for_analysis(
    analysis_id: str,
    policy: RetryPolicy,
    timeout: Optional[float],
    on_progress: Optional[Callable[[Analysis], Any]],
    analysis: Optional[Analysis] = None,
    clock: Callable[[], float] = time.monotonic,
) -> Flow[Analysis]:
    """`analysis`: as it is known, for the error. While the server is away the analysis waits or runs all the same, and so does who
    waits for it."""
    heard = clock()
    deadline = None if timeout is None else heard + timeout
    once = replace(policy, max_retries=0)  # the retries are those of this loop, so that no wait leads over the deadline
    asked = failures = 0
    while True:
        failure: Optional[PlyoError] = None
        try:
            analysis = yield from execute(operations.get_analysis(analysis_id), once)
        except PlyoError as error:
            error.analysis = analysis
            if not may_pass(error, policy) or (deadline is None and clock() - heard > LONGEST_OUTAGE_S):
                raise
            failure = error
            pause = policy.delay(failures, error.retry_after if isinstance(error, ApiError) else None)
            failures += 1
        else:
            heard, failures = clock(), 0
            if on_progress:
                on_progress(analysis)
            if analysis.status == "completed":
                return analysis
            if analysis.status == "failed":
                raise AnalysisFailedError(analysis)
            if analysis.status == "cancelled":
                raise AnalysisCancelledError(analysis)
            wanted = analysis.answer.retry_after if analysis.answer else None
            pause = min(LONGEST_PAUSE_S, 0.5 * 1.5 ** min(asked, 20)) if wanted is None else wanted
            asked += 1
        pause = max(pause, SHORTEST_PAUSE_S)
        if deadline is not None and timeout is not None:
            left = deadline - clock()
            if left <= 0 and analysis is not None:
                raise WaitTimeoutError(analysis, timeout) from failure
            if left <= 0 and failure is not None:
                raise failure
            pause = min(pause, left)
        yield Sleep(pause)


class SseParser:
    """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of bytes as they come."""

    def __init__(self) -> None:
        self._rest = b""
        self._event = ""
        self._data: List[str] = []

    def feed(self, chunk: bytes) -> Iterator[Tuple[str, str]]:
        """Name and data of each event that is complete."""
        text = self._rest + chunk
        held = b""
        if text.endswith(b"\r"):  # its line feed may still come
            text, held = text[:-1], b"\r"
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        for raw in lines:
            line = raw.decode("utf-8", "replace")
            if not line:
                if self._data:
                    yield self._event or "message", "\n".join(self._data)
                self._event, self._data = "", []
                continue
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "event":
                self._event = value
            elif name == "data":
                self._data.append(value)


def follow_analysis(analysis_id: str, policy: RetryPolicy) -> Flow[None]:
    """Emits AnalysisEvents until the last; a stream that breaks off is opened anew, and begins with the state of then."""
    request = operations.stream_analysis(analysis_id).with_header("Accept", "text/event-stream")
    failures = 0
    while True:
        streamed: Streamed = yield from call(request, policy, stream=True)
        parser = SseParser()
        broken: Optional[ApiConnectionError] = None
        while True:
            try:
                chunk: Optional[bytes] = yield ReadChunk(streamed)
            except ApiConnectionError as error:
                broken = error
                break
            if chunk is None:
                break
            for name, data in parser.feed(chunk):
                failures = 0
                event = event_of(name, data, streamed)
                yield Emit(event)
                if name in LAST_EVENTS:
                    yield Close(streamed)
                    return
        yield Close(streamed)
        failures += 1
        if failures > policy.max_retries:
            raise broken or ApiConnectionError(f"the events of {analysis_id} ended before it was done")
        yield Sleep(policy.delay(failures - 1))


def event_of(name: str, data: str, streamed: Streamed) -> AnalysisEvent:
    try:
        return AnalysisEvent(name, Analysis.from_dict(json.loads(data)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        info = streamed.answer.info
        raise InvalidAnswerError(f"an event {name!r} holds no analysis: {error}", status=info.status, request_id=info.request_id) from error


def fetch(request: Request[bytes], sink: BinaryIO, policy: RetryPolicy) -> Flow[int]:
    """Writes a file to the sink, going on where the connection broke; gives its size."""
    request = request.with_header("Accept-Encoding", "identity")
    received = failures = 0
    while True:
        wanted = request.with_header("Range", f"bytes={received}-") if received else request
        streamed: Streamed = yield from call(wanted, policy, stream=True)
        goes_on = streamed.answer.status == 206 and streamed.answer.headers.get("content-range", "").startswith(f"bytes {received}-")
        if received and not goes_on:
            received = 0
            yield Blocking(lambda: (sink.seek(0), sink.truncate()))
        try:
            while True:
                chunk: Optional[bytes] = yield ReadChunk(streamed)
                if chunk is None:
                    return received
                yield Blocking(lambda piece=chunk: sink.write(piece))  # type: ignore[misc]
                received += len(chunk)
                failures = 0
        except ApiConnectionError:
            failures += 1
            if failures > policy.max_retries:
                raise
        yield Close(streamed)
        yield Sleep(policy.delay(failures - 1))


def save(request: Request[bytes], file_name: str, to: Union[str, "os.PathLike[str]"], policy: RetryPolicy) -> Flow[Path]:
    """The file appears under its name when all of it is there, or not at all."""
    path = Path(to)
    if path.is_dir():
        path = path / Path(file_name).name
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as sink:
            yield from fetch(request, sink, policy)
            yield Blocking(sink.flush)
            yield Blocking(lambda: os.fsync(sink.fileno()))
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def upload(
    source: FileSource,
    policy: RetryPolicy,
    upload_id: Optional[str],
    part_bytes: Optional[int],
    on_progress: Optional[Callable[[UploadProgress], Any]],
) -> Flow[Upload]:
    file = SourceFile(source)
    try:
        if file.size is None:
            raise ValueError("an upload needs a file that can be read by position; write the stream to a file first")
        if file.size == 0:
            raise ValueError("the file is empty")
        digest: str = yield Blocking(file.sha256)
        if upload_id is None:
            state = yield from execute(operations.create_upload(bytes=file.size, part_bytes=part_bytes, sha256=digest), policy)
        else:
            state = yield from execute(operations.get_upload(upload_id), policy)
            if state.bytes != file.size or (state.sha256 or digest) != digest:
                raise ValueError(f"{upload_id} is the upload of another file")
        yield from send_parts(file, file.size, state, policy, on_progress)
        # The digest of a large file may take longer than the answer to its last part was waited for.
        count = -(-file.size // state.part_bytes)
        waited, pause = 0.0, 0.25
        state = yield from execute(operations.get_upload(state.id), policy)
        while state.status == "open" and state.sha256 and len(state.parts) == count and waited < LONGEST_CHECK_S:
            yield Sleep(pause)
            waited, pause = waited + pause, min(LONGEST_PAUSE_S, 2 * pause)
            state = yield from execute(operations.get_upload(state.id), policy)
        if state.status == "open":
            wrong = InvalidAnswerError(f"{state.id} is not complete though all of its parts were sent", status=200)
            raise UploadError(state.id, count, wrong) from wrong
        return state
    finally:
        file.close()


def send_parts(
    file: SourceFile, size: int, state: Upload, policy: RetryPolicy, on_progress: Optional[Callable[[UploadProgress], Any]]
) -> Flow[None]:
    step = state.part_bytes
    lengths = {number: min(step, size - (number - 1) * step) for number in range(1, (size + step - 1) // step + 1)}
    present = set(state.parts)
    if present >= lengths.keys():
        present.remove(len(lengths))  # their check broke off; a part that comes once more begins it again
    there = sum(lengths.get(number, 0) for number in present)
    if state.status != "open":
        lengths, there = {}, size

    def tell(sent: int) -> None:
        if on_progress:
            on_progress(UploadProgress(state.id, sent, size))

    tell(there)
    for number, length in lengths.items():
        if number in present:
            continue
        body = PartBody(file, (number - 1) * step, length, lambda sent, before=there: tell(before + sent))  # type: ignore[misc]
        try:
            yield from execute(replace(operations.put_upload_part(state.id, number, b""), body=body), policy)
        except PlyoError as error:
            raise UploadError(state.id, number, error) from error
        there += length
