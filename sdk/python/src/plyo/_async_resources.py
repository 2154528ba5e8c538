"""The methods of the client, with `await`.

Made by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.
"""

from __future__ import annotations

from typing import Any, Callable, Literal, Mapping, Optional, Sequence, Union

from . import _operations as operations
from . import models
from ._body import FileSource, Progress
from ._extras import AsyncAnalysesExtras, AsyncSessionsExtras, AsyncUploadsExtras
from ._model import NOT_GIVEN, Date, NotGiven, Time
from ._resource import AsyncPaginator, AsyncResource


class AsyncConsents(AsyncResource):
    """People who are measured, their consent and their progress."""

    def list(
        self,
        athlete_id: str,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPaginator[models.Consent]:
        """List consents.

        Who agreed, when, and who withdrew.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `athletes:read`.

        Args:
            athlete_id: Id of the object.
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
        """
        return self._client._list(operations.list_consents(athlete_id, limit=limit, cursor=cursor))

    async def create(
        self,
        athlete_id: str,
        *,
        given_by: str,
        guardian: Optional[bool] = None,
        given_at: Optional[Time] = None,
        text: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.Consent:
        """Record a consent.

        Where the project's policy asks for it, nothing of an athlete is analysed without one in force; of a minor it
        names the guardian.

        Scope: `athletes:write`.

        Args:
            athlete_id: Id of the object.
            given_by: Who agreed: the athlete, or the guardian of a minor.
            guardian: Whether that is the guardian of a minor.
            given_at: RFC 3339, UTC.
            text: What was agreed to.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_consent(athlete_id, given_by=given_by, guardian=guardian, given_at=given_at, text=text, idempotency_key=idempotency_key))

    async def withdraw(
        self,
        athlete_id: str,
        consent_id: str,
    ) -> models.Consent:
        """Withdraw a consent.

        From here on nothing more is analysed under it: what is queued fails with `consent_required`, and a live session
        ends within some 15 seconds, with its next repetition at the latest.

        Scope: `athletes:write`.

        Args:
            athlete_id: Id of the object.
            consent_id: Id of the object.
        """
        return await self._client._execute(operations.withdraw_consent(athlete_id, consent_id))


class AsyncAthletes(AsyncResource):
    """People who are measured, their consent and their progress."""

    @property
    def consents(self) -> AsyncConsents:
        return AsyncConsents(self._client)

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        external_id: Optional[str] = None,
    ) -> AsyncPaginator[models.Athlete]:
        """List athletes.

        The athletes of the project, newest first.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `athletes:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
            external_id: Only the athlete who has this id in your own system.
        """
        return self._client._list(operations.list_athletes(limit=limit, cursor=cursor, external_id=external_id))

    async def create(
        self,
        *,
        external_id: Optional[str] = None,
        name: Optional[str] = None,
        height_m: Optional[float] = None,
        mass_kg: Optional[float] = None,
        sex: Optional[models.Sex] = None,
        birth_date: Optional[Date] = None,
        metadata: Optional[Mapping[str, str]] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.Athlete:
        """Add an athlete.

        What an analysis may know of a person. Only the id is needed elsewhere; names appear in no log and no metric.

        Scope: `athletes:write`.

        Args:
            external_id: The athlete's id in your own system; nothing that names a person.
            name: As it shall stand in reports.
            height_m: Standing height, m; gives the scale of pictures (0.5 to 2.6).
            mass_kg: Body mass, kg; gives power and force (10 to 400).
            sex: For the masses of the body's segments (de Leva 1996).
            birth_date: Tells a minor.
            metadata: Your own texts beside an object, up to 20.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_athlete(external_id=external_id, name=name, height_m=height_m, mass_kg=mass_kg, sex=sex, birth_date=birth_date, metadata=metadata, idempotency_key=idempotency_key))

    async def get(
        self,
        athlete_id: str,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.Athlete:
        """Get an athlete.

        One athlete.

        Scope: `athletes:read`.

        Args:
            athlete_id: Id of the object.
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_athlete(athlete_id, if_none_match=if_none_match))

    async def update(
        self,
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
    ) -> models.Athlete:
        """Change an athlete.

        Only what is given changes; null removes.

        Scope: `athletes:write`.

        Args:
            athlete_id: Id of the object.
            external_id: The athlete's id in your own system; nothing that names a person. None removes it.
            name: As it shall stand in reports. None removes it.
            height_m: Standing height, m (0.5 to 2.6). None removes it.
            mass_kg: Body mass, kg (10 to 400). None removes it.
            sex: For the masses of the body's segments (de Leva 1996). None removes it.
            birth_date: Tells a minor. None removes it.
            metadata: Your own texts beside an object, up to 20. None removes it.
            if_match: `ETag` of the object as you know it.
        """
        return await self._client._execute(operations.update_athlete(athlete_id, external_id=external_id, name=name, height_m=height_m, mass_kg=mass_kg, sex=sex, birth_date=birth_date, metadata=metadata, if_match=if_match))

    async def delete(
        self,
        athlete_id: str,
    ) -> None:
        """Delete an athlete.

        Removes the athlete with every analysis, file, session and event of theirs, and destroys the key that backups of
        them need. What is left is one line of the audit log.

        Scope: `athletes:write`.

        Args:
            athlete_id: Id of the object.
        """
        return await self._client._execute(operations.delete_athlete(athlete_id))

    async def export(
        self,
        athlete_id: str,
    ) -> models.AthleteExport:
        """Export an athlete.

        Everything that is stored about the athlete in one document; `paths` give the files, the video among them while
        it is stored.

        Scope: `athletes:read`.

        Args:
            athlete_id: Id of the object.
        """
        return await self._client._execute(operations.export_athlete(athlete_id))

    async def trend(
        self,
        athlete_id: str,
        *,
        sport: str,
        metric: str,
    ) -> models.Trend:
        """Follow a metric.

        The best and the mean of every analysis and live session of one sport, oldest first.

        Scope: `athletes:read`.

        Args:
            athlete_id: Id of the object.
            sport: Id of a sport.
            metric: Id of a metric.
        """
        return await self._client._execute(operations.get_athlete_trend(athlete_id, sport=sport, metric=metric))


class AsyncAnalyses(AsyncAnalysesExtras):
    """Videos and landmarks, what was measured in them, and the files of it."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        athlete_id: Optional[str] = None,
        sport: Optional[str] = None,
        status: Optional[models.AnalysisStatus] = None,
        created_after: Optional[Time] = None,
        created_before: Optional[Time] = None,
    ) -> AsyncPaginator[models.Analysis]:
        """List analyses.

        The analyses of the project, newest first.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `analyses:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
            athlete_id: Only those of this athlete.
            sport: Only those of this sport.
            status: Only those in this state.
            created_after: Only those created at that time or later.
            created_before: Only those created before that time.
        """
        return self._client._list(operations.list_analyses(limit=limit, cursor=cursor, athlete_id=athlete_id, sport=sport, status=status, created_after=created_after, created_before=created_before))

    async def create(
        self,
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
    ) -> models.Analysis:
        """Start an analysis.

        Answers at once with the queued analysis. A video comes in the same request (multipart), from an upload, or from
        an address that the server may fetch from.

        Exactly one of `file`, `upload_id`, `url`, `landmarks_csv` and `fixture` is given. In test mode that is
        `fixture`.

        Scope: `analyses:write`.

        Args:
            sport: Id of a sport of the catalogue.
            file: The video, or a table of landmarks (CSV): a path, bytes, or a file open for reading bytes. Sent in
                pieces.
            upload_id: A complete upload: a video, or landmarks as CSV.
            url: An address that the operator allows to fetch from.
            landmarks_csv: Landmarks as a table (CSV), as `plyo analyze --export-landmarks` writes it.
            fixture: Test mode: answers at once as a clip of that name did.
            athlete_id: Id of the object.
            athlete: What is known of the person, where there is no athlete; goes before what the athlete says.
            model: Accuracy against time.
            capture_fps: True rate of capture of a slow-motion file, frames/s (5 to 1000).
            parameters: Parameters of the sport by id, as the catalogue lists them.
            outputs: Files to make; without it the report and the metrics.
            blur_faces: Make faces unrecognisable in report and annotated video.
            keep_source: Keep the video; else it is deleted 24 hours after the analysis.
            priority: `low` waits until nothing else does.
            metadata: Your own texts beside an object, up to 20.
            on_upload: Called with the bytes of `file` that were sent, and all of them.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_analysis(sport=sport, file=file, upload_id=upload_id, url=url, landmarks_csv=landmarks_csv, fixture=fixture, athlete_id=athlete_id, athlete=athlete, model=model, capture_fps=capture_fps, parameters=parameters, outputs=outputs, blur_faces=blur_faces, keep_source=keep_source, priority=priority, metadata=metadata, on_upload=on_upload, idempotency_key=idempotency_key))

    async def create_and_wait(
        self,
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
        on_progress: Optional[Callable[[models.Analysis], Any]] = None,
        timeout: Optional[float] = None,
    ) -> models.Analysis:
        """Start an analysis and wait until it is done.

        Asks as often as the server wants it. Raises `AnalysisFailedError` with its `code`, `detail` and `remedy` where
        it fails, `AnalysisCancelledError` where somebody cancels it, `WaitTimeoutError` where `timeout` passes. A
        server that cannot be reached meanwhile is asked again until `timeout`, without one for five minutes. Each of
        these errors has the `analysis`.

        Exactly one of `file`, `upload_id`, `url`, `landmarks_csv` and `fixture` is given. In test mode that is
        `fixture`.

        Scope: `analyses:write`.

        Args:
            sport: Id of a sport of the catalogue.
            file: The video, or a table of landmarks (CSV): a path, bytes, or a file open for reading bytes. Sent in
                pieces.
            upload_id: A complete upload: a video, or landmarks as CSV.
            url: An address that the operator allows to fetch from.
            landmarks_csv: Landmarks as a table (CSV), as `plyo analyze --export-landmarks` writes it.
            fixture: Test mode: answers at once as a clip of that name did.
            athlete_id: Id of the object.
            athlete: What is known of the person, where there is no athlete; goes before what the athlete says.
            model: Accuracy against time.
            capture_fps: True rate of capture of a slow-motion file, frames/s (5 to 1000).
            parameters: Parameters of the sport by id, as the catalogue lists them.
            outputs: Files to make; without it the report and the metrics.
            blur_faces: Make faces unrecognisable in report and annotated video.
            keep_source: Keep the video; else it is deleted 24 hours after the analysis.
            priority: `low` waits until nothing else does.
            metadata: Your own texts beside an object, up to 20.
            on_upload: Called with the bytes of `file` that were sent, and all of them.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
            on_progress: Called with the analysis each time that it was asked for.
            timeout: Seconds to wait at most; the analysis goes on all the same.
        """
        made = await self.create(sport=sport, file=file, upload_id=upload_id, url=url, landmarks_csv=landmarks_csv, fixture=fixture, athlete_id=athlete_id, athlete=athlete, model=model, capture_fps=capture_fps, parameters=parameters, outputs=outputs, blur_faces=blur_faces, keep_source=keep_source, priority=priority, metadata=metadata, on_upload=on_upload, idempotency_key=idempotency_key)
        return await self._wait(made.id, timeout, on_progress, made)

    async def get(
        self,
        analysis_id: str,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.Analysis:
        """Get an analysis.

        While it is not done, `Retry-After` says when to ask again.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the object.
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_analysis(analysis_id, if_none_match=if_none_match))

    async def delete(
        self,
        analysis_id: str,
    ) -> None:
        """Delete an analysis.

        With its video, result and files. One that runs is cancelled first.

        Scope: `analyses:write`.

        Args:
            analysis_id: Id of the object.
        """
        return await self._client._execute(operations.delete_analysis(analysis_id))

    async def cancel(
        self,
        analysis_id: str,
        *,
        idempotency_key: Optional[str] = None,
    ) -> models.Analysis:
        """Cancel an analysis.

        One that is done stays as it is and answers `conflict`.

        Scope: `analyses:write`.

        Args:
            analysis_id: Id of the object.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.cancel_analysis(analysis_id, idempotency_key=idempotency_key))

    async def result(
        self,
        analysis_id: str,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.ResultDocument:
        """Get the result.

        The document `plyo.analysis/1`, as `plyo analyze --json` writes it.

        Scope: `analyses:read`.

        Args:
            analysis_id: Id of the object.
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_analysis_result(analysis_id, if_none_match=if_none_match))


class AsyncUploads(AsyncUploadsExtras):
    """Large videos, sent in parts that can be sent again."""

    async def create(
        self,
        *,
        bytes: int,
        part_bytes: Optional[int] = None,
        sha256: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.Upload:
        """Begin an upload.

        For videos too large for one request, or over a network that breaks. Parts come in any order, may be sent again,
        and are kept for 24 hours. A plan bounds the sum of the sizes of those that no analysis has taken yet
        (`quota_exceeded`); the message says when enough of them will have expired.

        Scope: `analyses:write`.

        Args:
            bytes: Size of the whole file (1 to 4294967296).
            part_bytes: Size of every part but the last (1048576 to 67108864).
            sha256: Digest of the whole file, hex: checked when all parts are there. Where it is another one, the last
                part is answered by `invalid_argument`, and all parts are to be sent again.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_upload(bytes=bytes, part_bytes=part_bytes, sha256=sha256, idempotency_key=idempotency_key))

    async def get(
        self,
        upload_id: str,
    ) -> models.Upload:
        """Get an upload.

        Which parts have come.

        Scope: `analyses:read`.

        Args:
            upload_id: Id of the object.
        """
        return await self._client._execute(operations.get_upload(upload_id))

    async def delete(
        self,
        upload_id: str,
    ) -> None:
        """Give an upload up.

        Its parts are deleted.

        Scope: `analyses:write`.

        Args:
            upload_id: Id of the object.
        """
        return await self._client._execute(operations.delete_upload(upload_id))

    async def put_part(
        self,
        upload_id: str,
        part_number: int,
        content: bytes,
    ) -> models.Upload:
        """Send a part.

        Every part but the last has the size that the upload names. Where a `sha256` was announced, the last missing
        part is answered once all of them are checked. From then on they stay as they are: a part that comes again is
        not stored. Where the check broke off it begins it again; while the check goes on the answer says `open`.

        Scope: `analyses:write`.

        Args:
            upload_id: Id of the object.
            part_number: Counted from 1.
            content: The bytes.
        """
        return await self._client._execute(operations.put_upload_part(upload_id, part_number, content))


class AsyncSessionTickets(AsyncResource):
    """Live sessions: tickets for the socket, and results afterwards."""

    async def create(
        self,
        *,
        athlete_id: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.SessionTicket:
        """Get a ticket for the socket.

        Opens one WebSocket of `/v1/live` within a minute, from a page that must not hold a key: the sub-protocol
        `plyo.token.TICKET`. It watches other sessions where the key has `sessions:read`.

        Scope: `sessions:write`.

        Args:
            athlete_id: Id of the object.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_session_ticket(athlete_id=athlete_id, idempotency_key=idempotency_key))


class AsyncSessions(AsyncSessionsExtras):
    """Live sessions: tickets for the socket, and results afterwards."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        athlete_id: Optional[str] = None,
        sport: Optional[str] = None,
    ) -> AsyncPaginator[models.SessionSummary]:
        """List live sessions.

        The live sessions of the project, newest first.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `sessions:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
            athlete_id: Only those of this athlete.
            sport: Only those of this sport.
        """
        return self._client._list(operations.list_sessions(limit=limit, cursor=cursor, athlete_id=athlete_id, sport=sport))

    async def get(
        self,
        session_id: str,
    ) -> models.Session:
        """Get a live session.

        Its repetitions, and its result once it has ended.

        Scope: `sessions:read`.

        Args:
            session_id: Id of a live session.
        """
        return await self._client._execute(operations.get_session(session_id))

    async def delete(
        self,
        session_id: str,
    ) -> None:
        """Delete a live session.

        With its repetitions, result and events. One that goes on is refused (`conflict`); end it first.

        Scope: `sessions:write`.

        Args:
            session_id: Id of a live session.
        """
        return await self._client._execute(operations.delete_session(session_id))


class AsyncWebhookEndpoints(AsyncResource):
    """Being told, instead of asking."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPaginator[models.WebhookEndpoint]:
        """List webhook endpoints.

        Where events are sent to.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `webhooks:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
        """
        return self._client._list(operations.list_webhook_endpoints(limit=limit, cursor=cursor))

    async def create(
        self,
        *,
        url: str,
        event_types: Optional[Sequence[models.EventType]] = None,
        description: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.WebhookEndpointCreated:
        """Add a webhook endpoint.

        The answer holds the secret, which is shown this once. Events are signed by Standard Webhooks (`webhook-id`,
        `webhook-timestamp`, `webhook-signature`).

        Scope: `webhooks:write`.

        Args:
            url: https, to a public address.
            event_types: Which events; without it all.
            description: For people.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_webhook_endpoint(url=url, event_types=event_types, description=description, idempotency_key=idempotency_key))

    async def get(
        self,
        webhook_endpoint_id: str,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.WebhookEndpoint:
        """Get a webhook endpoint.

        One endpoint, without its secret.

        Scope: `webhooks:read`.

        Args:
            webhook_endpoint_id: Id of the object.
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_webhook_endpoint(webhook_endpoint_id, if_none_match=if_none_match))

    async def update(
        self,
        webhook_endpoint_id: str,
        *,
        url: Optional[str] = None,
        event_types: Optional[Sequence[models.EventType]] = None,
        description: Union[str, None, NotGiven] = NOT_GIVEN,
        enabled: Optional[bool] = None,
        if_match: Optional[str] = None,
    ) -> models.WebhookEndpoint:
        """Change a webhook endpoint.

        Only what is given changes. One that was disabled goes on with `enabled` true, with what waited for it; what
        happened meanwhile is not sent by itself: find it by `GET /v1/events` and replay it.

        Scope: `webhooks:write`.

        Args:
            webhook_endpoint_id: Id of the object.
            url: https, to a public address.
            event_types: Which events.
            description: For people. None removes it.
            enabled: Whether events are sent.
            if_match: `ETag` of the object as you know it.
        """
        return await self._client._execute(operations.update_webhook_endpoint(webhook_endpoint_id, url=url, event_types=event_types, description=description, enabled=enabled, if_match=if_match))

    async def delete(
        self,
        webhook_endpoint_id: str,
    ) -> None:
        """Remove a webhook endpoint.

        What waits for it is not sent any more.

        Scope: `webhooks:write`.

        Args:
            webhook_endpoint_id: Id of the object.
        """
        return await self._client._execute(operations.delete_webhook_endpoint(webhook_endpoint_id))

    async def rotate_secret(
        self,
        webhook_endpoint_id: str,
        *,
        idempotency_key: Optional[str] = None,
    ) -> models.WebhookEndpointCreated:
        """Get a new secret.

        For 24 hours deliveries are signed with the old and the new one.

        Scope: `webhooks:write`.

        Args:
            webhook_endpoint_id: Id of the object.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.rotate_webhook_secret(webhook_endpoint_id, idempotency_key=idempotency_key))

    def deliveries(
        self,
        webhook_endpoint_id: str,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPaginator[models.WebhookDelivery]:
        """List deliveries.

        What was sent to the endpoint, what it answered, and when it is tried again.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `webhooks:read`.

        Args:
            webhook_endpoint_id: Id of the object.
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
        """
        return self._client._list(operations.list_webhook_deliveries(webhook_endpoint_id, limit=limit, cursor=cursor))


class AsyncEvents(AsyncResource):
    """Being told, instead of asking."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        type: Optional[models.EventType] = None,
    ) -> AsyncPaginator[models.Event]:
        """List events.

        What happened in the last thirty days, as it was sent to the endpoints.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `webhooks:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
            type: Only those of this type.
        """
        return self._client._list(operations.list_events(limit=limit, cursor=cursor, type=type))

    async def get(
        self,
        event_id: str,
    ) -> models.Event:
        """Get an event.

        One event.

        Scope: `webhooks:read`.

        Args:
            event_id: Id of the object.
        """
        return await self._client._execute(operations.get_event(event_id))

    async def replay(
        self,
        event_id: str,
        *,
        idempotency_key: Optional[str] = None,
    ) -> models.Event:
        """Send an event again.

        To every endpoint that wants its type, with the same id.

        Scope: `webhooks:write`.

        Args:
            event_id: Id of the object.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.replay_event(event_id, idempotency_key=idempotency_key))


