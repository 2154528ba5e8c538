// Made by tools/gen_sdk_types.py from contract/errors.yaml; ./dev gen writes it anew.
import { ApiError, ServerError, type ApiErrorInit } from "./errors.js";

/** A value is outside of what it may be. */
export class InvalidArgumentError extends ApiError {
  override readonly name: string = "InvalidArgumentError";
}

/** The file has no content. */
export class FileEmptyError extends ApiError {
  override readonly name: string = "FileEmptyError";
}

/** The file is in none of the formats that Plyo reads. */
export class NotAVideoError extends ApiError {
  override readonly name: string = "NotAVideoError";
}

/** The file holds no moving pictures, only sound or data. */
export class NoVideoStreamError extends ApiError {
  override readonly name: string = "NoVideoStreamError";
}

/** The video is compressed in a way that Plyo does not decode. */
export class UnsupportedCodecError extends ApiError {
  override readonly name: string = "UnsupportedCodecError";
}

/** The video has not one picture that can be decoded. */
export class NoFramesError extends ApiError {
  override readonly name: string = "NoFramesError";
}

/** The pictures are too small to see a person in. */
export class FrameTooSmallError extends ApiError {
  override readonly name: string = "FrameTooSmallError";
}

/** The pictures are larger than Plyo takes. */
export class FrameTooLargeError extends ApiError {
  override readonly name: string = "FrameTooLargeError";
}

/** The times of the pictures make no sense, or lie outside of the frame rates that can be analysed. */
export class InvalidFrameRateError extends ApiError {
  override readonly name: string = "InvalidFrameRateError";
}

/** The file of a pose model is not where it was looked for. */
export class ModelNotFoundError extends ServerError {
  override readonly name: string = "ModelNotFoundError";
}

/** The file of a pose model is damaged or of another kind. */
export class ModelInvalidError extends ServerError {
  override readonly name: string = "ModelInvalidError";
}

/** The pose model did not run. */
export class InferenceFailedError extends ServerError {
  override readonly name: string = "InferenceFailedError";
}

/** There is no space left for a result. */
export class DiskFullError extends ServerError {
  override readonly name: string = "DiskFullError";
}

/** The file of landmarks is not in Plyo's format. */
export class InvalidLandmarksError extends ApiError {
  override readonly name: string = "InvalidLandmarksError";
}

/** The text is not a result document of this version of Plyo. */
export class InvalidDocumentError extends ApiError {
  override readonly name: string = "InvalidDocumentError";
}

/** There is no key, or it is not valid any more. */
export class UnauthorizedError extends ApiError {
  override readonly name: string = "UnauthorizedError";
}

/** The page or the name by which the server was called is not one that it serves. */
export class ForbiddenOriginError extends ApiError {
  override readonly name: string = "ForbiddenOriginError";
}

/** A message is not one of the live protocol, or comes out of order. */
export class ProtocolError extends ApiError {
  override readonly name: string = "ProtocolError";
}

/** A message is larger than the server takes. */
export class MessageTooLargeError extends ApiError {
  override readonly name: string = "MessageTooLargeError";
}

/** The pictures of a live session cannot be decoded. */
export class MediaUndecodableError extends ApiError {
  override readonly name: string = "MediaUndecodableError";
}

/** There is no such session, or the resume token is not the one of it. */
export class SessionNotFoundError extends ApiError {
  override readonly name: string = "SessionNotFoundError";
}

/** The session was resumed over another connection. */
export class SessionTakenError extends ApiError {
  override readonly name: string = "SessionTakenError";
}

/** Nothing came for too long, or the client did not read what it was sent. */
export class IdleError extends ApiError {
  override readonly name: string = "IdleError";
}

/** One session more would spoil the others' delay. */
export class NoCapacityError extends ServerError {
  override readonly name: string = "NoCapacityError";
}

/** The server is going down. */
export class ShuttingDownError extends ServerError {
  override readonly name: string = "ShuttingDownError";
}

/** The process that analysed the session has ended. */
export class WorkerLostError extends ServerError {
  override readonly name: string = "WorkerLostError";
}

/** The data of the service cannot be read or written. */
export class StoreFailedError extends ServerError {
  override readonly name: string = "StoreFailedError";
}

/** What is stored of this is damaged. */
export class DataDamagedError extends ServerError {
  override readonly name: string = "DataDamagedError";
}

