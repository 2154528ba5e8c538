"""What the generated methods stand on: resources and pages of both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, AsyncIterator, Generator, Generic, Iterator, List, Optional, TypeVar

from ._core import PageData, Request, next_page
from ._model import AnswerInfo, Model

if TYPE_CHECKING:
    from ._client import AsyncExecutor, SyncExecutor

M = TypeVar("M", bound=Model)


class Resource:
    _client: SyncExecutor

    def __init__(self, client: SyncExecutor) -> None:
        self._client = client


class AsyncResource:
    _client: AsyncExecutor

    def __init__(self, client: AsyncExecutor) -> None:
        self._client = client


class _PageBase(Generic[M]):
    def __init__(self, request: Request[PageData[M]], page: PageData[M]) -> None:
        self._request = request
        self.data: List[M] = page.data
        """The objects of this page, newest first."""
        self.next_cursor: Optional[str] = page.next_cursor
        """`cursor` of the next page; None on the last one."""
        self.answer: AnswerInfo = page.answer
        """What the HTTP answer said beside the page."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.data)}{', more follow' if self.next_cursor else ''}>"


class Page(_PageBase[M]):
    """One page of a list. Iterating walks through this page and all after it, which are fetched as they are needed."""

    def __init__(self, client: SyncExecutor, request: Request[PageData[M]], page: PageData[M]) -> None:
        super().__init__(request, page)
        self._client = client

    def next_page(self) -> Optional[Page[M]]:
        """The page after this one; None on the last one."""
        return None if self.next_cursor is None else self._client._list(next_page(self._request, self.next_cursor))

    def pages(self) -> Iterator[Page[M]]:
        """This page and all after it."""
        page: Optional[Page[M]] = self
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Iterator[M]:
        for page in self.pages():
            yield from page.data


class AsyncPage(_PageBase[M]):
    """One page of a list. `async for` walks through this page and all after it, which are fetched as they are needed."""

    def __init__(self, client: AsyncExecutor, request: Request[PageData[M]], page: PageData[M]) -> None:
        super().__init__(request, page)
        self._client = client

    async def next_page(self) -> Optional[AsyncPage[M]]:
        """The page after this one; None on the last one."""
        return None if self.next_cursor is None else await self._client._list(next_page(self._request, self.next_cursor))

    async def pages(self) -> AsyncIterator[AsyncPage[M]]:
        """This page and all after it."""
        page: Optional[AsyncPage[M]] = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncIterator[M]:
        async for page in self.pages():
            for item in page.data:
                yield item


class AsyncPaginator(Generic[M]):
    """A list that was not asked for yet: `await` gives its first page, `async for` walks through all pages."""

    def __init__(self, client: AsyncExecutor, request: Request[PageData[M]]) -> None:
        self._client = client
        self._request = request

    def __await__(self) -> Generator[None, None, AsyncPage[M]]:
        return self._first().__await__()

    async def _first(self) -> AsyncPage[M]:
        return AsyncPage(self._client, self._request, await self._client._execute(self._request))

    async def pages(self) -> AsyncIterator[AsyncPage[M]]:
        """All pages, from the first."""
        async for page in (await self._first()).pages():
            yield page

    async def __aiter__(self) -> AsyncIterator[M]:
        async for page in self.pages():
            for item in page.data:
                yield item
