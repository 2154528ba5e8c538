"""A class for each error of the server's, chosen by its `code`.

Made by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.
"""

from __future__ import annotations

from typing import Dict, Type

from ._base_error import (
    AnalysisCancelledError,
    AnalysisFailedError,
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    InvalidAnswerError,
    NotModified,
    PlyoError,
    ServerError,
    UploadError,
    WaitTimeoutError,
    WebhookSignatureError,
)


class InvalidArgumentError(ApiError):
    """A value is outside of what it may be.

    Change what the message names, as it says.
    """


class FileEmptyError(ApiError):
    """The file has no content.

    Copy it again from where it came from; the transfer may have failed.
    """


class NotAVideoError(ApiError):
    """The file is in none of the formats that Plyo reads.

    Use MP4, MOV, MKV, WebM or AVI; a name ending in .mp4 does not make a video.
    """


class NoVideoStreamError(ApiError):
    """The file holds no moving pictures, only sound or data.

    Use the recording that has the picture.
    """


class UnsupportedCodecError(ApiError):
    """The video is compressed in a way that Plyo does not decode.

    Export it as H.264, HEVC, VP9, AV1, MJPEG or ProRes.
    """


class NoFramesError(ApiError):
    """The video has not one picture that can be decoded.

    Check that a player shows it; the file may be damaged.
    """


class FrameTooSmallError(ApiError):
    """The pictures are too small to see a person in.

    Use a clip of at least the size that the message names; 360 px of height or more is good.
    """


class FrameTooLargeError(ApiError):
    """The pictures are larger than Plyo takes.

    Scale the clip down; more than 1080p brings no accuracy.
    """


class InvalidFrameRateError(ApiError):
    """The times of the pictures make no sense, or lie outside of the frame rates that can be analysed.

    Re-encode the clip with its true frame rate; for slow motion give the rate of capture.
    """


class ModelNotFoundError(ServerError):
    """The file of a pose model is not where it was looked for.

    Run `./dev setup`, or name the folder with the models.
    """


class ModelInvalidError(ServerError):
    """The file of a pose model is damaged or of another kind.

    Delete the folder with the models and run `./dev setup` again.
    """


class InferenceFailedError(ServerError):
    """The pose model did not run.

    Try again; if it stays, report it with the message.
    """


class DiskFullError(ServerError):
    """There is no space left for a result.

    Free some space; what was written in part has been removed.
    """


class InvalidLandmarksError(ApiError):
    """The file of landmarks is not in Plyo's format.

    Use a file that `--export-landmarks` wrote, or mend the line that the message names.
    """


class InvalidDocumentError(ApiError):
    """The text is not a result document of this version of Plyo.

    Use a document that `plyo analyze --json` wrote, or mend the place that the message names.
    """


class UnauthorizedError(ApiError):
    """There is no key, or it is not valid any more.

    Open the address that `plyo serve` printed, or send a key in the header `Authorization`.
    """


class ForbiddenOriginError(ApiError):
    """The page or the name by which the server was called is not one that it serves.

    Call it by the address that it prints, or allow the origin with `--allow-origin`.
    """


class ProtocolError(ApiError):
    """A message is not one of the live protocol, or comes out of order.

    Compare it with docs/reference/stream.md; the message names the place.
    """


class MessageTooLargeError(ApiError):
    """A message is larger than the server takes.

    Send less at a time, as a lower bit rate, smaller pictures, or a video in parts to `/v1/uploads`; the limit is in
    the message.
    """


class MediaUndecodableError(ApiError):
    """The pictures of a live session cannot be decoded.

    Start the stream anew with a key picture; use H.264 without reordering, or JPEG.
    """


class SessionNotFoundError(ApiError):
    """There is no such session, or the resume token is not the one of it.

    Begin a new session; a resume token holds for ten minutes.
    """


class SessionTakenError(ApiError):
    """The session was resumed over another connection.

    Go on there; one connection at a time sends for a session.
    """


class IdleError(ApiError):
    """Nothing came for too long, or the client did not read what it was sent.

    Resume the session with its token.
    """


class NoCapacityError(ServerError):
    """One session more would spoil the others' delay.

    Try again after the time that the message names, or find the pose in the browser.
    """


class ShuttingDownError(ServerError):
    """The server is going down.

    Connect again with the resume token; another instance goes on.
    """


class WorkerLostError(ServerError):
    """The process that analysed the session has ended.

    Connect again with the resume token; what was confirmed is stored.
    """


class StoreFailedError(ServerError):
    """The data of the service cannot be read or written.

    Try again in a while. Who runs the service looks at the space, the permissions and the reach of the store that the
    message or the log names.
    """


class DataDamagedError(ServerError):
    """What is stored of this is damaged.

    Asking again does not help; send anew what it was made of. Who runs the service sees in the log what it is, and
    takes it from a backup.
    """


class NotFoundError(ApiError):
    """There is no such object, or it belongs to somebody else.

    Check the id, and that the key is one of the project and mode that it was made in.
    """


class ForbiddenError(ApiError):
    """The key may not do this.

    Use a key that has the scope which the message names.
    """


class MethodNotAllowedError(ApiError):
    """This path does not know the method.

    Use one of those in the header `Allow`.
    """


class UnsupportedMediaTypeError(ApiError):
    """The body of the request is of a type that is not taken here.

    Send the type that the message names in `Content-Type`.
    """


class RangeNotSatisfiableError(ApiError):
    """The file does not have the range of bytes.

    Ask for a range inside the size that `Content-Range` names.
    """


class ConflictError(ApiError):
    """The object is in a state in which this cannot be done.

    Get it anew, and see what the message says of its state.
    """


