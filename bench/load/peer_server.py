"""What a user would build with what is at hand: FastAPI, and MediaPipe's lite model in a thread a core.

  peer_server.py PORT BUNDLE.task

JPEG pictures come by WebSocket with the header of contract/stream.yaml; of what waits the newest is looked at and the rest is
dropped; the answer holds the landmarks. It knows neither stillness nor admission. MediaPipe's tracker keeps the state of one
athlete, so that every session has a landmarker of its own. Threads are enough: its inference lets go of the interpreter.
"""
import asyncio
import concurrent.futures
import json
import os
import struct
import sys
import time

import cv2
import fastapi
import mediapipe
import numpy
import uvicorn
from mediapipe.tasks.python import BaseOptions, vision

HEADER = struct.Struct("<BBBBIQHHI")
BUNDLE = sys.argv[2]
app = fastapi.FastAPI()
cores = concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0)))


def landmarker() -> vision.PoseLandmarker:
    return vision.PoseLandmarker.create_from_options(vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=BUNDLE), running_mode=vision.RunningMode.VIDEO))


def look(finder: vision.PoseLandmarker, message: bytes, received: float) -> str:
    _, _, _, _, sequence, capture_us, width, height, _ = HEADER.unpack_from(message)
    begin = time.monotonic()
    picture = cv2.imdecode(numpy.frombuffer(message, numpy.uint8, offset=HEADER.size), cv2.IMREAD_COLOR)
    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    decoded = time.monotonic()
    found = finder.detect_for_video(image, capture_us // 1000).pose_landmarks
    people = [[round(value, 3) for mark in person for value in (mark.x * width, mark.y * height, mark.visibility)] for person in found]
    done = time.monotonic()
    timing = {"queue": (begin - received) * 1e3, "decode": (decoded - begin) * 1e3, "pose": (done - decoded) * 1e3, "analysis": 0,
              "total": (done - received) * 1e3}
    return json.dumps({"type": "pose", "sequence": sequence, "people": people, "timing": timing})


@app.websocket("/v1/live")
async def live(socket: fastapi.WebSocket) -> None:
    await socket.accept(subprotocol="plyo.live.1")
    await socket.receive_text()
    await socket.send_json({"type": "welcome"})
    loop = asyncio.get_running_loop()
    finder = await loop.run_in_executor(cores, landmarker)
    newest: list = []
    came = asyncio.Event()

    async def work() -> None:
        while True:
            await came.wait()
            came.clear()
            message, received = newest.pop()
            await socket.send_text(await loop.run_in_executor(cores, look, finder, message, received))
    worker = asyncio.create_task(work())
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                break
            if message.get("bytes") is not None:
                newest[:] = [(message["bytes"], time.monotonic())]
                came.set()
            elif message.get("text") is not None:
                await socket.send_json({"type": "result"})
                break
    finally:
        worker.cancel()
        await asyncio.wait([worker])
        await loop.run_in_executor(cores, finder.close)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="info")
