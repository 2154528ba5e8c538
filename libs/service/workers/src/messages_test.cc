#include "messages.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace plyo::service {
namespace {

std::span<const std::uint8_t> Body(const Bytes& message) {
  return std::span(message).subspan(kMessageHeaderBytes);
}

LiveOutput ExampleOutput() {
  LiveOutput output;
  output.kind = LiveOutputKind::kConfirmedRep;
  output.json = R"({"type":"rep"})";
  output.droppable = true;
  output.sequence = 77;
  output.queue_ms = 1.5;
  output.pose_ms = 5;
  output.skipped = 25;
  output.dropped = 2;
  output.caught_up = 7;
  output.rep_index = 3;
  return output;
}

TEST(Messages, HeadersSayWhatFollows) {
  const Bytes message = EncodePlain(9, MessageType::kEnd);
  const auto header = DecodeHeader(message);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, MessageType::kEnd);
  EXPECT_EQ(header->session, 9U);
  EXPECT_EQ(header->body_bytes, 0U);
}

TEST(Messages, ALoadThatCannotBeIsNone) {
  LoadReport report;
  report.inferred = 20;
  EXPECT_TRUE(DecodeLoad(Body(EncodeLoad(report))));
  report.pose_cpu_ms = 1e308;
  EXPECT_FALSE(DecodeLoad(Body(EncodeLoad(report))));
  report.pose_cpu_ms = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(DecodeLoad(Body(EncodeLoad(report))));
  report.pose_cpu_ms = 0;
  report.analysed = -1;
  EXPECT_FALSE(DecodeLoad(Body(EncodeLoad(report))));
}

TEST(Messages, AreReadAsTheyWereWritten) {
  LiveSessionSpec spec;
  spec.id = "abc";
  spec.hello_json = R"({"type":"hello"})";
  spec.stored_reps = {"one", "", "three"};
  spec.first_capture_us = -4;
  const auto open = DecodeOpen(Body(EncodeOpen(1, spec)));
  ASSERT_TRUE(open);
  EXPECT_EQ(open->id, spec.id);
  EXPECT_EQ(open->hello_json, spec.hello_json);
  EXPECT_EQ(open->stored_reps, spec.stored_reps);
  EXPECT_EQ(open->first_capture_us, spec.first_capture_us);
  EXPECT_FALSE(DecodeOpen(Body(EncodeOpen(1, {})))->first_capture_us);

  const TimedMedia media{{MediaKind::kJpeg, true, 5, -12, 640, 480, {1, 2, 3}}, 123'456'789};
  const auto read = DecodeMedia(Body(EncodeMedia(1, media)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->media.kind, MediaKind::kJpeg);
  EXPECT_TRUE(read->media.key);
  EXPECT_EQ(read->media.sequence, 5U);
  EXPECT_EQ(read->media.capture_us, -12);
  EXPECT_EQ(read->media.width, 640);
  EXPECT_EQ(read->media.height, 480);
  EXPECT_EQ(read->media.payload, media.media.payload);
  EXPECT_EQ(read->received_us, 123'456'789);

  const auto output = DecodeOutput(Body(EncodeOutput(1, ExampleOutput())));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->kind, LiveOutputKind::kConfirmedRep);
  EXPECT_EQ(output->json, ExampleOutput().json);
  EXPECT_TRUE(output->droppable);
  EXPECT_EQ(output->sequence, 77U);
  EXPECT_EQ(output->queue_ms, 1.5);
  EXPECT_EQ(output->skipped, 25);
  EXPECT_EQ(output->dropped, 2);
  EXPECT_EQ(output->caught_up, 7);
  EXPECT_EQ(output->rep_index, 3);

  const Error error{ErrorCode::kMediaUndecodable, "what and why"};
  EXPECT_EQ(DecodeError(Body(EncodeError(1, MessageType::kEnded, error))), error);

  const auto load = DecodeLoad(Body(EncodeLoad({0.5, 12, 1, 2, 3, 4, 5, 6})));
  ASSERT_TRUE(load);
  EXPECT_EQ(load->busy, 0.5);
  EXPECT_EQ(load->analysed, 3);
  EXPECT_EQ(load->analysis_cpu_ms, 6);
}

TEST(Messages, TheFrontTakesNothingThatAWorkerWouldNotSend) {
  EXPECT_FALSE(DecodeHeader(EncodeHeader({kMostBodyBytes + 1, MessageType::kOutput, 1})));
  Bytes header = EncodeHeader({1, MessageType::kOutput, 1});
  header[4] = kLastMessageType + 1;
  EXPECT_FALSE(DecodeHeader(header));

  const Bytes output = EncodeOutput(1, ExampleOutput());
  for (std::size_t size = 0; size < Body(output).size(); ++size) {
    EXPECT_FALSE(DecodeOutput(Body(output).first(size))) << size;
  }
  Bytes longer = output;
  longer.push_back(0);
  EXPECT_FALSE(DecodeOutput(Body(longer)));
  Bytes other_kind = output;
  other_kind[kMessageHeaderBytes] = 3;
  EXPECT_FALSE(DecodeOutput(Body(other_kind)));
  LiveOutput negative = ExampleOutput();
  negative.skipped = -1;
  EXPECT_FALSE(DecodeOutput(Body(EncodeOutput(1, negative))));
  LoadReport odd;
  odd.busy = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(DecodeLoad(Body(EncodeLoad(odd))));
}

RC_GTEST_PROP(Messages, AnyBytesAreReadOrRefused, (const Bytes& bytes)) {
  (void)DecodeHeader(bytes);
  (void)DecodeOpen(bytes);
  (void)DecodeMedia(bytes);
  (void)DecodeError(bytes);
  (void)DecodeOutput(bytes);
  (void)DecodeLoad(bytes);
}

}  // namespace
}  // namespace plyo::service
