"""The two clients: how steps of flows are done, with blocking calls and with `await`."""

from __future__ import annotations

import copy
import logging
import os
import platform
import time
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncGenerator, AsyncIterator, Callable, Dict, Generator, Generic, Iterator, List, NoReturn, Optional, Type, TypeVar, Union
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx

from ._async_resources import AsyncResources
from ._base_error import ApiConnectionError, ApiTimeoutError, PlyoError
from ._body import Body, BytesBody
from ._core import Answer, Blocking, Close, Emit, Flow, Open, PageData, ReadChunk, Request, RetryPolicy, Send, Sleep, Step, Streamed, execute
from ._model import Model
from ._operations import API_VERSION
from ._resource import AsyncPaginator, Page
from ._resources import Resources
from ._version import __version__

if TYPE_CHECKING:
    from typing_extensions import Self

    from .live import LiveSession

T = TypeVar("T")
M = TypeVar("M", bound=Model)
H = TypeVar("H", httpx.Client, httpx.AsyncClient)

DEFAULT_BASE_URL = "http://127.0.0.1:8080"
DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
log = logging.getLogger("plyo")


def checked_key(api_key: Optional[str]) -> str:
    key = api_key if api_key is not None else os.environ.get("PLYO_API_KEY")
    if not key:
        raise PlyoError("there is no API key: give api_key, or set PLYO_API_KEY")
    if not all("!" <= letter <= "~" for letter in key):  # it would stand in the message of the HTTP library
        raise ValueError("the API key holds blanks or letters that no key has")
    return key


def checked_url(base_url: Union[str, httpx.URL, None]) -> str:
    url = str(base_url or os.environ.get("PLYO_BASE_URL") or DEFAULT_BASE_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("base_url must be an address such as https://plyo.example")
    return url


class Executor(Generic[H]):
    """Settings of a client, and what of its work is neither blocking nor not."""

    def __init__(
        self,
        api_key: Optional[str],
        base_url: Union[str, httpx.URL, None],
        timeout: Union[float, httpx.Timeout, None],
        max_retries: int,
        http: Optional[H],
        make_http: Callable[[], H],
    ) -> None:
        if max_retries < 0:
            raise ValueError("max_retries must not be negative")
        self._api_key = checked_key(api_key)
        self.base_url = checked_url(base_url)
        """Address of the server, without a slash at its end."""
        self.timeout = timeout
        """Seconds that the server may be silent, or an `httpx.Timeout`; None waits for ever."""
        self.retries = RetryPolicy(max_retries=max_retries)
        """How failed requests are sent again."""
        self._http: H = http or make_http()
        self._owns_http = http is None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def with_options(
        self,
        *,
        api_key: Optional[str] = None,
        timeout: Union[float, httpx.Timeout, None] = None,
        max_retries: Optional[int] = None,
        retries: Optional[RetryPolicy] = None,
    ) -> Self:
        """A client with other settings that shares the connections of this one: `client.with_options(timeout=5).usage.get()`."""
        other = copy.copy(self)
        other._client = other  # type: ignore[attr-defined]
        other._owns_http = False
        if api_key is not None:
            other._api_key = checked_key(api_key)
        if timeout is not None:
            other.timeout = timeout
        if retries is not None:
            other.retries = retries
        if max_retries is not None:
            if max_retries < 0:
                raise ValueError("max_retries must not be negative")
            other.retries = replace(other.retries, max_retries=max_retries)
        return other

    def _headers(self, request: Request[Any]) -> Dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._api_key}",
            "Plyo-Version": API_VERSION,
            "User-Agent": f"plyo-python/{__version__} python/{platform.python_version()}",
            **request.headers,
        }
        if request.body is not None:
            headers["Content-Type"] = request.body.content_type
            if request.body.size is not None:
                headers["Content-Length"] = str(request.body.size)
        elif request.method == "POST":
            headers["Content-Length"] = "0"
        return headers

    def _built(self, request: Request[Any], content: Any) -> httpx.Request:
        return self._http.build_request(
            request.method,
            self.base_url + request.path,
            params=list(request.query) or None,
            headers=self._headers(request),
            content=content,
            timeout=self.timeout,
        )


def answer_of(response: httpx.Response, content: bytes) -> Answer:
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, content)


