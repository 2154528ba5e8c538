"""The request of each operation.

Made by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.
"""

from __future__ import annotations

from typing import Any, Literal, Mapping, Optional, Sequence, Union

from . import models
from ._body import BytesBody, FileSource, Progress
from ._core import PageData, Request, analysis_body, content, fields, headers, json_body, new_key, nothing, one, page_of, path, query
from ._model import NOT_GIVEN, Date, NotGiven, Time

API_VERSION = "2026-11-29"


def list_athletes(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    external_id: Optional[str] = None,
) -> Request[PageData[models.Athlete]]:
    return Request(
        "GET",
        "/v1/athletes",
        page_of(models.Athlete),
        query=query(limit=limit, cursor=cursor, external_id=external_id),
    )


def create_athlete(
    *,
    external_id: Optional[str] = None,
    name: Optional[str] = None,
    height_m: Optional[float] = None,
    mass_kg: Optional[float] = None,
    sex: Optional[models.Sex] = None,
    birth_date: Optional[Date] = None,
    metadata: Optional[Mapping[str, str]] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.Athlete]:
    return Request(
        "POST",
        "/v1/athletes",
        one(models.Athlete),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"external_id": external_id, "name": name, "height_m": height_m, "mass_kg": mass_kg, "sex": sex, "birth_date": birth_date, "metadata": metadata})),
    )


def get_athlete(
    athlete_id: str,
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.Athlete]:
    return Request(
        "GET",
        path("/v1/athletes/{athlete_id}", athlete_id=athlete_id),
        one(models.Athlete),
        headers=headers(if_none_match=if_none_match),
    )


def update_athlete(
    athlete_id: str,
    *,
    external_id: Union[str, None, NotGiven] = NOT_GIVEN,
    name: Union[str, None, NotGiven] = NOT_GIVEN,
    height_m: Union[float, None, NotGiven] = NOT_GIVEN,
    mass_kg: Union[float, None, NotGiven] = NOT_GIVEN,
    sex: Union[models.Sex, None, NotGiven] = NOT_GIVEN,
    birth_date: Union[Date, None, NotGiven] = NOT_GIVEN,
    metadata: Union[Mapping[str, str], None, NotGiven] = NOT_GIVEN,
    if_match: Optional[str] = None,
) -> Request[models.Athlete]:
    return Request(
        "PATCH",
        path("/v1/athletes/{athlete_id}", athlete_id=athlete_id),
        one(models.Athlete),
        headers=headers(if_match=if_match),
        body=json_body(fields({"external_id": external_id, "name": name, "height_m": height_m, "mass_kg": mass_kg, "sex": sex, "birth_date": birth_date, "metadata": metadata}, ("external_id", "name", "height_m", "mass_kg", "sex", "birth_date", "metadata",))),
    )


def delete_athlete(
    athlete_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/athletes/{athlete_id}", athlete_id=athlete_id),
        nothing,
    )


def export_athlete(
    athlete_id: str,
) -> Request[models.AthleteExport]:
    return Request(
        "GET",
        path("/v1/athletes/{athlete_id}/export", athlete_id=athlete_id),
        one(models.AthleteExport),
    )


def get_athlete_trend(
    athlete_id: str,
    *,
    sport: str,
    metric: str,
) -> Request[models.Trend]:
    return Request(
        "GET",
        path("/v1/athletes/{athlete_id}/trends", athlete_id=athlete_id),
        one(models.Trend),
        query=query(sport=sport, metric=metric),
    )


def list_consents(
    athlete_id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Request[PageData[models.Consent]]:
    return Request(
        "GET",
        path("/v1/athletes/{athlete_id}/consents", athlete_id=athlete_id),
        page_of(models.Consent),
        query=query(limit=limit, cursor=cursor),
    )


def create_consent(
    athlete_id: str,
    *,
    given_by: str,
    guardian: Optional[bool] = None,
    given_at: Optional[Time] = None,
    text: Optional[str] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.Consent]:
    return Request(
        "POST",
        path("/v1/athletes/{athlete_id}/consents", athlete_id=athlete_id),
        one(models.Consent),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"given_by": given_by, "guardian": guardian, "given_at": given_at, "text": text})),
    )


