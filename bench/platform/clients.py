"""Clients of the REST interface that keep their connections: standard library only, so that they take little of the processor."""
import asyncio
import dataclasses
import itertools
import time


class Connection:
    """One request after the other."""

    def __init__(self, port: int, key: str | None) -> None:
        self.port = port
        self.head = f"Host: 127.0.0.1:{port}\r\n" + (f"Authorization: Bearer {key}\r\n" if key else "")
        self.reader = self.writer = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        with_body = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{self.head}{with_body}\r\n".encode() + body)
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        content = await self.reader.readexactly(length)
        if "connection: close" in head:
            self.close()
        return int(head.split()[1]), content

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclasses.dataclass
class Answers:
    """What came back from many requests. Those that failed count in no delay."""
    ms: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)
    seconds: float = 0

    def p(self, share: float) -> float:
        """The smallest delay that at least this share of the requests did not exceed."""
        ordered = sorted(self.ms)
        return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else float("nan")

    @property
    def rate(self) -> float:
        return len(self.ms) / self.seconds if self.seconds else 0.0


async def crowd(port: int, key: str | None, count: int, requests, seconds: float, most: float = float("inf"), every_s: float = 0) -> Answers:
    """`count` clients at once take requests (method, path, body, type) from the iterator, each the next one when the last is answered.

    They end after `seconds`, or `most` requests. With `every_s`, a client begins one in so many seconds, at times spread over them,
    and its delay counts from when it was due.
    """
    answers = Answers()
    begin = time.perf_counter()
    end = begin + seconds
    turns = itertools.count()

    async def client(number: int) -> None:
        connection = Connection(port, key)
        due = begin + every_s * number / count
        while next(turns) < most:
            if every_s:
                await asyncio.sleep(max(0, due - time.perf_counter()))
            asked = due if every_s else time.perf_counter()
            if asked >= end:
                break
            due += every_s
            try:
                status, content = await connection.ask(*next(requests))
            except (OSError, asyncio.IncompleteReadError) as lost:
                answers.errors.append(repr(lost))
                connection.close()
                continue
            if 200 <= status < 300:
                answers.ms.append(1e3 * (time.perf_counter() - asked))
            else:
                answers.errors.append(f"{status} {content[:200].decode(errors='replace')}")
        connection.close()

    await asyncio.gather(*(client(number) for number in range(count)))
    answers.seconds = time.perf_counter() - begin
    return answers


def ask(port: int, key: str | None, count: int, requests, seconds: float, **options) -> Answers:
    return asyncio.run(crowd(port, key, count, requests, seconds, **options))
