"""without_segmentation.py MODELS_DIR [ROUNDS]: what the segmentation output of the landmark models costs.

Compiles each model as it is and without that output, in single precision on one thread, runs both in turn on the same
pictures, and prints the CPU ms of one inference and the largest difference of the other outputs. Needs OpenVINO's Python
package: python3 -m venv v && v/bin/pip install openvino==2026.4.1.
"""
import pathlib
import statistics
import sys
import time

import numpy
import openvino

SEGMENTATION = 2  # of the outputs: landmarks, presence, segmentation, heatmap, world landmarks


def main() -> None:
    folder, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    core = openvino.Core()
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    random = numpy.random.default_rng(1)
    for name in ("lite", "full", "heavy"):
        model = core.read_model(folder / f"pose_landmark_{name}.tflite")
        kept = [i for i in range(len(model.outputs)) if i != SEGMENTATION]
        lean = openvino.Model([model.output(i) for i in kept], model.get_parameters(), "lean")
        requests = {"whole": core.compile_model(model, "CPU", options).create_infer_request(),
                    "lean": core.compile_model(lean, "CPU", options).create_infer_request()}
        spent, difference = {key: [] for key in requests}, 0.0
        for _ in range(rounds):
            picture = random.random((1, 256, 256, 3), numpy.float32)
            for key, request in requests.items():
                begin = time.process_time()
                request.infer([picture])
                spent[key].append(1e3 * (time.process_time() - begin))
            for k, i in enumerate(kept):
                difference = max(difference, float(numpy.abs(requests["whole"].get_output_tensor(i).data - requests["lean"].get_output_tensor(k).data).max()))
        whole, without = (statistics.median(spent[key]) for key in ("whole", "lean"))
        print(f"{name}: {whole:.1f} CPU ms, without segmentation {without:.1f} CPU ms; largest difference elsewhere {difference:g}")


if __name__ == "__main__":
    main()