def withdraw_consent(
    athlete_id: str,
    consent_id: str,
) -> Request[models.Consent]:
    return Request(
        "DELETE",
        path("/v1/athletes/{athlete_id}/consents/{consent_id}", athlete_id=athlete_id, consent_id=consent_id),
        one(models.Consent),
    )


def list_analyses(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    athlete_id: Optional[str] = None,
    sport: Optional[str] = None,
    status: Optional[models.AnalysisStatus] = None,
    created_after: Optional[Time] = None,
    created_before: Optional[Time] = None,
) -> Request[PageData[models.Analysis]]:
    return Request(
        "GET",
        "/v1/analyses",
        page_of(models.Analysis),
        query=query(limit=limit, cursor=cursor, athlete_id=athlete_id, sport=sport, status=status, created_after=created_after, created_before=created_before),
    )


def create_analysis(
    *,
    sport: str,
    file: Optional[FileSource] = None,
    upload_id: Optional[str] = None,
    url: Optional[str] = None,
    landmarks_csv: Optional[str] = None,
    fixture: Optional[Literal["jump", "failure"]] = None,
    athlete_id: Optional[str] = None,
    athlete: Optional[Union[models.AnalysisAthlete, Mapping[str, Any]]] = None,
    model: Optional[models.PoseModel] = None,
    capture_fps: Optional[float] = None,
    parameters: Optional[Mapping[str, float]] = None,
    outputs: Optional[Sequence[models.OutputKind]] = None,
    blur_faces: Optional[bool] = None,
    keep_source: Optional[bool] = None,
    priority: Optional[Literal["normal", "low"]] = None,
    metadata: Optional[Mapping[str, str]] = None,
    on_upload: Optional[Progress] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.Analysis]:
    key = idempotency_key or new_key()
    return Request(
        "POST",
        "/v1/analyses",
        one(models.Analysis),
        headers=headers(idempotency_key=key),
        body=analysis_body(fields({"sport": sport, "athlete_id": athlete_id, "athlete": athlete, "model": model, "capture_fps": capture_fps, "parameters": parameters, "outputs": outputs, "blur_faces": blur_faces, "keep_source": keep_source, "priority": priority, "metadata": metadata}), {"upload.upload_id": upload_id, "url.url": url, "landmarks.csv": landmarks_csv, "fixture.name": fixture}, file, key, on_upload),
    )


def get_analysis(
    analysis_id: str,
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.Analysis]:
    return Request(
        "GET",
        path("/v1/analyses/{analysis_id}", analysis_id=analysis_id),
        one(models.Analysis),
        headers=headers(if_none_match=if_none_match),
    )


def delete_analysis(
    analysis_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/analyses/{analysis_id}", analysis_id=analysis_id),
        nothing,
    )


def cancel_analysis(
    analysis_id: str,
    *,
    idempotency_key: Optional[str] = None,
) -> Request[models.Analysis]:
    return Request(
        "POST",
        path("/v1/analyses/{analysis_id}/cancel", analysis_id=analysis_id),
        one(models.Analysis),
        headers=headers(idempotency_key=idempotency_key),
    )


def get_analysis_result(
    analysis_id: str,
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.ResultDocument]:
    return Request(
        "GET",
        path("/v1/analyses/{analysis_id}/result", analysis_id=analysis_id),
        one(models.ResultDocument),
        headers=headers(if_none_match=if_none_match),
    )


def stream_analysis(
    analysis_id: str,
) -> Request[bytes]:
    return Request(
        "GET",
        path("/v1/analyses/{analysis_id}/events", analysis_id=analysis_id),
        content,
    )


def get_analysis_file(
    analysis_id: str,
    file_name: str,
    *,
    range: Optional[str] = None,
) -> Request[bytes]:
    return Request(
        "GET",
        path("/v1/analyses/{analysis_id}/files/{file_name}", analysis_id=analysis_id, file_name=file_name),
        content,
        headers=headers(range=range),
    )


def create_upload(
    *,
    bytes: int,
    part_bytes: Optional[int] = None,
    sha256: Optional[str] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.Upload]:
    return Request(
        "POST",
        "/v1/uploads",
        one(models.Upload),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"bytes": bytes, "part_bytes": part_bytes, "sha256": sha256})),
    )