class PreconditionFailedError(ApiError):
    """The object has changed since it was read.

    Get it anew, make the change again and send its new `ETag`.
    """


class IdempotencyMismatchError(ApiError):
    """The `Idempotency-Key` was used before for another request.

    Use a new key for each thing that shall be done.
    """


class RateLimitedError(ApiError):
    """There were more requests than the plan allows at a time.

    Wait as `Retry-After` says.
    """


class QuotaExceededError(ApiError):
    """What the plan allows is used up.

    Where the message names a time, wait until then; else delete what is not needed any more. Or ask the operator for
    another plan.
    """


class ConsentRequiredError(ApiError):
    """The project asks for an athlete's consent, and there is none in force.

    Record it under `/v1/athletes/ID/consents`; for a minor, that of a guardian.
    """


class AddressRefusedError(ApiError):
    """The server does not call that address.

    Use a public https address; videos are fetched only from hosts that the operator allows.
    """


class FetchFailedError(ApiError):
    """The video could not be fetched from its address.

    Check that the address gives the file without a login, and start the analysis again.
    """


class ResourceLimitError(ApiError):
    """The analysis needed more time or memory than it may.

    Cut the clip to the part that is to be measured, or scale it down.
    """


class AnalysisCrashedError(ApiError):
    """The process that analysed the input ended by itself, every time.

    Convert the video with another program; if that fails too, report it with the clip.
    """


class InternalError(ServerError):
    """Plyo failed in a way that it should not.

    Report it with the message and, where possible, the clip.
    """


BY_CODE: Dict[str, Type[ApiError]] = {
    "invalid_argument": InvalidArgumentError,
    "file_empty": FileEmptyError,
    "not_a_video": NotAVideoError,
    "no_video_stream": NoVideoStreamError,
    "unsupported_codec": UnsupportedCodecError,
    "no_frames": NoFramesError,
    "frame_too_small": FrameTooSmallError,
    "frame_too_large": FrameTooLargeError,
    "invalid_frame_rate": InvalidFrameRateError,
    "model_not_found": ModelNotFoundError,
    "model_invalid": ModelInvalidError,
    "inference_failed": InferenceFailedError,
    "disk_full": DiskFullError,
    "invalid_landmarks": InvalidLandmarksError,
    "invalid_document": InvalidDocumentError,
    "unauthorized": UnauthorizedError,
    "forbidden_origin": ForbiddenOriginError,
    "protocol_error": ProtocolError,
    "message_too_large": MessageTooLargeError,
    "media_undecodable": MediaUndecodableError,
    "session_not_found": SessionNotFoundError,
    "session_taken": SessionTakenError,
    "idle": IdleError,
    "no_capacity": NoCapacityError,
    "shutting_down": ShuttingDownError,
    "worker_lost": WorkerLostError,
    "store_failed": StoreFailedError,
    "data_damaged": DataDamagedError,
    "not_found": NotFoundError,
    "forbidden": ForbiddenError,
    "method_not_allowed": MethodNotAllowedError,
    "unsupported_media_type": UnsupportedMediaTypeError,
    "range_not_satisfiable": RangeNotSatisfiableError,
    "conflict": ConflictError,
    "precondition_failed": PreconditionFailedError,
    "idempotency_mismatch": IdempotencyMismatchError,
    "rate_limited": RateLimitedError,
    "quota_exceeded": QuotaExceededError,
    "consent_required": ConsentRequiredError,
    "address_refused": AddressRefusedError,
    "fetch_failed": FetchFailedError,
    "resource_limit": ResourceLimitError,
    "analysis_crashed": AnalysisCrashedError,
    "internal": InternalError,
}
"""The class of each code."""

BY_STATUS: Dict[int, Type[ApiError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    412: PreconditionFailedError,
    416: RangeNotSatisfiableError,
    429: RateLimitedError,
}
"""The class of a status, for answers of proxies, which have no code."""

__all__ = [
    "AddressRefusedError",
    "AnalysisCancelledError",
    "AnalysisCrashedError",
    "AnalysisFailedError",
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "BY_CODE",
    "BY_STATUS",
    "ConflictError",
    "ConsentRequiredError",
    "DataDamagedError",
    "DiskFullError",
    "FetchFailedError",
    "FileEmptyError",
    "ForbiddenError",
    "ForbiddenOriginError",
    "FrameTooLargeError",
    "FrameTooSmallError",
    "IdempotencyMismatchError",
    "IdleError",
    "InferenceFailedError",
    "InternalError",
    "InvalidAnswerError",
    "InvalidArgumentError",
    "InvalidDocumentError",
    "InvalidFrameRateError",
    "InvalidLandmarksError",
    "MediaUndecodableError",
    "MessageTooLargeError",
    "MethodNotAllowedError",
    "ModelInvalidError",
    "ModelNotFoundError",
    "NoCapacityError",
    "NoFramesError",
    "NoVideoStreamError",
    "NotAVideoError",
    "NotFoundError",
    "NotModified",
    "PlyoError",
    "PreconditionFailedError",
    "ProtocolError",
    "QuotaExceededError",
    "RangeNotSatisfiableError",
    "RateLimitedError",
    "ResourceLimitError",
    "ServerError",
    "SessionNotFoundError",
    "SessionTakenError",
    "ShuttingDownError",
    "StoreFailedError",
    "UnauthorizedError",
    "UnsupportedCodecError",
    "UnsupportedMediaTypeError",
    "UploadError",
    "WaitTimeoutError",
    "WebhookSignatureError",
    "WorkerLostError",
]
