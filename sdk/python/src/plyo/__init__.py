"""The client of a Plyo server: jump and running analysis from ordinary video.

    from plyo import Plyo

    client = Plyo()  # PLYO_API_KEY, PLYO_BASE_URL
    analysis = client.analyses.create_and_wait(sport="cmj", file="jump.mp4", athlete={"height_m": 1.8})
    result = client.analyses.result(analysis.id)

`AsyncPlyo` has the same methods with `await`. Errors are in `plyo.errors`, what the server answers with in `plyo.models`,
checks of webhooks in `plyo.webhooks`, live sessions in `plyo.live` (`pip install plyo[live]`).
"""

from . import errors, models, webhooks
from ._base_error import (
    AnalysisCancelledError,
    AnalysisFailedError,
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    InvalidAnswerError,
    NotModified,
    PlyoError,
    ServerError,
    UploadError,
    WaitTimeoutError,
    WebhookSignatureError,
)
from ._client import AsyncPlyo, Plyo
from ._core import RetryPolicy
from ._flows import AnalysisEvent, UploadProgress
from ._model import NOT_GIVEN, AnswerInfo, Model, NotGiven, RateLimit
from ._resource import AsyncPage, AsyncPaginator, Page
from ._version import __version__

__all__ = [
    "NOT_GIVEN",
    "AnalysisCancelledError",
    "AnalysisEvent",
    "AnalysisFailedError",
    "AnswerInfo",
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "AsyncPage",
    "AsyncPaginator",
    "AsyncPlyo",
    "InvalidAnswerError",
    "Model",
    "NotGiven",
    "NotModified",
    "Page",
    "Plyo",
    "PlyoError",
    "RateLimit",
    "RetryPolicy",
    "ServerError",
    "UploadError",
    "UploadProgress",
    "WaitTimeoutError",
    "WebhookSignatureError",
    "__version__",
    "errors",
    "models",
    "webhooks",
]
