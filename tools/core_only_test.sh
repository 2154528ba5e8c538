#!/usr/bin/env bash
# base, kinematics and sports build alone: with nothing of ./dev setup at hand, and nothing of FFmpeg, OpenCV or OpenVINO
# among what they compile against.
# Usage: core_only_test.sh SOURCE BUILD
set -euo pipefail
source=$1 build=$2
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPLYO_CORE_ONLY=ON -DPLYO_TESTS=OFF -DPLYO_DEPS=/nonexistent
cmake --build "$build"
if grep -Eiq 'opencv|openvino|ffmpeg|libav|cairo' "$build/build.ninja"; then
  echo "the core's build names a library that it must do without:" >&2
  grep -Eio '[^ ]*(opencv|openvino|ffmpeg|libav|cairo)[^ ]*' "$build/build.ninja" | sort -u >&2
  exit 1
fi
for library in kinematics/libplyo_kinematics.a sports/libplyo_sports.a sports/cmj/libplyo_sports_cmj.a; do
  [[ -f $build/libs/$library ]] || { echo "the core was built without $library" >&2; exit 1; }
done
