#pragma once

#include <string_view>

#include "plyo/pose_openvino/estimator.h"

namespace plyo::cli {

/// A pose model as it is called on the command line.
inline std::string_view NameOf(PoseModel model) {
  switch (model) {
    case PoseModel::kLite:
      return "lite";
    case PoseModel::kHeavy:
      return "heavy";
    case PoseModel::kFull:
      break;
  }
  return "full";
}

/// The model of one of these names; full for any other.
inline PoseModel PoseModelOf(std::string_view name) {
  for (const PoseModel model : {PoseModel::kLite, PoseModel::kHeavy}) {
    if (NameOf(model) == name) return model;
  }
  return PoseModel::kFull;
}

}  // namespace plyo::cli
