#pragma once

#include "plyo/kinematics/result.h"

namespace plyo::testing {

/// A result that has something in every field, with figures that survive the rounding of the
/// document.
inline AnalysisResult ExampleResult() {
  Rep rep;
  rep.index = 1;
  rep.scale = {"stature", 0.003412, 0.000041};
  rep.events = {{"takeoff", 1.9312, 0.004, 115.87, {}},
                {"landing", 2.4449, 0.0031, 146.694, {"landmarks_only"}}};
  rep.phases = {{"flight", 1.9312, 2.4449}};
  rep.metrics.push_back({.id = "jump_height",
                         .value = 0.352,
                         .unit = "m",
                         .u = 0.008,
                         .reason = {},
                         .begin_s = 1.9312,
                         .end_s = 2.188,
                         .flags = {"low_frame_rate", "landing_posture"},
                         .class_name = {}});
  rep.metrics.push_back({.id = "foot_strike",
                         .value = 7.25,
                         .unit = "deg",
                         .u = std::nullopt,
                         .reason = {},
                         .begin_s = 1,
                         .end_s = 1.5,
                         .flags = {},
                         .class_name = "heel"});
  rep.metrics.push_back({.id = "peak_power",
                         .value = std::nullopt,
                         .unit = "W",
                         .u = std::nullopt,
                         .reason = "mass_not_given",
                         .begin_s = 0,
                         .end_s = 0,
                         .flags = {},
                         .class_name = {}});
  rep.flags = {"no_quiet_standing"};

  Rep step = rep;
  step.index = 2;
  step.status = RepStatus::kProvisional;
  step.scale = {};

  AthleteResult athlete;
  athlete.track_id = 3;
  athlete.height_m = 1.8;
  athlete.reps = {rep};
  athlete.steps = {step};
  athlete.summary = {{.id = "jump_height",
                      .unit = "m",
                      .mean = 0.352,
                      .sd = std::nullopt,
                      .n = 1,
                      .u = 0.008,
                      .left = 0.34,
                      .right = 0.36,
                      .best = 0.352,
                      .class_name = {}},
                     {.id = "foot_strike",
                      .unit = "deg",
                      .mean = 7.25,
                      .sd = 1.5,
                      .n = 12,
                      .u = std::nullopt,
                      .left = 7,
                      .right = 7.5,
                      .best = std::nullopt,
                      .class_name = "heel"}};

  AnalysisResult result;
  result.sport = "cmj";
  result.source = {.name = "jump one.mp4",
                   .sha256 = std::string(64, 'a'),
                   .width = 640,
                   .height = 360,
                   .rotation_deg = 90,
                   .frames = 240,
                   .duration_s = 4.004,
                   .capture_fps = 59.94006,
                   .variable_frame_rate = true};
  result.athletes = {athlete};
  result.quality = {.detected_fraction = 0.9958,
                    .dropped_frames = 1,
                    .bystanders = 2,
                    .side_swaps = 3,
                    .flags = {"truncated"}};
  result.provenance = {.plyo_version = "0.1.0",
                       .model_name = "blazepose_full",
                       .model_sha256 = std::string(64, 'b'),
                       .options = {{"height_m", "1.8"}, {"model", "full"}},
                       .created_at = "2026-05-31T10:00:00Z"};
  return result;
}

}  // namespace plyo::testing
