"""The base of what the server answers with, and how JSON becomes objects and values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Callable, ClassVar, Dict, FrozenSet, List, Mapping, Optional, Tuple, Type, TypeVar, Union

T = TypeVar("T")
M = TypeVar("M", bound="Model")

Time = Union[dt.datetime, str]
"""A moment that is sent: a `datetime` that knows its zone, or RFC 3339."""
Date = Union[dt.date, str]
"""A day that is sent: a `date`, or `2001-02-03`."""


class NotGiven:
    """Stands for a field that is not to be sent, where None is a value: None removes what is there."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False


NOT_GIVEN = NotGiven()


@dataclass(frozen=True)
class RateLimit:
    """What is left of the rate that the project may ask with."""

    limit: int
    """Requests in a window."""
    remaining: int
    """Requests left in the window."""
    reset_s: float
    """Seconds until the window is full again."""


@dataclass(frozen=True)
class AnswerInfo:
    """What the HTTP answer said beside its body."""

    status: int
    request_id: Optional[str] = None
    """Finds the request in the server's log."""
    etag: Optional[str] = None
    """Names this state of the object; for `if_match` and `if_none_match`."""
    retry_after: Optional[float] = None
    """Seconds until it is worth asking again."""
    replayed: bool = False
    """This is the answer that an earlier request with the same idempotency key got."""
    rate_limit: Optional[RateLimit] = None


class Model:
    """An object of the server's, frozen.

    Fields that this version of the library does not know are in `extra`; `answer` says with which HTTP answer the object came,
    and is None for an object inside of another.
    """

    _names: ClassVar[Mapping[str, str]] = {}
    """Names in JSON that are no good names in Python, by field."""
    _required: ClassVar[FrozenSet[str]] = frozenset()
    """Fields that are there even where they are null."""

    extra: Mapping[str, Any]
    answer: Optional[AnswerInfo]

    @property
    def etag(self) -> Optional[str]:
        """Names this state of the object, where the answer said it."""
        return self.answer.etag if self.answer else None

    @classmethod
    def from_dict(cls: Type[M], data: Mapping[str, Any]) -> M:
        """Makes the object of parsed JSON. Raises KeyError, TypeError or ValueError where it is not one."""
        raise NotImplementedError

    def to_dict(self) -> Dict[str, Any]:
        """As JSON has it, with the fields that this version does not know."""
        out: Dict[str, Any] = {}
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            if item.name in ("extra", "answer"):
                continue
            value = getattr(self, item.name)
            if value is not None or item.name in self._required:
                out[self._names.get(item.name, item.name)] = to_json(value)
        out.update(self.extra)
        return out


def with_answer(model: M, answer: AnswerInfo) -> M:
    return dataclasses.replace(model, answer=answer)  # type: ignore[type-var]


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.](\d+))?([Zz]|[+-]\d\d:\d\d)")


def parse_time(text: str) -> dt.datetime:
    """RFC 3339; finer than microseconds is cut."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no time by RFC 3339")
    day, clock, fraction, zone = match.groups()
    micros = ((fraction or "") + "000000")[:6]
    return dt.datetime.fromisoformat(f"{day}T{clock}.{micros}{'+00:00' if zone in 'Zz' else zone}")


def format_time(value: Time) -> str:
    if isinstance(value, str):
        return value
    if value.tzinfo is None:
        raise ValueError("a time must know its zone: datetime.now(timezone.utc), not datetime.now()")
    text = value.astimezone(dt.timezone.utc).isoformat(timespec="microseconds" if value.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def to_json(value: Any) -> Any:
    """What the JSON encoder takes, of models, times and days inside of lists and mappings."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, dt.datetime):
        return format_time(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(part) for part in value]
    return value


def maybe(convert: Callable[[Any], T], value: Any) -> Optional[T]:
    return None if value is None else convert(value)


def listed(convert: Callable[[Any], T]) -> Callable[[Any], List[T]]:
    return lambda values: [convert(value) for value in values]


def unknown(data: Mapping[str, Any], known: Tuple[str, ...]) -> Dict[str, Any]:
    return {key: value for key, value in data.items() if key not in known}