def failed(error: httpx.RequestError, what: str) -> NoReturn:
    """Raises what this library raises for it. The message of the HTTP library names no header."""
    sent = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    if isinstance(error, httpx.TimeoutException):
        raise ApiTimeoutError(f"{what}: no answer in time", sent=sent) from error
    raise ApiConnectionError(f"{what}: {str(error) or type(error).__name__}", sent=sent) from error


def kept(flow: Flow[T], result: List[T]) -> Flow[None]:
    result.append((yield from flow))


def note(request: Request[Any], answer: Answer) -> None:
    log.debug("%s %s -> %d [request %s]", request.method, request.path, answer.status, answer.headers.get("x-request-id"))


def what(request: Request[Any]) -> str:
    return f"{request.method} {request.path}"


class SyncExecutor(Executor[httpx.Client]):
    _sleep = staticmethod(time.sleep)

    def _execute(self, request: Request[T]) -> T:
        return self._run(execute(request, self.retries))

    def _list(self, request: Request[PageData[M]]) -> Page[M]:
        return Page(self, request, self._execute(request))

    def _run(self, flow: Flow[T]) -> T:
        result: List[T] = []
        for _ in self._iterate(kept(flow, result)):
            pass
        return result[0]

    def _iterate(self, flow: Flow[None]) -> Generator[Any, None, None]:
        opened: List[httpx.Response] = []
        try:
            value: Any = None
            error: Optional[Exception] = None
            while True:
                try:
                    step = flow.throw(error) if error else flow.send(value)
                except StopIteration:
                    return
                value = error = None
                if isinstance(step, Emit):
                    yield step.value
                    continue
                try:
                    value = self._perform(step, opened)
                except Exception as raised:
                    error = raised
        finally:
            flow.close()
            for response in opened:
                response.close()

    def _perform(self, step: Step, opened: List[httpx.Response]) -> Any:
        if isinstance(step, Send):
            return self._send(step.request)
        if isinstance(step, Open):
            return self._open(step.request, opened)
        if isinstance(step, ReadChunk):
            try:
                return next(step.streamed.source[1], None)
            except httpx.RequestError as error:
                failed(error, "the connection broke")
        if isinstance(step, Close):
            step.streamed.source[0].close()
            return None
        if isinstance(step, Sleep):
            return self._sleep(step.seconds)
        if isinstance(step, Blocking):
            return step.do()
        raise TypeError(f"a step {step!r} gives nothing")

    def _content(self, body: Optional[Body]) -> Any:
        if body is None or isinstance(body, BytesBody):
            return body.content if body else None

        def stream(body: Body) -> Iterator[bytes]:
            total = 0
            for chunk in body.chunks():
                yield chunk
                total += len(chunk)
                body.sent(total)

        return stream(body)

    def _send(self, request: Request[Any]) -> Answer:
        try:
            response = self._http.send(self._built(request, self._content(request.body)))
        except httpx.RequestError as error:
            failed(error, what(request))
        answer = answer_of(response, response.content)
        note(request, answer)
        return answer

    def _open(self, request: Request[Any], opened: List[httpx.Response]) -> Streamed:
        try:
            response = self._http.send(self._built(request, self._content(request.body)), stream=True)
            opened.append(response)
            content = b"" if response.is_success else response.read()
        except httpx.RequestError as error:
            failed(error, what(request))
        answer = answer_of(response, content)
        note(request, answer)
        return Streamed(answer, (response, response.iter_bytes()))


