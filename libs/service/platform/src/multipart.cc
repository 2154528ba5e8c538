#include "multipart.h"

#include <Poco/Exception.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/MultipartReader.h>
#include <Poco/Net/NameValueCollection.h>
#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "plyo/digest/sha256.h"
#include "plyo/service/refused.h"

namespace plyo::service {
namespace {

constexpr std::size_t kMostText = std::size_t{64} << 10;

std::string BoundaryOf(const std::string& content_type) {
  std::string type;
  Poco::Net::NameValueCollection parameters;
  Poco::Net::MessageHeader::splitParameters(content_type, type, parameters);
  auto boundary = parameters.get("boundary", "");
  if (boundary.empty() || boundary.size() > 70)
    Refuse(ErrorCode::kInvalidArgument, "Content-Type: a form names its boundary");
  return boundary;
}

std::string ReadText(std::istream& in) {
  std::string text(kMostText + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostText)
    Refuse(ErrorCode::kMessageTooLarge, "body: the part 'analysis' is larger than 64 KiB");
  return text;
}

}  // namespace

AnalysisForm ReadForm(const std::filesystem::path& body, const std::string& content_type,
                      const std::filesystem::path& video) {
  AnalysisForm form;
  bool has_analysis = false;
  bool has_video = false;
  try {
    std::ifstream in(body, std::ios::binary);
    Poco::Net::MultipartReader reader(in, BoundaryOf(content_type));
    while (reader.hasNextPart()) {
      Poco::Net::MessageHeader headers;
      reader.nextPart(headers);
      std::string kind;
      Poco::Net::NameValueCollection parameters;
      Poco::Net::MessageHeader::splitParameters(headers.get("Content-Disposition", ""), kind,
                                                parameters);
      const auto name = parameters.get("name", "");
      auto& part = reader.stream();
      if (name == "analysis" && !has_analysis) {
        form.analysis_json = ReadText(part);
        has_analysis = true;
      } else if (name == "video" && !has_video) {
        std::ofstream out(video, std::ios::binary | std::ios::trunc);
        std::string piece(std::size_t{64} << 10, '\0');
        while (part.good()) {
          part.read(piece.data(), static_cast<std::streamsize>(piece.size()));
          const auto got = static_cast<std::size_t>(part.gcount());
          out.write(piece.data(), static_cast<std::streamsize>(got));
          form.video_bytes += got;
        }
        out.flush();
        if (!out) Refuse(ErrorCode::kDiskFull, "the video cannot be stored");
        out.close();
        form.video_sha256 = Need(Sha256OfFile(video));
        has_video = true;
      } else {
        Refuse(ErrorCode::kInvalidArgument,
               fmt::format("body: the form has a part '{:.40}' that is {}", name,
                           name == "analysis" || name == "video" ? "there twice" : "unknown"));
      }
    }
  } catch (const Poco::Exception& failed) {
    Refuse(
        ErrorCode::kInvalidArgument,
        fmt::format("body: this is no form of the announced boundary ({})", failed.displayText()));
  }
  if (!has_analysis || !has_video) {
    Refuse(ErrorCode::kInvalidArgument,
           "body: a form has the parts 'analysis' (JSON) and 'video' (the file)");
  }
  if (form.video_bytes == 0) Refuse(ErrorCode::kFileEmpty, "body.video: the file is empty");
  return form;
}

}  // namespace plyo::service
