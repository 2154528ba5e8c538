"""Live analysis over a WebSocket, under asyncio (`pip install plyo[live]`).

    async def show(session):
        async for message in session:  # until the session is over
            ...

    async with LiveSession("cmj", athlete={"height_m": 1.8}, media={"codec": "jpeg", "width": 640, "height": 480, "fps": 30}) as session:
        showing = asyncio.create_task(show(session))
        async for picture in camera:
            await session.send_jpeg(picture, width=640, height=480)
        result = await session.end()
        await showing

A lost connection is resumed by itself, with growing, spread waits; confirmed repetitions that came meanwhile are sent again by
the server, so that none is lost.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Deque, Dict, List, Literal, Mapping, Optional, Sequence, Set, Tuple, Type, Union

try:
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
    from websockets.typing import Subprotocol
except ImportError as error:  # pragma: no cover
    raise ImportError("plyo.live needs the package websockets: pip install plyo[live]") from error

from ._base_error import PlyoError
from ._client import checked_key, checked_url
from ._media import H264, JPEG, LANDMARK_TABLE, LANDMARKS, MediaPicture, PersonLandmarks, encode_media, pack_landmarks
from ._version import __version__
from .live_messages import (
    BY_TYPE,
    CLOSE_CODES,
    ClockReplyMessage,
    ErrorMessage,
    MediaDescription,
    MetricMessage,
    PoseMessage,
    RepMessage,
    ResultMessage,
    ServerMessage,
    TimingMessage,
    UnknownMessage,
    WelcomeMessage,
)
from .models import ResultDocument

if TYPE_CHECKING:
    from typing_extensions import Self

LiveState = Literal["connecting", "open", "reconnecting", "waiting", "ended"]
"""`connecting` until the first `welcome`; `open`; `reconnecting` after a loss; `waiting` while the server has no room; `ended`
for good."""

PROTOCOL = "plyo.live.1"
# What a new connection may mend: the server goes down, the network broke, a failure of its own, silence.
WORTH_ANOTHER_TRY = frozenset({1001, 1005, 1006, 1011, 1012, 1013, 4408})
# Errors that close with such a code and stay: what the plan allows in a month, what is stored and damaged.
NOT_MENDED_BY_WAITING = frozenset({"quota_exceeded", "data_damaged"})
# Messages that wait for a reader; beyond it the oldest that a newer one replaces are left out. Repetitions never are.
MOST_WAITING = 1000
REPLACED = (PoseMessage, TimingMessage, MetricMessage)


class LiveError(PlyoError):
    """Why a session could not begin or go on.

    Attributes:
        close_code: of the WebSocket (`plyo.live_messages.CLOSE_CODES`); 1006 where the connection broke.
        code: stable id, as in the error reference, where the server named one.
        retry_after: seconds until it is worth trying again, where the server named them.
    """

    def __init__(self, message: str, close_code: int, code: Optional[str] = None, retry_after: Optional[float] = None) -> None:
        super().__init__(message)
        self.close_code = close_code
        self.code = code
        self.retry_after = retry_after


class Backoff:
    """Waits that double, each drawn from its upper half, so that clients that were cut off together do not return together."""

    def __init__(self, first_s: float = 0.25, most_s: float = 8.0, random: Callable[[], float] = random.random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._random = random
        self._tries = 0

    def next(self, at_least_s: float = 0.0) -> float:
        """Seconds before the next try; `at_least_s` is what the server asked for."""
        limit = min(self._most_s, self._first_s * 2.0 ** min(self._tries, 30))
        self._tries += 1
        return max(limit * (0.5 + self._random() / 2), at_least_s * (1 + self._random() / 4))

    def reset(self) -> None:
        """A connection has held."""
        self._tries = 0


class ClockOffset:
    """How far the server's clock is from the client's, by the quickest of the last exchanges: the least waiting, the least error."""

    def __init__(self, keep: int = 8) -> None:
        self._samples: Deque[Tuple[int, float]] = deque(maxlen=keep)

    def add(self, sent_us: int, received_us: int, server_us: int) -> None:
        """When the question left and when its answer came, on the client's clock; the server's clock in it. µs."""
        self._samples.append((received_us - sent_us, server_us - (sent_us + received_us) / 2))

    @property
    def offset_us(self) -> Optional[float]:
        """Server minus client, µs; at most half of the round trip wrong. None before the first answer."""
        return min(self._samples)[1] if self._samples else None

    @property
    def round_trip_ms(self) -> Optional[float]:
        """Shortest way there and back of the last exchanges, ms."""
        return min(self._samples)[0] / 1000 if self._samples else None


class Connection(ClientConnection):
    """One that knows when something came last, be it a part of a message."""

    heard_s = 0.0

    def data_received(self, data: bytes) -> None:
        self.heard_s = self.loop.time()
        super().data_received(data)


class LiveSession:
    """One live session over as many connections as it takes. With `watch` it follows another's, read-only.

    `async with` connects and waits until the session is admitted. Iterating gives the server's messages until the session is
    over; where nobody reads, old skeletons are left out, but no repetition. For use in one event loop.

    Args:
        sport: Id of a sport of the catalogue. Not needed with `watch`.
        media: What is going to be sent: `codec` (`h264`, `jpeg`, `landmarks`), `width` and `height` in px, `fps`.
        athlete: `height_m`, `mass_kg`, `sex`, `name`; what is known of them.
        parameters: Of the sport, by id.
        watch: Id of the session to follow.
        resume: What the `resume` of a session was, in this program or in one before it: goes on with that session, which the server
            keeps for ten minutes after its connection was lost. What is to be sent is said anew (`media`), all else is as it was.
        api_key: `plyo_live_…` or `plyo_test_…`; without it `PLYO_API_KEY`.
        ticket: In place of a key: one of `session_tickets.create`. It opens one connection: none is tried again once the server has
            taken it, and a lost one is not resumed.
        base_url: Address of the server; without it `PLYO_BASE_URL`, and else http://127.0.0.1:8080.
        open_timeout: Seconds until the session must be admitted, with all tries.
        resume_timeout: Seconds that a lost connection may take to come back; the server keeps a session for ten minutes.
        silence_timeout: Seconds after which a silent connection is taken as lost.
        backoff: Waits between tries.
        now_us: The clock of the capture times, µs.

    Raises:
        LiveError: the session could not begin or go on.
    """

    def __init__(
        self,
        sport: Optional[str] = None,
        *,
        media: Union[MediaDescription, Mapping[str, Any], None] = None,
        athlete: Optional[Mapping[str, Any]] = None,
        parameters: Optional[Mapping[str, float]] = None,
        watch: Optional[str] = None,
        resume: Optional[Mapping[str, Any]] = None,
        api_key: Optional[str] = None,
        ticket: Optional[str] = None,
        base_url: Optional[str] = None,
        open_timeout: float = 30.0,
        resume_timeout: float = 600.0,
        silence_timeout: float = 10.0,
        most_waiting_bytes: int = 128 * 1024,
        backoff: Optional[Backoff] = None,
        now_us: Callable[[], int] = lambda: time.monotonic_ns() // 1000,
    ) -> None:
        wanted = media is not None and (sport is not None or resume is not None) if watch is None else resume is None
        if not wanted:
            raise TypeError("sport and media are wanted, or resume and media, or watch")
        self._hello: Dict[str, Any] = {"type": "hello", "client": f"plyo-python/{__version__}"}
        given = {"sport": sport, "athlete": athlete, "parameters": parameters, "watch": watch}
        self._hello.update({name: value for name, value in given.items() if value is not None})
        if media is not None:
            self._hello["media"] = media.to_dict() if isinstance(media, MediaDescription) else dict(media)
        self._ticket = ticket
        self._api_key = None if ticket is not None else checked_key(api_key)
        self._url = re.sub("^http", "ws", checked_url(base_url)) + "/v1/live"
        self._open_timeout = open_timeout
        self._resume_timeout = resume_timeout
        self._silence_timeout = silence_timeout
        self._most_waiting_bytes = most_waiting_bytes
        self._backoff = backoff or Backoff()
        self._now_us = now_us
        self.clock = ClockOffset()
        """How far the server's clock is from `now_us`."""
        self.state: LiveState = "connecting"
        """Where the connection is."""
        self.welcome: Optional[WelcomeMessage] = None
        """The newest `welcome`, with the id of the session; None before the first."""
        self.result: Optional[ResultDocument] = None
        """The document of the session, once it has ended."""
        self._socket: Optional[ClientConnection] = None
        self._sequence = 0
        self._resume = None if resume is None else dict(resume)
        # Every repetition up to it is confirmed, and those few beyond it are.
        self._last_rep = int(resume.get("last_rep", 0)) if resume else 0
        self._confirmed_beyond: Set[int] = set()
        # What a resume did not bring up to here will not come: it was never confirmed.
        self._brought_up_to = 0
        self._last_error: Optional[ErrorMessage] = None
        self._key_wanted = True
        self._waiting: Deque[ServerMessage] = deque()
        self._changed: Optional[asyncio.Event] = None  # of the event loop, which there may not be yet
        self._failure: Optional[LiveError] = None
        self._lost: Optional[LiveError] = None
        self._ending = False
        self._task: Optional[asyncio.Task[None]] = None

    def __repr__(self) -> str:
        return f"<LiveSession {self.welcome.session if self.welcome else '-'} {self.state}>"

    # ---- beginning and end

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connects and waits until the session is admitted."""
        if self._task is not None:
            raise RuntimeError("a session is connected once")
        self._changed = asyncio.Event()
        self._task = asyncio.ensure_future(self._stay_connected())
        try:
            await asyncio.wait_for(self._admitted(), self._open_timeout)
        except asyncio.TimeoutError as error:
            await self.close()
            raise self._lost or LiveError("the session was not admitted in time", 1006) from error
        except BaseException:
            await self.close()
            raise

    async def _admitted(self) -> None:
        while self.welcome is None:
            if self._over:
                raise self._failure or LiveError("the session is over", 1000)
            await self._change()

    async def end(self) -> ResultDocument:
        """Ends the session and gives its document; while the connection is away, as soon as it is back."""
        if self.result is not None:
            return self.result
        if self._over:
            raise self._failure or LiveError("the session is over", 1000)
        if not self._ending:
            self._ending = True
            await self._say({"type": "end"})
        while self.result is None:
            if self._over:
                raise self._failure or LiveError("the session ended without a result", 1000)
            await self._change()
        return self.result

    async def close(self) -> None:
        """Gives up at once, without a result. Does nothing where the session has ended."""
        self._finish(None)
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    # ---- what comes

    def __aiter__(self) -> AsyncIterator[ServerMessage]:
        return self

    async def __anext__(self) -> ServerMessage:
        while not self._waiting:
            if self._over:
                if self._failure:
                    raise self._failure
                raise StopAsyncIteration
            await self._change()
        return self._waiting.popleft()

    # ---- what goes

    @property
    def resume(self) -> Optional[Dict[str, Any]]:
        """What a later `LiveSession(resume=…)` goes on with, also in another program: `session`, `token` and `last_rep`, up to which
        every repetition has come. As secret as a key for as long as it holds. None before the first `welcome`, and with `watch`."""
        if self.welcome is None or "watch" in self._hello:
            return self._resume
        return {"session": self.welcome.session, "token": self.welcome.resume_token, "last_rep": self._last_rep}

    @property
    def ready(self) -> bool:
        """False where a picture would only wait; it had better not be encoded, but skipped."""
        socket = self._socket
        return (
            self.state == "open"
            and not self._ending
            and socket is not None
            and socket.transport.get_write_buffer_size() <= self._most_waiting_bytes
        )

    @property
    def key_wanted(self) -> bool:
        """H.264: the next picture must be a key picture, for the connection is new."""
        return self._key_wanted

    async def send(self, picture: MediaPicture) -> Optional[int]:
        """Sends a picture; its sequence, or None where it was not sent: there is no connection, the session is being ended, or
        a key picture is wanted (`key_wanted`) and this is none."""
        socket = self._socket
        if self.state != "open" or self._ending or socket is None:
            return None
        sequence = self._sequence & 0xFFFFFFFF
        message = encode_media(sequence, picture)
        self._sequence += 1
        if picture.kind == H264:
            if self._key_wanted and not picture.key:
                return None
            self._key_wanted = False
        try:
            await socket.send(message)
        except ConnectionClosed:
            return None
        return sequence

    async def send_jpeg(self, jpeg: bytes, *, width: int, height: int, capture_us: Optional[int] = None) -> Optional[int]:
        """Sends a JPEG of `width` × `height` px; without `capture_us` as captured now. Gives what `send` gives."""
        return await self.send(MediaPicture(JPEG, jpeg, width, height, self._now_us() if capture_us is None else capture_us))

    async def send_h264(self, unit: bytes, *, key: bool, width: int, height: int, capture_us: Optional[int] = None) -> Optional[int]:
        """Sends an access unit, Annex B, without reordering. Gives what `send` gives."""
        return await self.send(MediaPicture(H264, unit, width, height, self._now_us() if capture_us is None else capture_us, key))

    async def send_landmarks(
        self, people: Sequence[PersonLandmarks], *, width: int, height: int, capture_us: Optional[int] = None
    ) -> Optional[int]:
        """Sends poses that were found in a picture of `width` × `height` px. Gives what `send` gives."""
        payload = pack_landmarks(people)
        return await self.send(MediaPicture(LANDMARK_TABLE, payload, width, height, self._now_us() if capture_us is None else capture_us))

    def skip(self) -> None:
        """A picture that there was no time for: the server sees the gap."""
        self._sequence += 1

    async def seen(self, sequence: int, end_to_end_ms: float) -> None:
        """How long after its capture the skeleton of a picture was on the screen, ms."""
        await self._say({"type": "seen", "sequence": sequence, "end_to_end_ms": max(0.0, end_to_end_ms)})

    # ---- within

    @property
    def _over(self) -> bool:
        return self.state == "ended"

    async def _change(self) -> None:
        """Waits until something may be another than it was. Who waits looks first."""
        if self._changed is None:
            raise RuntimeError("the session is not connected: use `async with`, or connect()")
        await self._changed.wait()
        self._changed.clear()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed.set()

    def _enter(self, state: LiveState) -> None:
        self.state = state
        self._tell()

    async def _say(self, message: Mapping[str, Any]) -> None:
        if self._socket is not None and self.state == "open":
            try:
                await self._socket.send(json.dumps(message))
            except ConnectionClosed:
                pass  # the reader sees it too

    def _finish(self, failure: Optional[LiveError]) -> None:
        if not self._over:
            self._failure = failure
            self._enter("ended")

    async def _stay_connected(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._open_timeout
        while not self._over:
            self._last_error = None
            was_open = ticket_used = False
            try:
                await self._one_connection()
                return
            except ConnectionClosed as error:
                lost = self._reason_of(error)
            except InvalidStatus as error:
                lost = self._reason_of_status(error.response.status_code, error.response.headers.get("Retry-After"))
            except InvalidHandshake as error:
                lost = LiveError(f"this is no Plyo server: {error}", 1002)
            except (OSError, EOFError, asyncio.TimeoutError) as error:
                lost = LiveError(str(error) or "the server did not answer in time", 1006)
            except Exception as error:
                failure = LiveError(f"{type(error).__name__}: {error}", 1002)
                failure.__cause__ = error
                self._finish(failure)
                return
            finally:
                was_open = self.state == "open"
                ticket_used = self._ticket is not None and self._socket is not None
                self._socket = None
            if lost.close_code == 1000:
                self._finish(None)
            if self._over:
                return
            self._lost = lost
            if was_open:
                deadline = loop.time() + self._resume_timeout
            if lost.close_code not in WORTH_ANOTHER_TRY or lost.code in NOT_MENDED_BY_WAITING or ticket_used:
                self._finish(lost)
                return
            wait = self._backoff.next(lost.retry_after or 0.0)
            if loop.time() + wait > deadline:
                self._finish(lost)
                return
            self._enter("waiting" if lost.close_code == 1013 else "reconnecting" if self.welcome else "connecting")
            await asyncio.sleep(wait)

    async def _one_connection(self) -> None:
        protocols: List[Subprotocol] = [Subprotocol(PROTOCOL)]
        headers = {}
        if self._ticket is not None:
            protocols.append(Subprotocol(f"plyo.token.{self._ticket}"))
        else:
            headers["Authorization"] = f"Bearer {self._api_key}"
        socket = await connect(
            self._url, subprotocols=protocols, additional_headers=headers, max_size=None, ping_interval=None,
            open_timeout=self._silence_timeout, close_timeout=1, user_agent_header=f"plyo-python/{__version__}",
            create_connection=Connection,
        )  # fmt: skip
        asking: Optional[asyncio.Task[None]] = None
        try:
            assert isinstance(socket, Connection)
            self._socket = socket
            hello = dict(self._hello)
            if self.welcome is not None and "watch" in hello:
                hello["last_rep"] = self._last_rep
            elif self.resume is not None:
                hello["resume"] = self.resume
            await socket.send(json.dumps(hello))
            while not self._over:
                message = self._take(await self._hear(socket))
                if isinstance(message, WelcomeMessage):
                    if self._ending:
                        await self._say({"type": "end"})
                    if asking is None:
                        asking = asyncio.ensure_future(self._ask_clock())
        finally:
            if asking is not None:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
            if self._over:
                await socket.close()
            else:
                socket.transport.abort()

    async def _hear(self, socket: Connection) -> Union[str, bytes]:
        """The next message, which may take its time while something of it comes."""
        wait_s = self._silence_timeout
        while True:
            try:
                return await asyncio.wait_for(socket.recv(), wait_s)
            except asyncio.TimeoutError:
                wait_s = socket.heard_s + self._silence_timeout - socket.loop.time()
                if wait_s <= 0:
                    raise

    def _take(self, text: Union[str, bytes]) -> Optional[ServerMessage]:
        received_us = self._now_us()
        if not isinstance(text, str):
            return None
        try:
            data = json.loads(text)
        except ValueError:
            return None
        if not isinstance(data, dict):
            return None
        message = parse_message(data)
        if isinstance(message, ClockReplyMessage):
            self.clock.add(message.client_us, received_us, message.server_us)
            return None
        if isinstance(message, WelcomeMessage):
            self.welcome = message
            if message.resumed:
                self._brought_up_to = max(self._confirmed_beyond, default=0)
            self._key_wanted = True
            self._backoff.reset()
            self._enter("open")
        elif isinstance(message, RepMessage) and message.rep.status == "confirmed":
            if not self._note_confirmed(message.rep.index):
                return None
        elif isinstance(message, ErrorMessage):
            self._last_error = message
        if len(self._waiting) >= MOST_WAITING:
            self._make_room()
        self._waiting.append(message)
        if isinstance(message, ResultMessage):
            self.result = message.result
            self._finish(None)
        self._tell()
        return message

    def _note_confirmed(self, index: int) -> bool:
        """Of several athletes a later repetition may be confirmed first, and is sent again by a resume that asks for an earlier one:
        False for one that has come before."""
        if index <= self._last_rep or index in self._confirmed_beyond:
            return False
        if index > self._brought_up_to > self._last_rep:  # a resume brings them in their order
            self._last_rep = self._brought_up_to
            self._confirmed_beyond = {beyond for beyond in self._confirmed_beyond if beyond > self._last_rep}
        self._confirmed_beyond.add(index)
        while self._last_rep + 1 in self._confirmed_beyond:
            self._last_rep += 1
            self._confirmed_beyond.remove(self._last_rep)
        return True

    def _make_room(self) -> None:
        for index, message in enumerate(self._waiting):
            if isinstance(message, REPLACED):
                del self._waiting[index]
                return

    async def _ask_clock(self) -> None:
        """A few questions at once, so that one of them is quick, then one now and then."""
        asked = 0
        while True:
            await self._say({"type": "clock", "client_us": self._now_us()})
            await asyncio.sleep(0.2 if asked < 4 else min(5.0, self._silence_timeout / 2))
            asked += 1

    def _reason_of(self, error: ConnectionClosed) -> LiveError:
        code, reason = (error.rcvd.code, error.rcvd.reason) if error.rcvd else (1006, "")
        said = self._last_error
        words = (said.message if said else "") or reason or CLOSE_CODES.get(code) or "the connection was closed"
        asked = said.retry_after_s if said else None
        if asked is None:
            match = re.search(r"retry_after_s=([\d.]+)", reason)
            asked = float(match[1]) if match else None
        return LiveError(words, code, said.code if said else None, asked)

    @staticmethod
    def _reason_of_status(status: int, retry_after: Optional[str]) -> LiveError:
        asked = float(retry_after) if retry_after and retry_after.isdigit() else None
        if status == 401:
            return LiveError("the key or ticket is not one of the server's, or not valid any more", 4401, "unauthorized")
        if status == 403:
            return LiveError("the server refused the key or the name that it was called by", 4401, "forbidden")
        if status in (408, 429) or status >= 500:
            return LiveError(f"the server answered with {status}", 1013, "no_capacity" if status == 503 else None, asked)
        return LiveError(f"the server answered with {status}; is this the address of a Plyo server?", 4404)


def parse_message(data: Mapping[str, Any]) -> ServerMessage:
    """The typed message; UnknownMessage where this version does not know it."""
    kind = str(data.get("type"))
    model = BY_TYPE.get(kind)
    if model is not None:
        try:
            return model.from_dict(data)  # type: ignore[return-value]
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
    return UnknownMessage(kind, data)


__all__ = [
    "LANDMARKS",
    "Backoff",
    "ClockOffset",
    "LiveError",
    "LiveSession",
    "LiveState",
    "MediaDescription",
    "MediaPicture",
    "PersonLandmarks",
    "encode_media",
    "pack_landmarks",
    "parse_message",
]