class AsyncExecutor(Executor[httpx.AsyncClient]):
    _sleep = staticmethod(anyio.sleep)

    async def _execute(self, request: Request[T]) -> T:
        return await self._run(execute(request, self.retries))

    def _list(self, request: Request[PageData[M]]) -> AsyncPaginator[M]:
        return AsyncPaginator(self, request)

    async def _run(self, flow: Flow[T]) -> T:
        result: List[T] = []
        async for _ in self._iterate(kept(flow, result)):
            pass
        return result[0]

    async def _iterate(self, flow: Flow[None]) -> AsyncGenerator[Any, None]:
        opened: List[httpx.Response] = []
        try:
            value: Any = None
            error: Optional[Exception] = None
            while True:
                try:
                    step = flow.throw(error) if error else flow.send(value)
                except StopIteration:
                    return
                value = error = None
                if isinstance(step, Emit):
                    yield step.value
                    continue
                try:
                    value = await self._perform(step, opened)
                except Exception as raised:
                    error = raised
        finally:
            flow.close()
            for response in opened:
                await response.aclose()

    async def _perform(self, step: Step, opened: List[httpx.Response]) -> Any:
        if isinstance(step, Send):
            return await self._send(step.request)
        if isinstance(step, Open):
            return await self._open(step.request, opened)
        if isinstance(step, ReadChunk):
            try:
                return await step.streamed.source[1].__anext__()
            except StopAsyncIteration:
                return None
            except httpx.RequestError as error:
                failed(error, "the connection broke")
        if isinstance(step, Close):
            return await step.streamed.source[0].aclose()
        if isinstance(step, Sleep):
            return await self._sleep(step.seconds)
        if isinstance(step, Blocking):
            return await anyio.to_thread.run_sync(step.do)
        raise TypeError(f"a step {step!r} gives nothing")

    def _content(self, body: Optional[Body]) -> Any:
        if body is None or isinstance(body, BytesBody):
            return body.content if body else None

        async def stream(body: Body) -> AsyncIterator[bytes]:
            total = 0
            chunks = body.chunks()
            while True:
                chunk: Optional[bytes] = await anyio.to_thread.run_sync(next, chunks, None)
                if chunk is None:
                    return
                yield chunk
                total += len(chunk)
                body.sent(total)

        return stream(body)

    async def _send(self, request: Request[Any]) -> Answer:
        try:
            response = await self._http.send(self._built(request, self._content(request.body)))
        except httpx.RequestError as error:
            failed(error, what(request))
        answer = answer_of(response, response.content)
        note(request, answer)
        return answer

    async def _open(self, request: Request[Any], opened: List[httpx.Response]) -> Streamed:
        try:
            response = await self._http.send(self._built(request, self._content(request.body)), stream=True)
            opened.append(response)
            content = b"" if response.is_success else await response.aread()
        except httpx.RequestError as error:
            failed(error, what(request))
        answer = answer_of(response, content)
        note(request, answer)
        return Streamed(answer, (response, response.aiter_bytes()))


class Plyo(SyncExecutor, Resources):
    """A Plyo server, with blocking calls. May be used by several threads; `close()` it, or use `with`.

    Args:
        api_key: `plyo_live_…` or `plyo_test_…`; without it that of the environment, `PLYO_API_KEY`.
        base_url: Address of the server; without it `PLYO_BASE_URL`, and else http://127.0.0.1:8080.
        timeout: Seconds that the server may be silent, or an `httpx.Timeout`; None waits for ever.
        max_retries: How often a request is sent again after the connection broke, a timeout, or one of the statuses 408, 429,
            500, 502, 503 and 504. No request is carried out twice by that.
        http_client: An `httpx.Client` of your own, for proxies and certificates. It is left open.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: Union[str, httpx.URL, None] = None,
        *,
        timeout: Union[float, httpx.Timeout, None] = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        http_client: Optional[httpx.Client] = None,
    ) -> None:
        SyncExecutor.__init__(self, api_key, base_url, timeout, max_retries, http_client, httpx.Client)
        Resources.__init__(self, self)

    def close(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


class AsyncPlyo(AsyncExecutor, AsyncResources):
    """A Plyo server, with `await`, under asyncio or trio. `await client.aclose()`, or use `async with`.

    Args:
        api_key: `plyo_live_…` or `plyo_test_…`; without it that of the environment, `PLYO_API_KEY`.
        base_url: Address of the server; without it `PLYO_BASE_URL`, and else http://127.0.0.1:8080.
        timeout: Seconds that the server may be silent, or an `httpx.Timeout`; None waits for ever.
        max_retries: How often a request is sent again after the connection broke, a timeout, or one of the statuses 408, 429,
            500, 502, 503 and 504. No request is carried out twice by that.
        http_client: An `httpx.AsyncClient` of your own, for proxies and certificates. It is left open.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: Union[str, httpx.URL, None] = None,
        *,
        timeout: Union[float, httpx.Timeout, None] = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        http_client: Optional[httpx.AsyncClient] = None,
    ) -> None:
        AsyncExecutor.__init__(self, api_key, base_url, timeout, max_retries, http_client, httpx.AsyncClient)
        AsyncResources.__init__(self, self)

    def live(self, sport: Optional[str] = None, **options: Any) -> LiveSession:
        """A live session with this client's key and address, under asyncio: `async with client.live("cmj", media=…) as session`.

        Needs `pip install plyo[live]`; the options are those of `plyo.live.LiveSession`.
        """
        from .live import LiveSession

        return LiveSession(sport, api_key=self._api_key, base_url=self.base_url, **options)

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.aclose()