def get_upload(
    upload_id: str,
) -> Request[models.Upload]:
    return Request(
        "GET",
        path("/v1/uploads/{upload_id}", upload_id=upload_id),
        one(models.Upload),
    )


def delete_upload(
    upload_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/uploads/{upload_id}", upload_id=upload_id),
        nothing,
    )


def put_upload_part(
    upload_id: str,
    part_number: int,
    content: bytes,
) -> Request[models.Upload]:
    return Request(
        "PUT",
        path("/v1/uploads/{upload_id}/parts/{part_number}", upload_id=upload_id, part_number=part_number),
        one(models.Upload),
        body=BytesBody(content, "application/octet-stream"),
    )


def create_session_ticket(
    *,
    athlete_id: Optional[str] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.SessionTicket]:
    return Request(
        "POST",
        "/v1/session_tickets",
        one(models.SessionTicket),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"athlete_id": athlete_id})),
    )


def list_sessions(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    athlete_id: Optional[str] = None,
    sport: Optional[str] = None,
) -> Request[PageData[models.SessionSummary]]:
    return Request(
        "GET",
        "/v1/sessions",
        page_of(models.SessionSummary),
        query=query(limit=limit, cursor=cursor, athlete_id=athlete_id, sport=sport),
    )


def get_session(
    session_id: str,
) -> Request[models.Session]:
    return Request(
        "GET",
        path("/v1/sessions/{session_id}", session_id=session_id),
        one(models.Session),
    )


def delete_session(
    session_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/sessions/{session_id}", session_id=session_id),
        nothing,
    )


def get_session_file(
    session_id: str,
    file_name: str,
) -> Request[bytes]:
    return Request(
        "GET",
        path("/v1/sessions/{session_id}/files/{file_name}", session_id=session_id, file_name=file_name),
        content,
    )


def list_webhook_endpoints(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Request[PageData[models.WebhookEndpoint]]:
    return Request(
        "GET",
        "/v1/webhook_endpoints",
        page_of(models.WebhookEndpoint),
        query=query(limit=limit, cursor=cursor),
    )


def create_webhook_endpoint(
    *,
    url: str,
    event_types: Optional[Sequence[models.EventType]] = None,
    description: Optional[str] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.WebhookEndpointCreated]:
    return Request(
        "POST",
        "/v1/webhook_endpoints",
        one(models.WebhookEndpointCreated),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"url": url, "event_types": event_types, "description": description})),
    )


def get_webhook_endpoint(
    webhook_endpoint_id: str,
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.WebhookEndpoint]:
    return Request(
        "GET",
        path("/v1/webhook_endpoints/{webhook_endpoint_id}", webhook_endpoint_id=webhook_endpoint_id),
        one(models.WebhookEndpoint),
        headers=headers(if_none_match=if_none_match),
    )


def update_webhook_endpoint(
    webhook_endpoint_id: str,
    *,
    url: Optional[str] = None,
    event_types: Optional[Sequence[models.EventType]] = None,
    description: Union[str, None, NotGiven] = NOT_GIVEN,
    enabled: Optional[bool] = None,
    if_match: Optional[str] = None,
) -> Request[models.WebhookEndpoint]:
    return Request(
        "PATCH",
        path("/v1/webhook_endpoints/{webhook_endpoint_id}", webhook_endpoint_id=webhook_endpoint_id),
        one(models.WebhookEndpoint),
        headers=headers(if_match=if_match),
        body=json_body(fields({"url": url, "event_types": event_types, "description": description, "enabled": enabled}, ("description",))),
    )


def delete_webhook_endpoint(
    webhook_endpoint_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/webhook_endpoints/{webhook_endpoint_id}", webhook_endpoint_id=webhook_endpoint_id),
        nothing,
    )


def rotate_webhook_secret(
    webhook_endpoint_id: str,
    *,
    idempotency_key: Optional[str] = None,
) -> Request[models.WebhookEndpointCreated]:
    return Request(
        "POST",
        path("/v1/webhook_endpoints/{webhook_endpoint_id}/rotate_secret", webhook_endpoint_id=webhook_endpoint_id),
        one(models.WebhookEndpointCreated),
        headers=headers(idempotency_key=idempotency_key),
    )


