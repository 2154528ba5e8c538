"""What every error of the library has in common. The classes by code are in `plyo.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple, Type

if TYPE_CHECKING:
    from .models import Analysis


class PlyoError(Exception):
    """Anything that this library raises by itself, but for wrong arguments (`TypeError`, `ValueError`).

    Attributes:
        analysis: the analysis that was being waited for, as it was last known. It goes on unless it has ended: wait for it again
            by its id.
    """

    analysis: Optional[Analysis] = None

    def __reduce__(self) -> Tuple[Any, ...]:  # so that it comes back whole from another process
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: Type[PlyoError], args: Tuple[Any, ...], state: Dict[str, Any]) -> PlyoError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ApiConnectionError(PlyoError):
    """No answer came: the server cannot be reached, or the connection broke. The cause is in `__cause__`.

    Attributes:
        sent: whether the request may have reached the server, which then may have carried it out.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class ApiTimeoutError(ApiConnectionError):
    """No answer came in time."""


class InvalidAnswerError(PlyoError):
    """The answer is not one of the contract: a proxy's page, or a server of another kind."""

    def __init__(self, message: str, *, status: int, request_id: Optional[str] = None) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class NotModified(PlyoError):
    """The object is as it is known: the answer to `if_none_match`. Nothing is wrong."""

    def __init__(self, etag: Optional[str] = None) -> None:
        super().__init__("the object is as you know it")
        self.etag = etag


class ApiError(PlyoError):
    """The server refused or failed. `plyo.errors` has a subclass for each code.

    Attributes:
        status: HTTP status.
        code: stable id, as in the error reference; None where the answer did not come from Plyo but from a proxy before it.
        title: what the code means.
        detail: what is wrong, and where.
        remedy: what to do about it.
        request_id: finds the request in the server's log.
        retry_after: seconds until it is worth asking again, where the server said so.
    """

    def __init__(
        self,
        *,
        status: int,
        code: Optional[str] = None,
        title: Optional[str] = None,
        detail: str = "",
        remedy: Optional[str] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        extra: Optional[Mapping[str, object]] = None,
    ) -> None:
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.remedy = remedy
        self.request_id = request_id
        self.retry_after = retry_after
        self.extra: Mapping[str, object] = dict(extra or {})
        super().__init__(status, code, detail)

    def __str__(self) -> str:
        text = f"{self.code or 'HTTP'} ({self.status}): {self.detail or self.title or 'no details'}"
        if self.remedy:
            text += f" {self.remedy}"
        if self.request_id:
            text += f" [request {self.request_id}]"
        return text


class ServerError(ApiError):
    """The server failed, or has no room now (5xx)."""


class AnalysisFailedError(PlyoError):
    """An analysis ended without a result.

    Attributes:
        analysis: the analysis as it ended.
        code: stable id of why, as in the error reference, such as `not_a_video`.
        detail: what is wrong, and where.
        remedy: what to do about it.
    """

    analysis: Analysis

    def __init__(self, analysis: Analysis) -> None:
        failure = analysis.error
        self.analysis = analysis
        self.code = failure.code if failure else "internal"
        self.detail = failure.detail if failure else ""
        self.remedy = failure.remedy if failure else ""
        super().__init__(f"analysis {analysis.id} failed: {self.code}: {self.detail} {self.remedy}".rstrip())


class AnalysisCancelledError(PlyoError):
    """An analysis that was waited for was cancelled.

    Attributes:
        analysis: the analysis as it ended.
    """

    analysis: Analysis

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        super().__init__(f"analysis {analysis.id} was cancelled")


class WaitTimeoutError(PlyoError, TimeoutError):
    """An analysis was not done in the time that was given. It goes on; wait for it again by its id.

    Attributes:
        analysis: the analysis as it was last.
    """

    analysis: Analysis

    def __init__(self, analysis: Analysis, timeout: float) -> None:
        self.analysis = analysis
        super().__init__(f"analysis {analysis.id} is {analysis.status} after {timeout:g} s")


class UploadError(PlyoError):
    """An upload broke off. Call `upload_file` with the same file and `upload_id` to go on; the cause is in `__cause__`.

    Attributes:
        upload_id: id of the upload, which is kept for 24 hours.
        part_number: the part that could not be sent, counted from 1.
    """

    def __init__(self, upload_id: str, part_number: int, cause: Exception) -> None:
        self.upload_id = upload_id
        self.part_number = part_number
        super().__init__(f"part {part_number} of upload {upload_id} could not be sent: {cause}")


class WebhookSignatureError(PlyoError):
    """A webhook did not come from this server, or was changed, or is too old. Answer it with 400 and do nothing else."""
