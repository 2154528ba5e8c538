"""Bodies of requests, which are read anew for each try and never held in memory as a whole."""

from __future__ import annotations

import io
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, Mapping, Optional, Union

CHUNK = 256 * 1024

FileSource = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO]
"""A path, the bytes themselves, or a file that is open for reading bytes."""

Progress = Callable[[int, Optional[int]], None]
"""Called with the bytes that were sent and all that are to be sent (None where that is not known)."""


class Body:
    content_type: str
    repeatable = True
    """Whether sending it twice has the effect of sending it once."""

    @property
    def rewindable(self) -> bool:
        """Whether it can be read once more."""
        return True

    @property
    def size(self) -> Optional[int]:
        """Bytes; None where that is not known."""
        raise NotImplementedError

    def chunks(self) -> Iterator[bytes]:
        """From the beginning, each time."""
        raise NotImplementedError

    def sent(self, total: int) -> None:
        """So many bytes of it were sent in this try."""

    def close(self) -> None:
        """It is not needed any more."""


class BytesBody(Body):
    def __init__(self, content: bytes, content_type: str) -> None:
        self.content = content
        self.content_type = content_type

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        yield self.content


class SourceFile:
    """A FileSource that is read by position: opened where it is a path, and left open where it was given open."""

    def __init__(self, source: FileSource) -> None:
        self._owned = False
        self._used = False
        self._file: BinaryIO
        if isinstance(source, (bytes, bytearray, memoryview)):
            self._file = io.BytesIO(source)
            self.name = "video"
        elif isinstance(source, (str, os.PathLike)):
            self._file = Path(source).open("rb")
            self._owned = True
            self.name = Path(source).name
        elif hasattr(source, "read"):
            self._file = source
            name = getattr(source, "name", None)
            self.name = Path(name).name if isinstance(name, str) and name else "video"
        else:
            raise TypeError(f"a path, bytes or an open file is wanted, not {type(source).__name__}")
        self.seekable = self._file.seekable() if hasattr(self._file, "seekable") else False
        self._begin = self._file.tell() if self.seekable else 0
        self.size: Optional[int] = None
        if self.seekable:
            self.size = self._file.seek(0, os.SEEK_END) - self._begin
            self._file.seek(self._begin)

    @property
    def rewindable(self) -> bool:
        return self.seekable or not self._used

    def chunks(self, offset: int = 0, length: Optional[int] = None) -> Iterator[bytes]:
        if self.seekable:
            self._file.seek(self._begin + offset)
        elif self._used or offset:
            raise ValueError("the file can be read only once")
        self._used = True
        left = length
        while left is None or left > 0:
            chunk = self._file.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                if left:
                    raise ValueError("the file became shorter while it was sent")
                return
            if not isinstance(chunk, bytes):
                raise TypeError("the file must be open for reading bytes ('rb')")
            if left is not None:
                left -= len(chunk)
            yield chunk

    def sha256(self) -> str:
        digest = sha256()
        for chunk in self.chunks(0, self.size):
            digest.update(chunk)
        return digest.hexdigest()

    def close(self) -> None:
        if self._owned:
            self._file.close()


class PartBody(Body):
    """A stretch of a file."""

    content_type = "application/octet-stream"

    def __init__(self, file: SourceFile, offset: int, length: int, progress: Optional[Callable[[int], None]] = None) -> None:
        self._file = file
        self._offset = offset
        self._length = length
        self._progress = progress

    @property
    def rewindable(self) -> bool:
        return self._file.seekable

    @property
    def size(self) -> int:
        return self._length

    def chunks(self) -> Iterator[bytes]:
        return self._file.chunks(self._offset, self._length)

    def sent(self, total: int) -> None:
        if self._progress:
            self._progress(total)


class MultipartBody(Body):
    """A JSON document and a file (RFC 7578). The boundary comes from the idempotency key, so that all tries, and a later call
    with the same key, send the same bytes."""

    def __init__(self, document: str, value: Mapping[str, Any], file_field: str, file: SourceFile, key: str, progress: Optional[Progress]) -> None:
        boundary = "plyo-" + sha256(key.encode()).hexdigest()[:32]
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        name = "".join("_" if letter in '"\\\r\n' else letter for letter in file.name)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{document}"\r\nContent-Type: application/json\r\n\r\n{text}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="{file_field}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._file = file
        self._progress = progress

    @property
    def rewindable(self) -> bool:
        return self._file.rewindable

    @property
    def size(self) -> Optional[int]:
        return None if self._file.size is None else len(self._head) + self._file.size + len(self._tail)

    def chunks(self) -> Iterator[bytes]:
        yield self._head
        yield from self._file.chunks(0, self._file.size)
        yield self._tail

    def sent(self, total: int) -> None:
        of_file = total - len(self._head)
        if self._progress and of_file > 0 and (self._file.size is None or of_file <= self._file.size):
            self._progress(of_file, self._file.size)

    def close(self) -> None:
        self._file.close()
