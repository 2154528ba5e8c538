#include "plyo/formats/landmark_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "csv_text.h"
#include "input_file.h"
#include "plyo/base/name.h"
#include "text.h"

namespace plyo {
namespace {

using formats::CsvRow;

constexpr std::size_t kFixedColumns = 6;
constexpr std::size_t kImageFields = 4;
constexpr std::size_t kWorldFields = 3;
constexpr std::size_t kColumnCount = kFixedColumns + kLandmarkCount * (kImageFields + kWorldFields);
constexpr std::string_view kModelColumn = "pose_model";  // the last, where there is one
/// Beyond these a file is damaged, not large.
constexpr double kLongestTime = 1e6;     // s
constexpr double kLargestPicture = 1e5;  // px
constexpr double kFarthestPoint = 1e6;   // px, m

const std::vector<std::string>& ColumnNames() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> all = {"t_s", "frame", "track", "width", "height", "presence"};
    all.reserve(kColumnCount);
    const auto append = [&all](std::initializer_list<const char*> fields) {
      for (std::size_t i = 0; i < kLandmarkCount; ++i) {
        for (const char* field : fields) {
          all.push_back(fmt::format("{}_{}", LandmarkName(static_cast<LandmarkId>(i)), field));
        }
      }
    };
    append({"x", "y", "z", "visibility"});
    append({"wx", "wy", "wz"});
    return all;
  }();
  return kNames;
}

/// One row while it is taken apart; the first thing that is wrong stays.
class RowReader {
 public:
  explicit RowReader(const CsvRow& row) : row_(row) {}

  double Number(double low, double high) {
    const auto& text = row_.fields[column_++];
    const auto value = formats::ParseNumber(text);
    if (!value) return Refuse(fmt::format("'{}' is not a number", text));
    if (*value < low || *value > high)
      return Refuse(fmt::format("{} is outside of {:g} to {:g}", text, low, high));
    return *value;
  }
  float Float(double low, double high) { return static_cast<float>(Number(low, high)); }
  long long Integer(long long low, long long high) {
    const auto& text = row_.fields[column_++];
    const auto value = formats::ParseInteger(text);
    if (!value)
      return static_cast<long long>(Refuse(fmt::format("'{}' is not a whole number", text)));
    if (*value < low || *value > high) {
      return static_cast<long long>(
          Refuse(fmt::format("{} is outside of {} to {}", text, low, high)));
    }
    return *value;
  }
  /// "column: what", or empty.
  const std::string& Failure() const { return failure_; }

 private:
  double Refuse(std::string what) {
    if (failure_.empty()) failure_ = fmt::format("{}: {}", ColumnNames()[column_ - 1], what);
    return 0;
  }

  const CsvRow& row_;
  std::size_t column_ = 0;
  std::string failure_;
};