class AsyncApiKeys(AsyncResource):
    """Keys, use, limits and the audit log."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPaginator[models.ApiKey]:
        """List keys.

        The keys of the project, without their secrets; to a key of test mode those of test mode alone.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `keys:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
        """
        return self._client._list(operations.list_api_keys(limit=limit, cursor=cursor))

    async def create(
        self,
        *,
        name: str,
        scopes: Optional[Sequence[models.Scope]] = None,
        expires_at: Optional[Time] = None,
        test: Optional[bool] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.ApiKeyCreated:
        """Make a key.

        The answer holds the key, which is shown this once. It cannot have a scope that the caller lacks.

        Scope: `keys:write`.

        Args:
            name: What it is for.
            scopes: Without it those of the caller.
            expires_at: RFC 3339, UTC.
            test: A key of test mode.
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.create_api_key(name=name, scopes=scopes, expires_at=expires_at, test=test, idempotency_key=idempotency_key))

    async def get(
        self,
        api_key_id: str,
    ) -> models.ApiKey:
        """Get a key.

        One key, without its secret.

        Scope: `keys:read`.

        Args:
            api_key_id: Id of the object.
        """
        return await self._client._execute(operations.get_api_key(api_key_id))

    async def revoke(
        self,
        api_key_id: str,
    ) -> None:
        """Revoke a key.

        It opens nothing from here on, and live sessions that it opened or follows end within some 15 seconds. A key of
        test mode revokes keys of test mode alone.

        Scope: `keys:write`.

        Args:
            api_key_id: Id of the object.
        """
        return await self._client._execute(operations.revoke_api_key(api_key_id))

    async def rotate(
        self,
        api_key_id: str,
        *,
        overlap_s: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> models.ApiKeyCreated:
        """Replace a key.

        Gives a new key with the same scopes; the old one holds for the overlap.

        Scope: `keys:write`.

        Args:
            api_key_id: Id of the object.
            overlap_s: Seconds that the old key still holds (0 to 2592000).
            idempotency_key: Any text of your own: the same again within 24 hours does nothing twice. Without it each
                call is a thing of its own, and its retries are safe.
        """
        return await self._client._execute(operations.rotate_api_key(api_key_id, overlap_s=overlap_s, idempotency_key=idempotency_key))


class AsyncProject(AsyncResource):
    """Keys, use, limits and the audit log."""

    async def get(
        self,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.Project:
        """Get the project.

        Its plan and its rules for personal data.

        Scope: `project:read`.

        Args:
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_project(if_none_match=if_none_match))

    async def update(
        self,
        *,
        name: Optional[str] = None,
        consent: Optional[Literal["none", "required"]] = None,
        source_retention_s: Optional[int] = None,
        if_match: Optional[str] = None,
    ) -> models.Project:
        """Change the project.

        Only what is given changes. These rules hold for live data, so a key of test mode may not change them
        (`forbidden`).

        Scope: `project:write`.

        Args:
            name: Its name.
            consent: Whether consent is asked for.
            source_retention_s: Seconds that a video is kept after its analysis (0 to 2592000).
            if_match: `ETag` of the object as you know it.
        """
        return await self._client._execute(operations.update_project(name=name, consent=consent, source_retention_s=source_retention_s, if_match=if_match))


class AsyncUsage(AsyncResource):
    """Keys, use, limits and the audit log."""

    async def get(
        self,
    ) -> models.Usage:
        """Get the use.

        What the project has used this month and what its plan allows.

        Scope: `project:read`.
        """
        return await self._client._execute(operations.get_usage())


class AsyncAuditLog(AsyncResource):
    """Keys, use, limits and the audit log."""

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPaginator[models.AuditEntry]:
        """List the audit log.

        Who changed what in the mode of the key, newest first. What an operator did is live.

        Iterating over what this gives walks through all pages. `await` gives one page.

        Scope: `project:read`.

        Args:
            limit: How many of a page (1 to 100), 20 unless said.
            cursor: `next_cursor` of the page before.
        """
        return self._client._list(operations.list_audit_log(limit=limit, cursor=cursor))


class AsyncCatalogue(AsyncResource):
    """What can be measured."""

    async def get(
        self,
        *,
        if_none_match: Optional[str] = None,
    ) -> models.Catalogue:
        """Get the catalogue.

        The document `plyo.catalogue/1`: sports with their metrics, events, phases and parameters.

        Scope: `catalogue:read`.

        Args:
            if_none_match: `ETag` of the object as you know it. Raises `NotModified` where it still is so.
        """
        return await self._client._execute(operations.get_catalogue(if_none_match=if_none_match))


class AsyncResources(AsyncResource):
    """Everything that a client can do, by what it is done to."""

    @property
    def athletes(self) -> AsyncAthletes:
        return AsyncAthletes(self._client)

    @property
    def analyses(self) -> AsyncAnalyses:
        return AsyncAnalyses(self._client)

    @property
    def uploads(self) -> AsyncUploads:
        return AsyncUploads(self._client)

    @property
    def session_tickets(self) -> AsyncSessionTickets:
        return AsyncSessionTickets(self._client)

    @property
    def sessions(self) -> AsyncSessions:
        return AsyncSessions(self._client)

    @property
    def webhook_endpoints(self) -> AsyncWebhookEndpoints:
        return AsyncWebhookEndpoints(self._client)

    @property
    def events(self) -> AsyncEvents:
        return AsyncEvents(self._client)

    @property
    def api_keys(self) -> AsyncApiKeys:
        return AsyncApiKeys(self._client)

    @property
    def project(self) -> AsyncProject:
        return AsyncProject(self._client)

    @property
    def usage(self) -> AsyncUsage:
        return AsyncUsage(self._client)

    @property
    def audit_log(self) -> AsyncAuditLog:
        return AsyncAuditLog(self._client)

    @property
    def catalogue(self) -> AsyncCatalogue:
        return AsyncCatalogue(self._client)
