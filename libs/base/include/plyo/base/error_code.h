// Generated from contract/errors.yaml by tools/gen_errors.py; ./dev gen writes it anew.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plyo {

// clang-format off
/// Every expected failure. The numbers are not stable; ErrorId is.
enum class ErrorCode : std::uint8_t {
  kUsage,  ///< The command line is not one that Plyo understands.
  kInvalidArgument,  ///< A value is outside of what it may be.
  kFileNotFound,  ///< There is no file of that name.
  kFileUnreadable,  ///< The file is there but cannot be read.
  kFileEmpty,  ///< The file has no content.
  kNotAVideo,  ///< The file is in none of the formats that Plyo reads.
  kNoVideoStream,  ///< The file holds no moving pictures, only sound or data.
  kUnsupportedCodec,  ///< The video is compressed in a way that Plyo does not decode.
  kNoFrames,  ///< The video has not one picture that can be decoded.
  kFrameTooSmall,  ///< The pictures are too small to see a person in.
  kFrameTooLarge,  ///< The pictures are larger than Plyo takes.
  kInvalidFrameRate,  ///< The times of the pictures make no sense, or lie outside of the frame rates that can be analysed.
  kModelNotFound,  ///< The file of a pose model is not where it was looked for.
  kModelInvalid,  ///< The file of a pose model is damaged or of another kind.
  kInferenceFailed,  ///< The pose model did not run.
  kOutputNotWritable,  ///< A result cannot be written where it was asked for.
  kDiskFull,  ///< There is no space left for a result.
  kInterrupted,  ///< The work was stopped before it was done.
  kInvalidLandmarks,  ///< The file of landmarks is not in Plyo's format.
  kInvalidForce,  ///< The file is no record of a force plate that Plyo can read.
  kInvalidManifest,  ///< The manifest of a batch cannot be understood.
  kInvalidDocument,  ///< The text is not a result document of this version of Plyo.
  kUnauthorized,  ///< There is no key, or it is not valid any more.
  kForbiddenOrigin,  ///< The page or the name by which the server was called is not one that it serves.
  kProtocolError,  ///< A message is not one of the live protocol, or comes out of order.
  kMessageTooLarge,  ///< A message is larger than the server takes.
  kMediaUndecodable,  ///< The pictures of a live session cannot be decoded.
  kSessionNotFound,  ///< There is no such session, or the resume token is not the one of it.
  kSessionTaken,  ///< The session was resumed over another connection.
  kIdle,  ///< Nothing came for too long, or the client did not read what it was sent.
  kNoCapacity,  ///< One session more would spoil the others' delay.
  kShuttingDown,  ///< The server is going down.
  kWorkerLost,  ///< The process that analysed the session has ended.
  kStoreFailed,  ///< The data of the service cannot be read or written.
  kDataDamaged,  ///< What is stored of this is damaged.
  kNotFound,  ///< There is no such object, or it belongs to somebody else.
  kForbidden,  ///< The key may not do this.
  kMethodNotAllowed,  ///< This path does not know the method.
  kUnsupportedMediaType,  ///< The body of the request is of a type that is not taken here.
  kRangeNotSatisfiable,  ///< The file does not have the range of bytes.
  kConflict,  ///< The object is in a state in which this cannot be done.
  kPreconditionFailed,  ///< The object has changed since it was read.
  kIdempotencyMismatch,  ///< The `Idempotency-Key` was used before for another request.
  kRateLimited,  ///< There were more requests than the plan allows at a time.
  kQuotaExceeded,  ///< What the plan allows is used up.
  kConsentRequired,  ///< The project asks for an athlete's consent, and there is none in force.
  kAddressRefused,  ///< The server does not call that address.
  kFetchFailed,  ///< The video could not be fetched from its address.
  kResourceLimit,  ///< The analysis needed more time or memory than it may.
  kAnalysisCrashed,  ///< The process that analysed the input ended by itself, every time.
  kInternal,  ///< Plyo failed in a way that it should not.
};
// clang-format on

inline constexpr std::size_t kErrorCodeCount = 51;

/// What contract/errors.yaml says about one code.
struct ErrorTraits {
  std::string_view id;       ///< stable name, lower snake case
  std::string_view meaning;  ///< what is wrong, for a person
  std::string_view remedy;   ///< what to do about it
  int http_status = 500;
  int close_code = 1011;  ///< of a WebSocket
  int exit_status = 2;    ///< of the command line
};

