"""Both clients behind one face, so that each test is written once."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any, Callable, Dict, List, Optional, Union

import httpx

from plyo import AsyncPlyo, Plyo

KEY = "plyo_test_0123456789abcdefghijklmnop"
Handler = Callable[[httpx.Request], httpx.Response]


class Adapter:
    def __init__(self, is_async: bool, handler: Optional[Handler] = None, *, base_url: str = "http://plyo.test", api_key: str = KEY, **options: Any) -> None:
        self.is_async = is_async
        self.sleeps: List[float] = []
        self.requests: List[httpx.Request] = []
        self.bodies: List[bytes] = []
        self._http: Union[httpx.Client, httpx.AsyncClient, None] = None
        if handler is None:
            kind = AsyncPlyo if is_async else Plyo
            self.client: Any = kind(api_key, base_url, **options)
        elif is_async:

            async def handle(request: httpx.Request) -> httpx.Response:
                self._note(request, await request.aread())
                return handler(request)

            self._http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
            self.client = AsyncPlyo(api_key, base_url, http_client=self._http, **options)
        else:

            def handle_now(request: httpx.Request) -> httpx.Response:
                self._note(request, request.read())
                return handler(request)

            self._http = httpx.Client(transport=httpx.MockTransport(handle_now))
            self.client = Plyo(api_key, base_url, http_client=self._http, **options)
        self._loop = asyncio.new_event_loop() if is_async else None
        if handler is not None:
            self.client._sleep = self._async_sleep if is_async else self.sleeps.append

    async def _async_sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    def _note(self, request: httpx.Request, body: bytes) -> None:
        self.requests.append(request)
        self.bodies.append(body)

    def run(self, value: Any) -> Any:
        if not self.is_async or not inspect.isawaitable(value):
            return value

        async def wait() -> Any:
            return await value

        assert self._loop
        return self._loop.run_until_complete(wait())

    def method(self, path: str, client: Any = None) -> Any:
        target = client or self.client
        for name in path.split("."):
            target = getattr(target, name)
        return target

    def call(self, path: str, *args: Any, **options: Any) -> Any:
        return self.run(self.method(path)(*args, **options))

    def items(self, iterable: Any) -> List[Any]:
        if not self.is_async:
            return list(iterable)

        async def collect() -> List[Any]:
            return [item async for item in iterable]

        assert self._loop
        return self._loop.run_until_complete(collect())

    def close(self) -> None:
        if self._loop is None:
            self.client.close()
            if self._http:
                self._http.close()
            return
        self._loop.run_until_complete(self.client.aclose())
        if self._http:
            self._loop.run_until_complete(self._http.aclose())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def problem(code: str, status: int, **headers: str) -> httpx.Response:
    body = {"type": f"https://plyo.test/errors#{code}", "title": f"Title of {code}.", "status": status, "detail": f"Detail of {code}.", "code": code,
            "remedy": "Do better.", "request_id": "req1"}  # fmt: skip
    made = answer(body, status, **headers)
    made.headers["content-type"] = "application/problem+json"
    return made


def sequence(*answers: Union[httpx.Response, Exception, Handler]) -> Handler:
    """One answer after the other; the last one stays."""
    left = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        item = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(item, Exception):
            raise item
        return item if isinstance(item, httpx.Response) else item(request)

    return handle


def sent(body: bytes) -> Dict[str, Any]:
    out: Dict[str, Any] = json.loads(body)
    return out


TIME = "2026-11-29T12:00:00Z"
ATHLETE = {"id": "ath_01jdv2m3n4p5q6r7s8t9v0w1x2", "created_at": TIME, "updated_at": TIME, "test": True, "name": "Ada", "height_m": 1.8}


def analysis(status: str = "completed", **more: Any) -> Dict[str, Any]:
    return {"id": "ana_01jdv2m3n4p5q6r7s8t9v0w1x2", "created_at": TIME, "test": True, "sport": "cmj", "status": status, "progress": 1.0 if status == "completed" else 0.5,
            "outputs": ["report"], "files": [], "keep_source": False, "source": {"type": "fixture"}, **more}  # fmt: skip


FAILED = analysis("failed", error={"code": "not_a_video", "detail": "It is a poem.", "remedy": "Use MP4."})
