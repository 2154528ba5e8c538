"""mediapipe_tasks.py BUNDLE.task VIDEO: the pose of every frame by MediaPipe Tasks, VIDEO mode; prints frames and poses found."""
import json
import sys

import cv2
import mediapipe
from mediapipe.tasks.python import BaseOptions, vision


def main() -> None:
    bundle, video = sys.argv[1:]
    options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=bundle),
                                           running_mode=vision.RunningMode.VIDEO)
    capture = cv2.VideoCapture(video)
    frames = found = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            t_ms = round(capture.get(cv2.CAP_PROP_POS_MSEC))
            got, picture = capture.read()
            if not got:
                break
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            result = landmarker.detect_for_video(image, max(t_ms, frames))  # times have to rise
            frames += 1
            found += bool(result.pose_landmarks)
    print(json.dumps({"frames": frames, "found": found}))


if __name__ == "__main__":
    main()
