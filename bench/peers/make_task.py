"""make_task.py DETECTOR.tflite LANDMARKS.tflite OUT.task: the bundle that MediaPipe Tasks' PoseLandmarker wants.

The networks of the older MediaPipe Pose are the same, but say nothing of how their input is scaled; Tasks reads that from
metadata, so it is written in: -1 to 1 for the detector, 0 to 1 for the landmarks.
"""
import sys
import zipfile

import flatbuffers
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as schema


def describe(mean: float, std: float, outputs: int) -> bytes:
    normalization = metadata.ProcessUnitT()
    normalization.optionsType = metadata.ProcessUnitOptions.NormalizationOptions
    normalization.options = metadata.NormalizationOptionsT()
    normalization.options.mean, normalization.options.std = [mean], [std]
    image = metadata.TensorMetadataT()
    image.name = "image"
    image.content = metadata.ContentT()
    image.content.contentPropertiesType = metadata.ContentProperties.ImageProperties
    image.content.contentProperties = metadata.ImagePropertiesT()
    image.content.contentProperties.colorSpace = metadata.ColorSpaceType.RGB
    image.processUnits = [normalization]
    image.stats = metadata.StatsT()
    image.stats.max, image.stats.min = [(255 - mean) / std], [(0 - mean) / std]
    graph = metadata.SubGraphMetadataT()
    graph.inputTensorMetadata = [image]
    graph.outputTensorMetadata = [metadata.TensorMetadataT() for _ in range(outputs)]
    model = metadata.ModelMetadataT()
    model.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())


def with_metadata(path: str, mean: float, std: float) -> bytes:
    with open(path, "rb") as file:
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(file.read(), 0))
    buffer = schema.BufferT()
    buffer.data = list(describe(mean, std, len(model.subgraphs[0].outputs)))
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def main() -> None:
    detector, landmarks, out = sys.argv[1:]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:  # stored: it is mapped, not unpacked
        bundle.writestr("pose_detector.tflite", with_metadata(detector, 127.5, 127.5))
        bundle.writestr("pose_landmarks_detector.tflite", with_metadata(landmarks, 0, 255))


if __name__ == "__main__":
    main()
