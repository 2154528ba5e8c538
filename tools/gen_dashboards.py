#!/usr/bin/env python3
"""Writes the dashboards of Grafana, deploy/grafana/dashboards, from what stands below.

Usage: gen_dashboards.py [--check]   (--check writes nothing and fails when a dashboard differs from what it would write)
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy/grafana/dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # columns of Grafana's grid
NAMESPACE = 'namespace=~"$namespace"'  # "All" takes what has none, too
PICKED = f'job="plyo", {NAMESPACE}, instance=~"$instance"'
SPORT = 'sport=~"$sport"'
DOOR = 'job="front_door"'


def steps(*pairs: tuple) -> dict:
    """Colours from a value on, the first from nothing on."""
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in pairs]}


def above(*limits: float) -> dict:
    """Green, and red from the last limit on, yellow from the one before it on."""
    return steps(("green", None), *zip(("yellow", "red")[-len(limits):], limits, strict=True))


def below(*limits: float) -> dict:
    """Red, and green from the last limit on, yellow from the one before it on."""
    return steps(("red", None), *zip(("yellow", "green")[-len(limits):], limits, strict=True))


def panel(kind: str, title: str, about: str, unit: str, queries: dict, size: tuple, thresholds: dict | None, options: dict, custom: dict,
          limits: dict) -> dict:
    targets = [{"refId": chr(ord("A") + i), "datasource": SOURCE, "expr": expr, "legendFormat": legend, "range": kind == "timeseries",
                "instant": kind != "timeseries", "format": "table" if kind == "table" else "time_series"}
               for i, (legend, expr) in enumerate(queries.items())]
    return {"type": kind, "title": title, "description": about, "datasource": SOURCE, "targets": targets, "options": options,
            "gridPos": {"w": size[0], "h": size[1]}, "fieldConfig": {
                "defaults": {"unit": unit, "thresholds": thresholds or steps(("green", None)), "color": {"mode": "palette-classic"} if kind == "timeseries"
                             else {"mode": "thresholds"}, "custom": custom, **limits}, "overrides": []}}


def stat(title: str, about: str, unit: str, expr: str, thresholds: dict, **limits: float) -> dict:
    return panel("stat", title, about, unit, {"": expr}, (4, 4), thresholds,
                 {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "background", "graphMode": "none"}, {}, limits)


def graph(title: str, about: str, unit: str, queries: dict, thresholds: dict | None = None, stacked: bool = False, width: int = 12,
          **limits: float) -> dict:
    """Legends and what they stand for; thresholds are drawn as lines."""
    custom = {"lineWidth": 1, "fillOpacity": 30 if stacked else 5, "showPoints": "never", "stacking": {"mode": "normal" if stacked else "none"},
              "thresholdsStyle": {"mode": "dashed" if thresholds else "off"}}
    return panel("timeseries", title, about, unit, queries, (width, 8), thresholds,
                 {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}, "tooltip": {"mode": "multi", "sort": "desc"}},
                 custom, {"min": 0, **limits})


def table(title: str, about: str, expr: str, hidden: list[str]) -> dict:
    made = panel("table", title, about, "none", {"": expr}, (12, 8), None, {"showHeader": True}, {}, {})
    made["transformations"] = [{"id": "organize", "options": {"excludeByName": dict.fromkeys(hidden, True)}}]
    return made


def row(title: str) -> dict:
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": WIDTH, "h": 1}}


def place(panels: list[dict]) -> list[dict]:
    """From left to right, and below when a line is full."""
    x = y = height = 0
    for number, each in enumerate(panels, 1):
        size = each["gridPos"]
        if x + size["w"] > WIDTH:
            x, y = 0, y + height
            height = 0
        each |= {"id": number, "gridPos": {**size, "x": x, "y": y}}
        x, height = x + size["w"], max(height, size["h"])
    return panels


def variable(name: str, label: str, query: str) -> dict:
    return {"type": "query", "name": name, "label": label, "datasource": SOURCE, "query": {"query": query, "refId": name}, "definition": query,
            "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*", "current": {"text": ["All"], "value": ["$__all"]}}


def dashboard(uid: str, title: str, about: str, panels: list[dict], *variables: dict) -> dict:
    return {
        "uid": uid, "title": title, "description": about, "tags": ["plyo"], "schemaVersion": 38, "editable": False, "timezone": "browser", "refresh": "30s",
        "graphTooltip": 1, "time": {"from": "now-6h", "to": "now"},
        "links": [{"type": "dashboards", "title": "Plyo", "tags": ["plyo"], "asDropdown": True, "includeVars": True, "keepTime": True}],
        "annotations": {"list": [{"name": "Starts", "datasource": SOURCE, "enable": True, "iconColor": "blue", "titleFormat": "{{instance}} started",
                                  "expr": f"time() - process_start_time_seconds{{{PICKED}}} < 60", "step": "60s"}]},
        "templating": {"list": [
            {"type": "datasource", "name": "datasource", "label": "Source", "query": "prometheus", "current": {}},
            variable("namespace", "Namespace", 'label_values(up{job="plyo"}, namespace)'),
            variable("instance", "Instance", f'label_values(up{{job="plyo", {NAMESPACE}}}, instance)'), *variables]},
        "panels": place(panels)}


def picked(metric: str, *more: str) -> str:
    return f"{metric}{{{', '.join((PICKED, *more))}}}"


def of_all(recorded: str) -> str:
    """What the rules have made of all instances together."""
    return f"{recorded}{{{NAMESPACE}}}"


def rate(metric: str, *more: str, by: str = "") -> str:
    return f"sum by ({by}) (rate({picked(metric, *more)}[$__rate_interval]))"


def ended(outcome: str) -> str:
    """Analyses within the time that is shown."""
    return f"sum(increase({picked('plyo_analyses_total', SPORT, f'outcome=~{json.dumps(outcome)}')}[$__range]))"


def percentile(share: float, histogram: str, *more: str, by: str = "") -> str:
    return f"histogram_quantile({share}, {rate(histogram + '_bucket', *more, by=', '.join(filter(None, (by, 'le'))))})"


def percentiles(histogram: str, *more: str) -> dict:
    return {f"p{share * 100:g}": percentile(share, histogram, *more) for share in (0.5, 0.95, 0.99)}


CERTIFICATES = f"({picked('plyo_certificate_expiry_seconds')} or probe_ssl_earliest_cert_expiry{{{DOOR}}})"  # of instances, and of what users see

HEALTH = dashboard("plyo-health", "Plyo: system health", "Whether users get what they were promised.", [
    row("What was promised"),
    stat("Availability, 3 days", "Of what was asked of the service, the share that did not fail, times the share of the time in which it was up.", "percentunit",
         f"min({of_all('plyo:availability:ratio_3d')})", below(0.99), decimals=2),
    stat("Burn, 1 hour", "How many times faster than 99 % allow what may fail is used up. 14.4 calls somebody.", "none",
         f"max((1 - {of_all('plyo:availability:ratio_1h')}) / 0.01)", above(1, 14.4), decimals=1),
    stat("REST errors", "Of the requests of five minutes, those that failed by our fault.", "percentunit", f"max({of_all('plyo:rest_errors:ratio_5m')})", above(0.01), decimals=2),
    stat("Live picture, p95", "From its coming to its skeleton, on the slowest instance.", "s", f"max({of_all('plyo:live_frame_seconds:p95_5m')})", above(0.1, 0.2)),
    stat("Camera to screen, p95", "As clients measure it, on the slowest instance.", "s", f"max({of_all('plyo:end_to_end_seconds:p95_5m')})", above(0.15, 0.2)),
    stat("Alerts", "That are firing.", "none", f'count(ALERTS{{alertname=~"Plyo.+", alertstate="firing", {NAMESPACE}}}) or vector(0)', above(1)),
    row("Front door"),
    graph("Users get in", "1 where the address that they have is answered, asked for from outside of the instances.", "none", {"{{instance}}": f"probe_success{{{DOOR}}}"}, below(1), max=1),
    graph("Time to get in", "From the name to the answer, over a new connection.", "s", {"{{instance}}": f"probe_duration_seconds{{{DOOR}}}"}, above(1)),
    row("Live sessions"),
    graph("Time of a picture in the server", "From its coming to its skeleton.", "s", percentiles("plyo_stage_seconds", 'stage="total"'), above(0.2)),
    graph("Camera to screen", "As clients measure it.", "s", percentiles("plyo_end_to_end_seconds"), above(0.2)),
    graph("Time by stage, p95", "Analysis comes after the skeleton and is no part of its time.", "s",
          {"{{stage}}": percentile(0.95, "plyo_stage_seconds", 'stage!="total"', by="stage")}),
    graph("Pictures", "Skipped: of a still athlete. Dropped: for want of time. Not sent: to a client that is too slow.", "ops",
          {"received": rate("plyo_frames_received_total"), "inferred": rate("plyo_frames_inferred_total"), "skipped": rate("plyo_frames_skipped_total"),
           "dropped": rate("plyo_frames_dropped_total"), "not sent": rate("plyo_skeletons_dropped_total")}),
    graph("Sessions and watchers", "With a connection.", "none", {"sessions": f"sum({picked('plyo_live_sessions')})", "watchers": f"sum({picked('plyo_live_watchers')})"}, width=8),
    graph("Room", "How many more sessions would be admitted.", "none", {"{{instance}}": picked("plyo_live_room_sessions")}, below(1), width=8),
    graph("Load", "Share of what the live workers can do that is in use.", "percentunit", {"{{instance}}": picked("plyo_live_load_ratio")}, above(0.8, 1), max=1, width=8),
    graph("Refused", "Live connections, by error.", "ops", {"{{error}}": rate("plyo_live_refused_total", by="error")}, width=8),
    graph("Ended", "WebSockets, by close code: 1000 in order, 1001 going away, 1011 our failure, 1013 no room.", "ops", {"{{code}}": rate("plyo_live_closed_total", by="code")}, width=8),
    graph("Media received", "Of all sessions.", "Bps", {"media": rate("plyo_media_received_bytes_total")}, width=8),
    row("REST"),
    graph("Requests", "By status.", "reqps", {"{{status}}": rate("plyo_http_requests_total", by="status")}, stacked=True),
    graph("Time to the answer, p95", "From the whole request, by route.", "s", {"{{route}}": percentile(0.95, "plyo_http_request_seconds", by="route")}),
    graph("Share of errors", "By our fault (5xx).", "percentunit", {"5xx": f"max({of_all('plyo:rest_errors:ratio_5m')})"}, above(0.01)),
    graph("Burn of the allowance", "1: what 99 % allow is just used up. Both windows of a pair above 14.4 (5 minutes and 1 hour) or 6 (30 minutes and 6 hours) call somebody.", "none",
          {window: f"max((1 - {of_all(f'plyo:availability:ratio_{window}')}) / 0.01)" for window in ("5m", "30m", "1h", "6h", "3d")}, above(1, 14.4)),
])

ANALYSES = dashboard("plyo-analyses", "Plyo: analyses by sport", "What is analysed, how long it takes, and who is told.", [
    row("Now"),
    stat("Completed", "Within the time that is shown.", "none", ended("completed"), steps(("blue", None)), decimals=0),
    stat("Failed", "Of those that ended; most are videos in which nothing can be measured.", "percentunit",
         f"({ended('failed')} or vector(0)) / {ended('completed|failed')}", above(0.2, 0.5)),
    stat("Waiting", "Jobs that could begin or are tried again later.", "none", "max(" + picked("plyo_jobs", 'state="queued"') + ")", above(50, 500)),
    stat("Longest wait", "Of the first job that could be begun.", "s", f"max({of_all('plyo:job_queue_age_seconds:max')})", above(60, 300)),
    stat("Given up", "By a fault of ours; kept until the analysis is deleted.", "none", f"max({of_all('plyo:jobs_dead:max')})", above(1)),
    stat("Webhooks due", "To be sent, or tried again.", "none", f"max({picked('plyo_webhook_deliveries_pending')})", above(100, 1000)),
    row("Analyses"),
    graph("Ended, by sport", "Of uploads, addresses and landmarks.", "ops", {"{{sport}}": rate("plyo_analyses_total", SPORT, 'outcome!="retried"', by="sport")}, stacked=True),
    graph("Ended, by outcome", "Retried: begun again after a fault of ours.", "ops", {"{{outcome}}": rate("plyo_analyses_total", SPORT, by="outcome")}, stacked=True),
    graph("Time, p50 by sport", "From the beginning of a job to its end.", "s", {"{{sport}}": percentile(0.5, "plyo_analysis_seconds", SPORT, by="sport")}),
    graph("Time, p95 by sport", "From the beginning of a job to its end.", "s", {"{{sport}}": percentile(0.95, "plyo_analysis_seconds", SPORT, by="sport")}),
    graph("Jobs", "In the records, by state.", "none", {"{{state}}": f"max by (state) ({picked('plyo_jobs')})"}, stacked=True),
    graph("Age of the queue", "How long the first job could have been begun.", "s", {"age": f"max({of_all('plyo:job_queue_age_seconds:max')})"}, above(300)),
    row("Live repetitions"),
    graph("Repetitions, by sport", "Confirmed in live sessions.", "ops", {"{{sport}}": rate("plyo_reps_total", SPORT, by="sport")}, stacked=True),
    graph("Time until a repetition is stored", "", "s", percentiles("plyo_store_write_seconds")),
    row("Webhooks"),
    graph("Attempts, by outcome", "Missed: tried again later. Given up: after eleven attempts. Disabled: the endpoint was switched off.", "ops",
          {"{{outcome}}": rate("plyo_webhook_attempts_total", by="outcome")}, stacked=True, width=8),
    graph("To be sent", "Or tried again.", "none", {"pending": f"max({picked('plyo_webhook_deliveries_pending')})"}, width=8),
    graph("Age of the queue", "How long the first delivery is due.", "s", {"age": f"max({of_all('plyo:webhook_queue_age_seconds:max')})"}, above(300), width=8),
], variable("sport", "Sport", "label_values(plyo_analyses_total, sport)"))

INFRASTRUCTURE = dashboard("plyo-infrastructure", "Plyo: infrastructure and releases", "What the service stands on, and which version runs where.", [
    row("Releases"),
    stat("Up", "Instances that answer.", "none", f"sum({picked('up')})", below(1)),
    stat("Down", "Instances that do not.", "none", f"count({picked('up')} == 0) or vector(0)", above(1)),
    stat("Versions", "Running at once; more than one during a release.", "none", f"count(count by (version) ({picked('plyo_build_info')}))", above(2)),
    stat("Starts, 1 day", "Of all instances, but for each one's first.", "none", f"sum(changes({picked('process_start_time_seconds')}[1d]))", above(10, 50)),
    stat("Store", "0 where an instance cannot read the records.", "none", f"min({picked('plyo_store_up')})", below(1)),
    stat("Certificate", "How long it is valid yet.", "s", f"min({CERTIFICATES} - time())", below(14 * 86400, 30 * 86400)),
    table("Instances", "Which version runs where.", picked("plyo_build_info"), ["Time", "Value", "__name__", "job"]),
    graph("Instances by version", "", "none", {"{{version}}": f"count by (version) ({picked('plyo_build_info')})"}, stacked=True),
    graph("Time since the start", "A saw is an instance that keeps restarting.", "s", {"{{instance}}": f"time() - {picked('process_start_time_seconds')}"}),
    graph("Starts within 30 minutes", "", "none", {"{{instance}}": f"changes({picked('process_start_time_seconds')}[30m])"}, above(3)),
    row("Machines"),
    graph("Processors", "Of the server with its workers and jobs, of those that it may use.", "percentunit", {"{{instance}}": picked("plyo:cpu:ratio_5m")}, above(0.8), max=1),
    graph("Memory", "Of the server with its workers and jobs, of the limit of its container or machine.", "percentunit", {"{{instance}}": picked("plyo:memory:ratio")}, above(0.85), max=1),
    graph("Memory, bytes", "", "bytes", {"{{instance}}": picked("plyo_memory_bytes"), "{{instance}}, server alone": picked("process_resident_memory_bytes")}),
    graph("Disk, free", "Of the data folder.", "percentunit", {"{{instance}}": picked("plyo:disk_free:ratio")}, below(0.1), max=1),
    graph("Open files and sockets", "Of those that are allowed.", "percentunit", {"{{instance}}": f"{picked('process_open_fds')} / {picked('process_max_fds')}"}, above(0.8), max=1),
    graph("Threads", "Of the server.", "none", {"{{instance}}": picked("process_threads")}),
    row("Stores"),
    graph("Records", "1 where they can be read.", "none", {"{{instance}}": picked("plyo_store_up")}, max=1, width=8),
    graph("NATS", "1 where it carries news, or none is configured.", "none", {"{{instance}}": picked("plyo_news_connected")}, max=1, width=8),
    graph("Certificate, days", "How long it is valid yet.", "d", {"{{instance}}": f"({CERTIFICATES} - time()) / 86400"}, below(14), width=8),
])


def main() -> int:
    stale = []
    for made in (HEALTH, ANALYSES, INFRASTRUCTURE):
        path = FOLDER / f"{made['uid'].removeprefix('plyo-')}.json"
        text = json.dumps(made, indent=1) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what tools/gen_dashboards.py writes; run ./dev gen", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