/** There is no such object, or it belongs to somebody else. */
export class NotFoundError extends ApiError {
  override readonly name: string = "NotFoundError";
}

/** The key may not do this. */
export class ForbiddenError extends ApiError {
  override readonly name: string = "ForbiddenError";
}

/** This path does not know the method. */
export class MethodNotAllowedError extends ApiError {
  override readonly name: string = "MethodNotAllowedError";
}

/** The body of the request is of a type that is not taken here. */
export class UnsupportedMediaTypeError extends ApiError {
  override readonly name: string = "UnsupportedMediaTypeError";
}

/** The file does not have the range of bytes. */
export class RangeNotSatisfiableError extends ApiError {
  override readonly name: string = "RangeNotSatisfiableError";
}

/** The object is in a state in which this cannot be done. */
export class ConflictError extends ApiError {
  override readonly name: string = "ConflictError";
}

/** The object has changed since it was read. */
export class PreconditionFailedError extends ApiError {
  override readonly name: string = "PreconditionFailedError";
}

/** The `Idempotency-Key` was used before for another request. */
export class IdempotencyMismatchError extends ApiError {
  override readonly name: string = "IdempotencyMismatchError";
}

/** There were more requests than the plan allows at a time. */
export class RateLimitedError extends ApiError {
  override readonly name: string = "RateLimitedError";
}

/** What the plan allows is used up. */
export class QuotaExceededError extends ApiError {
  override readonly name: string = "QuotaExceededError";
}

/** The project asks for an athlete's consent, and there is none in force. */
export class ConsentRequiredError extends ApiError {
  override readonly name: string = "ConsentRequiredError";
}

/** The server does not call that address. */
export class AddressRefusedError extends ApiError {
  override readonly name: string = "AddressRefusedError";
}

/** The video could not be fetched from its address. */
export class FetchFailedError extends ApiError {
  override readonly name: string = "FetchFailedError";
}

/** The analysis needed more time or memory than it may. */
export class ResourceLimitError extends ApiError {
  override readonly name: string = "ResourceLimitError";
}

/** The process that analysed the input ended by itself, every time. */
export class AnalysisCrashedError extends ApiError {
  override readonly name: string = "AnalysisCrashedError";
}

/** Plyo failed in a way that it should not. */
export class InternalError extends ServerError {
  override readonly name: string = "InternalError";
}

/** By code. */
export const ERROR_CLASSES: Readonly<Record<string, new (init: ApiErrorInit) => ApiError>> = {
  invalid_argument: InvalidArgumentError,
  file_empty: FileEmptyError,
  not_a_video: NotAVideoError,
  no_video_stream: NoVideoStreamError,
  unsupported_codec: UnsupportedCodecError,
  no_frames: NoFramesError,
  frame_too_small: FrameTooSmallError,
  frame_too_large: FrameTooLargeError,
  invalid_frame_rate: InvalidFrameRateError,
  model_not_found: ModelNotFoundError,
  model_invalid: ModelInvalidError,
  inference_failed: InferenceFailedError,
  disk_full: DiskFullError,
  invalid_landmarks: InvalidLandmarksError,
  invalid_document: InvalidDocumentError,
  unauthorized: UnauthorizedError,
  forbidden_origin: ForbiddenOriginError,
  protocol_error: ProtocolError,
  message_too_large: MessageTooLargeError,
  media_undecodable: MediaUndecodableError,
  session_not_found: SessionNotFoundError,
  session_taken: SessionTakenError,
  idle: IdleError,
  no_capacity: NoCapacityError,
  shutting_down: ShuttingDownError,
  worker_lost: WorkerLostError,
  store_failed: StoreFailedError,
  data_damaged: DataDamagedError,
  not_found: NotFoundError,
  forbidden: ForbiddenError,
  method_not_allowed: MethodNotAllowedError,
  unsupported_media_type: UnsupportedMediaTypeError,
  range_not_satisfiable: RangeNotSatisfiableError,
  conflict: ConflictError,
  precondition_failed: PreconditionFailedError,
  idempotency_mismatch: IdempotencyMismatchError,
  rate_limited: RateLimitedError,
  quota_exceeded: QuotaExceededError,
  consent_required: ConsentRequiredError,
  address_refused: AddressRefusedError,
  fetch_failed: FetchFailedError,
  resource_limit: ResourceLimitError,
  analysis_crashed: AnalysisCrashedError,
  internal: InternalError,
};
