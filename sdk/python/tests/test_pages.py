from __future__ import annotations

import httpx
import pytest
from adapter import ATHLETE, answer, problem

from plyo import errors


def pages(request: httpx.Request) -> httpx.Response:
    """Seven athletes, as many a page as are asked for."""
    begin = int(request.url.params.get("cursor", "0"))
    count = int(request.url.params.get("limit", "20"))
    names = range(7)[begin : begin + count]
    data = [{**ATHLETE, "id": f"ath_{n}"} for n in names]
    return answer({"data": data, "next_cursor": str(begin + count) if begin + count < 7 else None})


def test_iterating_walks_through_all_pages(connect):
    api = connect(pages)
    items = api.items(api.method("athletes.list")(limit=3, external_id="x"))
    assert [item.id for item in items] == [f"ath_{n}" for n in range(7)]
    assert [dict(request.url.params) for request in api.requests] == [
        {"limit": "3", "external_id": "x"},
        {"limit": "3", "external_id": "x", "cursor": "3"},
        {"limit": "3", "external_id": "x", "cursor": "6"},
    ]


def test_one_page_at_a_time(connect):
    api = connect(pages)
    page = api.call("athletes.list", limit=5)
    assert [item.id for item in page.data] == [f"ath_{n}" for n in range(5)] and page.next_cursor == "5" and page.answer.status == 200
    assert len(api.requests) == 1
    second = api.run(page.next_page())
    assert [item.id for item in second.data] == ["ath_5", "ath_6"] and second.next_cursor is None
    assert api.run(second.next_page()) is None
    assert "of 5, more follow" in repr(page) and "of 2>" in repr(second)
    again = api.call("athletes.list", limit=5, cursor="5")
    assert [item.id for item in again.data] == ["ath_5", "ath_6"]


def test_pages_are_fetched_only_as_they_are_needed(connect):
    api = connect(pages)
    if api.is_async:

        async def two():
            out = []
            async for item in api.client.athletes.list(limit=2):
                out.append(item)
                if len(out) == 2:
                    return out

        assert len(api.run(two())) == 2
    else:
        for count, _ in enumerate(api.client.athletes.list(limit=2), 1):
            if count == 2:
                break
    assert len(api.requests) == 1


def test_iterating_over_pages(connect):
    api = connect(pages)
    listing = api.method("athletes.list")(limit=3)
    assert [len(page.data) for page in api.items(listing.pages())] == [3, 3, 1]


def test_an_error_in_a_later_page_is_raised(connect):
    api = connect(lambda request: problem("rate_limited", 429, retry_after="100") if "cursor" in request.url.params else pages(request))
    with pytest.raises(errors.RateLimitedError):
        api.items(api.method("athletes.list")(limit=3))
