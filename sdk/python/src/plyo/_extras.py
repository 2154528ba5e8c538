"""Methods that take more than one request. What they do is in _flows.py; here is how both clients show it."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, AsyncGenerator, Callable, Generator, Optional, Union, overload

from . import _flows as flows
from . import _operations as operations
from ._body import FileSource
from ._core import Request
from ._flows import AnalysisEvent, UploadProgress
from ._resource import AsyncResource, Resource
from .models import Analysis, Upload

Target = Union[str, "os.PathLike[str]"]


def file_of(resource: Resource, request: Request[bytes], file_name: str, to: Optional[Target]) -> Union[bytes, Path]:
    client = resource._client
    if to is not None:
        return client._run(flows.save(request, file_name, to, client.retries))
    sink = io.BytesIO()
    client._run(flows.fetch(request, sink, client.retries))
    return sink.getvalue()


async def file_of_async(resource: AsyncResource, request: Request[bytes], file_name: str, to: Optional[Target]) -> Union[bytes, Path]:
    client = resource._client
    if to is not None:
        return await client._run(flows.save(request, file_name, to, client.retries))
    sink = io.BytesIO()
    await client._run(flows.fetch(request, sink, client.retries))
    return sink.getvalue()


class AnalysesExtras(Resource):
    def wait(
        self, analysis_id: str, *, timeout: Optional[float] = None, on_progress: Optional[Callable[[Analysis], Any]] = None
    ) -> Analysis:
        """Wait until an analysis is done.

        Asks as often as the server wants it (`Retry-After`). A server that cannot be reached meanwhile is asked again until
        `timeout`, without one for five minutes; the error then has the `analysis` as it was last known.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the analysis.
            timeout: Seconds to wait at most; the analysis goes on all the same.
            on_progress: Called with the analysis each time that it was asked for.

        Raises:
            AnalysisFailedError: it failed; `code`, `detail` and `remedy` say why.
            AnalysisCancelledError: it was cancelled.
            WaitTimeoutError: `timeout` passed.
        """
        return self._wait(analysis_id, timeout, on_progress)

    def _wait(
        self, analysis_id: str, timeout: Optional[float], on_progress: Optional[Callable[[Analysis], Any]], known: Optional[Analysis] = None
    ) -> Analysis:
        return self._client._run(flows.wait_for_analysis(analysis_id, self._client.retries, timeout, on_progress, known))

    def stream(self, analysis_id: str) -> Generator[AnalysisEvent, None, None]:
        """Follow an analysis, event by event, until it is done.

        A connection that breaks is opened anew. An analysis that fails is an event like others, and raises nothing.

        Scope: `analyses:read`.
        """
        return self._client._iterate(flows.follow_analysis(analysis_id, self._client.retries))

    @overload
    def file(self, analysis_id: str, file_name: str, *, to: None = None) -> bytes: ...
    @overload
    def file(self, analysis_id: str, file_name: str, *, to: Target) -> Path: ...
    def file(self, analysis_id: str, file_name: str, *, to: Optional[Target] = None) -> Union[bytes, Path]:
        """Get a file: the report, the annotated video, tables, or the source while it is kept.

        A connection that breaks is gone on with from where it broke.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the analysis.
            file_name: One of the names in `analysis.files`.
            to: Where to write it, a file or a folder; it appears there when all of it has come. Without it the bytes
                are given.
        """
        return file_of(self, operations.get_analysis_file(analysis_id, file_name), file_name, to)


class AsyncAnalysesExtras(AsyncResource):
    async def wait(
        self, analysis_id: str, *, timeout: Optional[float] = None, on_progress: Optional[Callable[[Analysis], Any]] = None
    ) -> Analysis:
        """Wait until an analysis is done.

        Asks as often as the server wants it (`Retry-After`). A server that cannot be reached meanwhile is asked again until
        `timeout`, without one for five minutes; the error then has the `analysis` as it was last known.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the analysis.
            timeout: Seconds to wait at most; the analysis goes on all the same.
            on_progress: Called with the analysis each time that it was asked for.

        Raises:
            AnalysisFailedError: it failed; `code`, `detail` and `remedy` say why.
            AnalysisCancelledError: it was cancelled.
            WaitTimeoutError: `timeout` passed.
        """
        return await self._wait(analysis_id, timeout, on_progress)

    async def _wait(
        self, analysis_id: str, timeout: Optional[float], on_progress: Optional[Callable[[Analysis], Any]], known: Optional[Analysis] = None
    ) -> Analysis:
        return await self._client._run(flows.wait_for_analysis(analysis_id, self._client.retries, timeout, on_progress, known))

    def stream(self, analysis_id: str) -> AsyncGenerator[AnalysisEvent, None]:
        """Follow an analysis, event by event, until it is done.

        A connection that breaks is opened anew. An analysis that fails is an event like others, and raises nothing.

        Scope: `analyses:read`.
        """
        return self._client._iterate(flows.follow_analysis(analysis_id, self._client.retries))

    @overload
    async def file(self, analysis_id: str, file_name: str, *, to: None = None) -> bytes: ...
    @overload
    async def file(self, analysis_id: str, file_name: str, *, to: Target) -> Path: ...
    async def file(self, analysis_id: str, file_name: str, *, to: Optional[Target] = None) -> Union[bytes, Path]:
        """Get a file: the report, the annotated video, tables, or the source while it is kept.

        A connection that breaks is gone on with from where it broke.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the analysis.
            file_name: One of the names in `analysis.files`.
            to: Where to write it, a file or a folder; it appears there when all of it has come. Without it the bytes
                are given.
        """
        return await file_of_async(self, operations.get_analysis_file(analysis_id, file_name), file_name, to)


class SessionsExtras(Resource):
    @overload
    def file(self, session_id: str, file_name: str, *, to: None = None) -> bytes: ...
    @overload
    def file(self, session_id: str, file_name: str, *, to: Target) -> Path: ...
    def file(self, session_id: str, file_name: str, *, to: Optional[Target] = None) -> Union[bytes, Path]:
        """Get a file of a live session: its repetitions, and its report once it has ended.

        Scope: `sessions:read`.

        Args:
            session_id: Id of the session.
            file_name: `session.json`, `metrics.csv` or `report.html`.
            to: Where to write it, a file or a folder; it appears there when all of it has come. Without it the bytes
                are given.
        """
        return file_of(self, operations.get_session_file(session_id, file_name), file_name, to)


class AsyncSessionsExtras(AsyncResource):
    @overload
    async def file(self, session_id: str, file_name: str, *, to: None = None) -> bytes: ...
    @overload
    async def file(self, session_id: str, file_name: str, *, to: Target) -> Path: ...
    async def file(self, session_id: str, file_name: str, *, to: Optional[Target] = None) -> Union[bytes, Path]:
        """Get a file of a live session: its repetitions, and its report once it has ended.

        Scope: `sessions:read`.

        Args:
            session_id: Id of the session.
            file_name: `session.json`, `metrics.csv` or `report.html`.
            to: Where to write it, a file or a folder; it appears there when all of it has come. Without it the bytes
                are given.
        """
        return await file_of_async(self, operations.get_session_file(session_id, file_name), file_name, to)


class UploadsExtras(Resource):
    def upload_file(
        self,
        file: FileSource,
        *,
        upload_id: Optional[str] = None,
        part_bytes: Optional[int] = None,
        on_progress: Optional[Callable[[UploadProgress], Any]] = None,
    ) -> Upload:
        """Upload a file in parts, each of which is sent again where it fails.

        Gives the complete upload; `analyses.create(upload_id=upload.id)` takes it. The server checks the SHA-256.

        Scope: `analyses:write` and `analyses:read`.

        Args:
            file: A path, bytes, or a file open for reading bytes that can be read by position.
            upload_id: Goes on with this upload of the same file: only parts that are missing are sent.
            part_bytes: Size of a part, 8 MiB unless said (1048576 to 67108864).
            on_progress: Called with an `UploadProgress` as bytes are sent.

        Raises:
            UploadError: a part could not be sent; its `upload_id` goes on later.
            ValueError: the file is empty, or `upload_id` is the upload of another one.
        """
        return self._client._run(flows.upload(file, self._client.retries, upload_id, part_bytes, on_progress))


class AsyncUploadsExtras(AsyncResource):
    async def upload_file(
        self,
        file: FileSource,
        *,
        upload_id: Optional[str] = None,
        part_bytes: Optional[int] = None,
        on_progress: Optional[Callable[[UploadProgress], Any]] = None,
    ) -> Upload:
        """Upload a file in parts, each of which is sent again where it fails.

        Gives the complete upload; `analyses.create(upload_id=upload.id)` takes it. The server checks the SHA-256.

        Scope: `analyses:write` and `analyses:read`.

        Args:
            file: A path, bytes, or a file open for reading bytes that can be read by position.
            upload_id: Goes on with this upload of the same file: only parts that are missing are sent.
            part_bytes: Size of a part, 8 MiB unless said (1048576 to 67108864).
            on_progress: Called with an `UploadProgress` as bytes are sent.

        Raises:
            UploadError: a part could not be sent; its `upload_id` goes on later.
            ValueError: the file is empty, or `upload_id` is the upload of another one.
        """
        return await self._client._run(flows.upload(file, self._client.retries, upload_id, part_bytes, on_progress))
