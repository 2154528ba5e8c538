#!/usr/bin/python3
"""make_pose_task.py DETECTOR.tflite LANDMARKS.tflite OUT.task: the bundle that MediaPipe Tasks wants in a browser.

The networks say nothing of how their input is scaled; Tasks reads that from metadata inside the model: -1 to 1 for the
detector, 0 to 1 for the landmarks. A FlatBuffer's references point forward, so a new root table, which has one buffer and
one entry of metadata more, goes before the old file, which stays as it is.
"""
import struct
import sys
import zipfile

import flatbuffers

ALIGN = 16  # of the weights in the old file
# Fields of the table Model in the schema of TensorFlow Lite.
FIELDS = ("version", "operator_codes", "subgraphs", "description", "buffers", "metadata_buffer", "metadata", "signature_defs")
BUFFERS, METADATA = FIELDS.index("buffers"), FIELDS.index("metadata")
IMAGE_PROPERTIES, NORMALIZATION, RGB = 2, 1, 1  # members of the unions and the enum of the metadata's schema


def u16(data, at): return struct.unpack_from("<H", data, at)[0]
def u32(data, at): return struct.unpack_from("<I", data, at)[0]
def i32(data, at): return struct.unpack_from("<i", data, at)[0]


def floats(builder, values):
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return builder.EndVector()


def offsets(builder, tables):
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    return builder.EndVector()


def table(builder, fields, slots):
    """Offsets as numbers, bytes of a union's type as (value,)."""
    builder.StartObject(slots)
    for slot, value in fields:
        if isinstance(value, tuple):
            builder.PrependInt8Slot(slot, value[0], 0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, value, 0)
    return builder.EndObject()


def describe(mean, std, outputs):
    """ModelMetadata with one picture as input and as many outputs, which are only counted."""
    builder = flatbuffers.Builder(512)
    options = table(builder, ((0, floats(builder, [mean])), (1, floats(builder, [std]))), 2)
    unit = table(builder, ((0, (NORMALIZATION,)), (1, options)), 2)
    units = offsets(builder, [unit])
    picture = table(builder, ((0, (RGB,)),), 2)
    content = table(builder, ((0, (IMAGE_PROPERTIES,)), (1, picture)), 3)
    stats = table(builder, ((0, floats(builder, [(255 - mean) / std])), (1, floats(builder, [(0 - mean) / std]))), 2)
    name = builder.CreateString("image")
    # TensorMetadata: name, description, dimension_names, content, process_units, stats, associated_files
    picture_in = table(builder, ((0, name), (3, content), (4, units), (5, stats)), 7)
    inputs = offsets(builder, [picture_in])
    outs = offsets(builder, [table(builder, (), 7) for _ in range(outputs)])
    # SubGraphMetadata: name, description, input_tensor_metadata, output_tensor_metadata, ...
    graph = table(builder, ((2, inputs), (3, outs)), 8)
    graphs = offsets(builder, [graph])
    # ModelMetadata: name, description, version, subgraph_metadata, ...
    root = table(builder, ((3, graphs),), 8)
    builder.Finish(root, file_identifier=b"M001")
    return bytes(builder.Output())


def field(data, at, index):
    """Where a table keeps the field; None where it has none."""
    vtable = at - i32(data, at)
    if 4 + 2 * index >= u16(data, vtable):
        return None
    offset = u16(data, vtable + 4 + 2 * index)
    return at + offset if offset else None


def target(data, at, index):
    place = field(data, at, index)
    return None if place is None else place + u32(data, place)


def entries(data, vector):
    return [] if vector is None else [vector + 4 + 4 * i + u32(data, vector + 4 + 4 * i) for i in range(u32(data, vector))]


def outputs_of(data, model):
    graph = entries(data, target(data, model, FIELDS.index("subgraphs")))[0]
    return u32(data, target(data, graph, 2))


def with_metadata(data, mean, std):
    assert data[4:8] == b"TFL3"
    old = u32(data, 0)
    buffers, metadata = entries(data, target(data, old, BUFFERS)), entries(data, target(data, old, METADATA))
    described = describe(mean, std, outputs_of(data, old))
    head = bytearray(8)
    head[4:8] = b"TFL3"
    references = []  # (where the reference stands, what it points at: ("new", place) or ("old", place))

    def pad(size):
        head.extend(bytes(-len(head) % size))

    # The root table: version as a number, all else as references.
    pad(4)
    vtable = len(head)
    head.extend(struct.pack("<HH", 4 + 2 * len(FIELDS), 4 + 4 * len(FIELDS)))
    present = [name for i, name in enumerate(FIELDS) if i in (BUFFERS, METADATA) or field(data, old, i) is not None]
    for i, name in enumerate(FIELDS):
        head.extend(struct.pack("<H", 4 + 4 * i if name in present else 0))
    pad(4)
    root = len(head)
    head.extend(struct.pack("<i", root - vtable))
    head.extend(bytes(4 * len(FIELDS)))
    struct.pack_into("<I", head, 0, root)
    for i, name in enumerate(FIELDS):
        if name == "version":
            struct.pack_into("<I", head, root + 4 + 4 * i, u32(data, field(data, old, i)))
        elif name in present and i not in (BUFFERS, METADATA):
            references.append((root + 4 + 4 * i, ("old", target(data, old, i))))

    def vector(index, old_entries):
        pad(4)
        references.append((root + 4 + 4 * index, ("new", len(head))))
        head.extend(struct.pack("<I", len(old_entries) + 1))
        for entry in old_entries:
            references.append((len(head), ("old", entry)))
            head.extend(bytes(4))
        head.extend(bytes(4))
        return len(head) - 4

    last_buffer, last_metadata = vector(BUFFERS, buffers), vector(METADATA, metadata)
    # Buffer { data }
    head.extend(struct.pack("<HHHH", 6, 8, 4, 0))
    references.append((last_buffer, ("new", len(head))))
    head.extend(struct.pack("<iI", 8, 0))
    data_reference = len(head) - 4
    # Metadata { name, buffer }
    head.extend(struct.pack("<HHHH", 8, 12, 4, 8))
    references.append((last_metadata, ("new", len(head))))
    head.extend(struct.pack("<iII", 8, 0, len(buffers)))
    references.append((len(head) - 8, ("new", len(head))))
    name = b"TFLITE_METADATA"
    head.extend(struct.pack("<I", len(name)) + name + b"\0")
    # The vector's content is aligned as Tasks expects of a FlatBuffer in it.
    while (len(head) + 4) % ALIGN:
        head.append(0)
    references.append((data_reference, ("new", len(head))))
    head.extend(struct.pack("<I", len(described)) + described)
    pad(ALIGN)
    for place, (where, at) in references:
        struct.pack_into("<I", head, place, (at + len(head) if where == "old" else at) - place)
    return bytes(head) + data


def main():
    detector, landmarks, out = sys.argv[1:]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:  # stored: it is mapped, not unpacked
        for name, path, mean, std in (("pose_detector.tflite", detector, 127.5, 127.5),
                                      ("pose_landmarks_detector.tflite", landmarks, 0.0, 255.0)):
            with open(path, "rb") as file:
                # The same bytes wherever and whenever it is made.
                bundle.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), with_metadata(file.read(), mean, std))


if __name__ == "__main__":
    main()