def list_webhook_deliveries(
    webhook_endpoint_id: str,
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Request[PageData[models.WebhookDelivery]]:
    return Request(
        "GET",
        path("/v1/webhook_endpoints/{webhook_endpoint_id}/deliveries", webhook_endpoint_id=webhook_endpoint_id),
        page_of(models.WebhookDelivery),
        query=query(limit=limit, cursor=cursor),
    )


def list_events(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
    type: Optional[models.EventType] = None,
) -> Request[PageData[models.Event]]:
    return Request(
        "GET",
        "/v1/events",
        page_of(models.Event),
        query=query(limit=limit, cursor=cursor, type=type),
    )


def get_event(
    event_id: str,
) -> Request[models.Event]:
    return Request(
        "GET",
        path("/v1/events/{event_id}", event_id=event_id),
        one(models.Event),
    )


def replay_event(
    event_id: str,
    *,
    idempotency_key: Optional[str] = None,
) -> Request[models.Event]:
    return Request(
        "POST",
        path("/v1/events/{event_id}/replay", event_id=event_id),
        one(models.Event),
        headers=headers(idempotency_key=idempotency_key),
    )


def list_api_keys(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Request[PageData[models.ApiKey]]:
    return Request(
        "GET",
        "/v1/api_keys",
        page_of(models.ApiKey),
        query=query(limit=limit, cursor=cursor),
    )


def create_api_key(
    *,
    name: str,
    scopes: Optional[Sequence[models.Scope]] = None,
    expires_at: Optional[Time] = None,
    test: Optional[bool] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.ApiKeyCreated]:
    return Request(
        "POST",
        "/v1/api_keys",
        one(models.ApiKeyCreated),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"name": name, "scopes": scopes, "expires_at": expires_at, "test": test})),
    )


def get_api_key(
    api_key_id: str,
) -> Request[models.ApiKey]:
    return Request(
        "GET",
        path("/v1/api_keys/{api_key_id}", api_key_id=api_key_id),
        one(models.ApiKey),
    )


def revoke_api_key(
    api_key_id: str,
) -> Request[None]:
    return Request(
        "DELETE",
        path("/v1/api_keys/{api_key_id}", api_key_id=api_key_id),
        nothing,
    )


def rotate_api_key(
    api_key_id: str,
    *,
    overlap_s: Optional[int] = None,
    idempotency_key: Optional[str] = None,
) -> Request[models.ApiKeyCreated]:
    return Request(
        "POST",
        path("/v1/api_keys/{api_key_id}/rotate", api_key_id=api_key_id),
        one(models.ApiKeyCreated),
        headers=headers(idempotency_key=idempotency_key),
        body=json_body(fields({"overlap_s": overlap_s})),
    )


def get_project(
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.Project]:
    return Request(
        "GET",
        "/v1/project",
        one(models.Project),
        headers=headers(if_none_match=if_none_match),
    )


def update_project(
    *,
    name: Optional[str] = None,
    consent: Optional[Literal["none", "required"]] = None,
    source_retention_s: Optional[int] = None,
    if_match: Optional[str] = None,
) -> Request[models.Project]:
    return Request(
        "PATCH",
        "/v1/project",
        one(models.Project),
        headers=headers(if_match=if_match),
        body=json_body(fields({"name": name, "consent": consent, "source_retention_s": source_retention_s})),
    )


def get_usage() -> Request[models.Usage]:
    return Request(
        "GET",
        "/v1/usage",
        one(models.Usage),
    )


def list_audit_log(
    *,
    limit: Optional[int] = None,
    cursor: Optional[str] = None,
) -> Request[PageData[models.AuditEntry]]:
    return Request(
        "GET",
        "/v1/audit_log",
        page_of(models.AuditEntry),
        query=query(limit=limit, cursor=cursor),
    )


def get_catalogue(
    *,
    if_none_match: Optional[str] = None,
) -> Request[models.Catalogue]:
    return Request(
        "GET",
        "/v1/catalogue",
        one(models.Catalogue),
        headers=headers(if_none_match=if_none_match),
    )