// clang-format off
inline constexpr std::array<ErrorTraits, kErrorCodeCount> kErrorTraits = {{
    {"usage",
     "The command line is not one that Plyo understands.",
     "Read the message and `plyo COMMAND --help`.",
     400, 4400, 1},
    {"invalid_argument",
     "A value is outside of what it may be.",
     "Change what the message names, as it says.",
     400, 4400, 1},
    {"file_not_found",
     "There is no file of that name.",
     "Check the spelling and the folder.",
     404, 4404, 2},
    {"file_unreadable",
     "The file is there but cannot be read.",
     "Check its permissions, and that it is a file and not a folder.",
     422, 4422, 2},
    {"file_empty",
     "The file has no content.",
     "Copy it again from where it came from; the transfer may have failed.",
     422, 4422, 2},
    {"not_a_video",
     "The file is in none of the formats that Plyo reads.",
     "Use MP4, MOV, MKV, WebM or AVI; a name ending in .mp4 does not make a video.",
     415, 4415, 2},
    {"no_video_stream",
     "The file holds no moving pictures, only sound or data.",
     "Use the recording that has the picture.",
     422, 4422, 2},
    {"unsupported_codec",
     "The video is compressed in a way that Plyo does not decode.",
     "Export it as H.264, HEVC, VP9, AV1, MJPEG or ProRes.",
     415, 4415, 2},
    {"no_frames",
     "The video has not one picture that can be decoded.",
     "Check that a player shows it; the file may be damaged.",
     422, 4422, 2},
    {"frame_too_small",
     "The pictures are too small to see a person in.",
     "Use a clip of at least the size that the message names; 360 px of height or more is good.",
     422, 4422, 2},
    {"frame_too_large",
     "The pictures are larger than Plyo takes.",
     "Scale the clip down; more than 1080p brings no accuracy.",
     422, 4422, 2},
    {"invalid_frame_rate",
     "The times of the pictures make no sense, or lie outside of the frame rates that can be analysed.",
     "Re-encode the clip with its true frame rate; for slow motion give the rate of capture.",
     422, 4422, 2},
    {"model_not_found",
     "The file of a pose model is not where it was looked for.",
     "Run `./dev setup`, or name the folder with the models.",
     500, 1011, 2},
    {"model_invalid",
     "The file of a pose model is damaged or of another kind.",
     "Delete the folder with the models and run `./dev setup` again.",
     500, 1011, 2},
    {"inference_failed",
     "The pose model did not run.",
     "Try again; if it stays, report it with the message.",
     500, 1011, 2},
    {"output_not_writable",
     "A result cannot be written where it was asked for.",
     "Check that the folder exists and may be written to.",
     500, 1011, 2},
    {"disk_full",
     "There is no space left for a result.",
     "Free some space; what was written in part has been removed.",
     507, 1013, 2},
    {"interrupted",
     "The work was stopped before it was done.",
     "Start it again; what was written in part has been removed.",
     503, 1013, 130},
    {"invalid_landmarks",
     "The file of landmarks is not in Plyo's format.",
     "Use a file that `--export-landmarks` wrote, or mend the line that the message names.",
     422, 4422, 2},
    {"invalid_force",
     "The file is no record of a force plate that Plyo can read.",
     "Say which columns hold time and force, their sample rate, scale and tare, as the message has it.",
     422, 4422, 2},
    {"invalid_manifest",
     "The manifest of a batch cannot be understood.",
     "Mend the line and column that the message names.",
     422, 4422, 1},
    {"invalid_document",
     "The text is not a result document of this version of Plyo.",
     "Use a document that `plyo analyze --json` wrote, or mend the place that the message names.",
     422, 4422, 2},
    {"unauthorized",
     "There is no key, or it is not valid any more.",
     "Open the address that `plyo serve` printed, or send a key in the header `Authorization`.",
     401, 4401, 2},
    {"forbidden_origin",
     "The page or the name by which the server was called is not one that it serves.",
     "Call it by the address that it prints, or allow the origin with `--allow-origin`.",
     403, 4401, 2},
    {"protocol_error",
     "A message is not one of the live protocol, or comes out of order.",
     "Compare it with docs/reference/stream.md; the message names the place.",
     400, 4400, 2},
    {"message_too_large",
     "A message is larger than the server takes.",
     "Send less at a time, as a lower bit rate, smaller pictures, or a video in parts to `/v1/uploads`; the limit is in the message.",
     413, 1009, 2},
    {"media_undecodable",
     "The pictures of a live session cannot be decoded.",
     "Start the stream anew with a key picture; use H.264 without reordering, or JPEG.",
     422, 4422, 2},
    {"session_not_found",
     "There is no such session, or the resume token is not the one of it.",
     "Begin a new session; a resume token holds for ten minutes.",
     404, 4404, 2},
    {"session_taken",
     "The session was resumed over another connection.",
     "Go on there; one connection at a time sends for a session.",
     409, 4409, 2},
    {"idle",
     "Nothing came for too long, or the client did not read what it was sent.",
     "Resume the session with its token.",
     408, 4408, 2},
    {"no_capacity",
     "One session more would spoil the others' delay.",
     "Try again after the time that the message names, or find the pose in the browser.",
     503, 1013, 2},
    {"shutting_down",
     "The server is going down.",
     "Connect again with the resume token; another instance goes on.",
     503, 1001, 2},
    {"worker_lost",
     "The process that analysed the session has ended.",
     "Connect again with the resume token; what was confirmed is stored.",
     503, 1011, 2},
    {"store_failed",
     "The data of the service cannot be read or written.",
     "Try again in a while. Who runs the service looks at the space, the permissions and the reach of the store that the message or the log names.",
     503, 1011, 2},
    {"data_damaged",
     "What is stored of this is damaged.",
     "Asking again does not help; send anew what it was made of. Who runs the service sees in the log what it is, and takes it from a backup.",
     500, 1011, 2},
    {"not_found",
     "There is no such object, or it belongs to somebody else.",
     "Check the id, and that the key is one of the project and mode that it was made in.",
     404, 4404, 2},
    {"forbidden",
     "The key may not do this.",
     "Use a key that has the scope which the message names.",
     403, 4401, 2},
    {"method_not_allowed",
     "This path does not know the method.",
     "Use one of those in the header `Allow`.",
     405, 4400, 2},
    {"unsupported_media_type",
     "The body of the request is of a type that is not taken here.",
     "Send the type that the message names in `Content-Type`.",
     415, 4415, 2},
    {"range_not_satisfiable",
     "The file does not have the range of bytes.",
     "Ask for a range inside the size that `Content-Range` names.",
     416, 4400, 2},
    {"conflict",
     "The object is in a state in which this cannot be done.",
     "Get it anew, and see what the message says of its state.",
     409, 4409, 2},
    {"precondition_failed",
     "The object has changed since it was read.",
     "Get it anew, make the change again and send its new `ETag`.",
     412, 4409, 2},
    {"idempotency_mismatch",
     "The `Idempotency-Key` was used before for another request.",
     "Use a new key for each thing that shall be done.",
     422, 4409, 2},
    {"rate_limited",
     "There were more requests than the plan allows at a time.",
     "Wait as `Retry-After` says.",
     429, 1013, 2},
    {"quota_exceeded",
     "What the plan allows is used up.",
     "Where the message names a time, wait until then; else delete what is not needed any more. Or ask the operator for another plan.",
     429, 1013, 2},
    {"consent_required",
     "The project asks for an athlete's consent, and there is none in force.",
     "Record it under `/v1/athletes/ID/consents`; for a minor, that of a guardian.",
     403, 4401, 2},
    {"address_refused",
     "The server does not call that address.",
     "Use a public https address; videos are fetched only from hosts that the operator allows.",
     422, 4422, 2},
    {"fetch_failed",
     "The video could not be fetched from its address.",
     "Check that the address gives the file without a login, and start the analysis again.",
     422, 4422, 2},
    {"resource_limit",
     "The analysis needed more time or memory than it may.",
     "Cut the clip to the part that is to be measured, or scale it down.",
     422, 4422, 2},
    {"analysis_crashed",
     "The process that analysed the input ended by itself, every time.",
     "Convert the video with another program; if that fails too, report it with the clip.",
     422, 4422, 2},
    {"internal",
     "Plyo failed in a way that it should not.",
     "Report it with the message and, where possible, the clip.",
     500, 1011, 2},
}};
// clang-format on

constexpr const ErrorTraits& Traits(ErrorCode code) {
  return kErrorTraits[static_cast<std::size_t>(code)];
}
constexpr std::string_view ErrorId(ErrorCode code) { return Traits(code).id; }
constexpr int ExitStatus(ErrorCode code) { return Traits(code).exit_status; }
constexpr int HttpStatus(ErrorCode code) { return Traits(code).http_status; }
constexpr int CloseCode(ErrorCode code) { return Traits(code).close_code; }

/// The code of that id, or nothing.
constexpr std::optional<ErrorCode> ErrorFromId(std::string_view id) {
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {
    if (kErrorTraits[i].id == id) return static_cast<ErrorCode>(i);
  }
  return std::nullopt;
}

}  // namespace plyo