PoseFrame ReadPose(RowReader& row) {
  PoseFrame pose;
  pose.t = Timestamp::FromSeconds(row.Number(-kLongestTime, kLongestTime));
  pose.frame = row.Integer(0, 1'000'000'000);
  pose.track = static_cast<TrackId>(row.Integer(1, 1'000'000));
  pose.image_width = static_cast<int>(row.Integer(1, static_cast<long long>(kLargestPicture)));
  pose.image_height = static_cast<int>(row.Integer(1, static_cast<long long>(kLargestPicture)));
  pose.presence = row.Float(0, 1);
  for (auto& point : pose.image) {
    point.x = row.Float(-kFarthestPoint, kFarthestPoint);
    point.y = row.Float(-kFarthestPoint, kFarthestPoint);
    point.z = row.Float(-kFarthestPoint, kFarthestPoint);
    point.visibility = row.Float(0, 1);
  }
  for (auto& point : pose.world) {
    point.x = row.Float(-kFarthestPoint, kFarthestPoint);
    point.y = row.Float(-kFarthestPoint, kFarthestPoint);
    point.z = row.Float(-kFarthestPoint, kFarthestPoint);
  }
  return pose;
}

/// What is wrong with a header, or empty.
std::string CheckHeader(const CsvRow& row) {
  const auto& names = ColumnNames();
  if (row.fields.size() == 1 && row.fields[0].find(';') != std::string::npos)
    return std::string(formats::kSemicolons);
  for (std::size_t i = 0; i < std::min(names.size(), row.fields.size()); ++i) {
    if (row.fields[i] != names[i]) {
      return fmt::format(
          "column {} is '{}' and should be '{}': the header of a file that --export-landmarks "
          "wrote",
          i + 1, row.fields[i], names[i]);
    }
  }
  const std::size_t count = row.fields.size();
  const bool with_model = count == names.size() + 1 && row.fields.back() == kModelColumn;
  if (count != names.size() && !with_model) {
    return fmt::format("the header has {} columns and should have {}, or one more, {}", count,
                       names.size(), kModelColumn);
  }
  return {};
}

/// Takes rows and keeps what must hold between them.
class Table {
 public:
  explicit Table(std::string_view name) : name_(name) {}

  Result<void> Take(CsvRow&& row) {
    if (!header_seen_) {
      header_seen_ = true;
      if (auto wrong = CheckHeader(row); !wrong.empty()) return Refuse(row.line, wrong);
      columns_ = row.fields.size();
      return {};
    }
    if (row.fields.size() != columns_) {
      return Refuse(row.line, fmt::format("{} columns and not {}", row.fields.size(), columns_));
    }
    if (columns_ > kColumnCount) {
      if (auto wrong = TakeModel(row.fields.back()); !wrong.empty()) {
        return Refuse(row.line, fmt::format("{}: {}", kModelColumn, wrong));
      }
    }
    RowReader reader(row);
    auto pose = ReadPose(reader);
    if (!reader.Failure().empty()) return Refuse(row.line, reader.Failure());
    if (auto wrong = CheckAgainstOthers(pose); !wrong.empty()) return Refuse(row.line, wrong);
    table_.poses.push_back(pose);
    return {};
  }

  Result<LandmarkTable> Finish() && {
    if (!header_seen_)
      return Fail(ErrorCode::kFileEmpty, fmt::format("{}: the file has no content", name_));
    if (table_.poses.empty()) {
      return Fail(ErrorCode::kInvalidLandmarks,
                  fmt::format("{}: a header and no rows: nobody was seen", name_));
    }
    std::ranges::stable_sort(table_.poses, [](const PoseFrame& a, const PoseFrame& b) {
      return std::pair(a.t, a.track) < std::pair(b.t, b.track);
    });
    return std::move(table_);
  }

 private:
  tl::unexpected<Error> Refuse(std::size_t line, std::string_view what) const {
    return Fail(ErrorCode::kInvalidLandmarks, fmt::format("{}:{}: {}", name_, line, what));
  }

  std::string TakeModel(const std::string& model) {
    if (!table_.poses.empty()) {
      return model == table_.pose_model
                 ? ""
                 : fmt::format("'{}' in a file of '{}'", model, table_.pose_model);
    }
    if (!IsPlainName(model)) {
      return fmt::format("'{}' is no name of letters, digits, '_', '-' and '.'", model);
    }
    table_.pose_model = model;
    return {};
  }

  std::string CheckAgainstOthers(const PoseFrame& pose) {
    if (!table_.poses.empty()) {
      const auto& first = table_.poses.front();
      if (pose.image_width != first.image_width || pose.image_height != first.image_height) {
        return fmt::format("width, height: {} x {} in a recording of {} x {}", pose.image_width,
                           pose.image_height, first.image_width, first.image_height);
      }
    }
    const auto [at, is_new] = last_of_track_.try_emplace(pose.track, pose.t, pose.frame);
    if (!is_new) {
      const auto [t, frame] = at->second;
      if (pose.t <= t) {
        return fmt::format("t_s: {:.6f} s is not after {:.6f} s, the row of track {} before it",
                           pose.t.Seconds(), t.Seconds(), pose.track);
      }
      if (pose.frame <= frame)
        return fmt::format("frame: {} does not come after {} of the same track", pose.frame, frame);
      at->second = {pose.t, pose.frame};
    }
    return {};
  }

  std::string_view name_;
  bool header_seen_ = false;
  std::size_t columns_ = 0;
  LandmarkTable table_;
  std::map<TrackId, std::pair<Timestamp, std::int64_t>> last_of_track_;
};

void AppendRow(const PoseFrame& pose, std::string_view pose_model, fmt::memory_buffer& out) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{:.6f},{},{},{},{},{:.5f}", pose.t.Seconds(), pose.frame, pose.track,
                 pose.image_width, pose.image_height, pose.presence);
  for (const auto& p : pose.image)
    fmt::format_to(to, ",{:.4f},{:.4f},{:.4f},{:.5f}", p.x, p.y, p.z, p.visibility);
  for (const auto& p : pose.world) fmt::format_to(to, ",{:.5f},{:.5f},{:.5f}", p.x, p.y, p.z);
  if (!pose_model.empty()) fmt::format_to(to, ",{}", pose_model);
  fmt::format_to(to, "\r\n");
}

}  // namespace

Result<LandmarkTable> ReadLandmarkCsv(std::istream& in, std::string_view name,
                                      const LandmarkCsvLimits& limits) {
  Table table(name);
  const auto read = formats::ReadCsv(
      in, name, ErrorCode::kInvalidLandmarks,
      {.rows = limits.rows + 1, .fields = kColumnCount + 2, .field_bytes = kLongestName + 1},
      [&table](CsvRow&& row) { return table.Take(std::move(row)); });
  if (!read) return tl::unexpected(read.error());
  return std::move(table).Finish();
}

Result<LandmarkTable> ReadLandmarkCsvFile(const std::filesystem::path& path,
                                          const LandmarkCsvLimits& limits) {
  auto in = formats::OpenInput(path);
  if (!in) return tl::unexpected(in.error());
  return ReadLandmarkCsv(*in, path.filename().string(), limits);
}

Result<void> WriteLandmarkCsv(const TracksById& tracks, std::string_view pose_model,
                              const std::function<Result<void>(std::string_view)>& write) {
  constexpr std::size_t kPiece = std::size_t{1} << 18;
  fmt::memory_buffer out;
  fmt::format_to(std::back_inserter(out), "{}", formats::Join(ColumnNames(), ","));
  if (!pose_model.empty()) fmt::format_to(std::back_inserter(out), ",{}", kModelColumn);
  fmt::format_to(std::back_inserter(out), "\r\n");
  struct Cursor {
    const PoseFrame* next;
    const PoseFrame* end;
  };
  std::vector<Cursor> cursors;  // in the order of the track ids
  for (const auto& [id, poses] : tracks) {
    if (!poses.empty()) cursors.push_back({poses.data(), poses.data() + poses.size()});
  }
  while (!cursors.empty()) {
    const auto first =
        std::ranges::min_element(cursors, {}, [](const Cursor& c) { return c.next->t; });
    AppendRow(*first->next, pose_model, out);
    if (++first->next == first->end) cursors.erase(first);
    if (out.size() >= kPiece) {
      if (auto written = write({out.data(), out.size()}); !written) return written;
      out.clear();
    }
  }
  return write({out.data(), out.size()});
}

}  // namespace plyo
