#!/usr/bin/env python3
"""Writes the tables of docs/operate/cost.md from deploy/cost.json (cited prices), bench/results (measured) and deploy/ecs/production.json.

Usage: gen_cost.py [--check]   (--check writes nothing and fails when the page differs from what it would write)
"""

import json
import math
import re
import sys
from pathlib import Path

import made_part

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "deploy/cost.json"
SIZES = ROOT / "deploy/ecs/production.json"
LOAD = ROOT / "bench/results/load.md"
RUNTIME = ROOT / "bench/results/runtime.md"
PAGE = ROOT / "docs/operate/cost.md"
BEGIN, END = "<!-- Made from deploy/cost.json and bench/results by ./dev gen -->\n", "<!-- End of what is made -->\n"


def check(data: dict) -> None:
    """Every price cites a dated source, and every source is cited."""
    sources = {source["id"] for source in data["sources"]}
    for source in data["sources"]:
        if set(source) != {"id", "title", "url", "dated"} or not all(source.values()) or not source["url"].startswith("https://"):
            raise ValueError(f"source {source.get('id')}: id, title, url and dated are all needed")
    for name, price in data["prices"].items():
        if price["source"] not in sources:
            raise ValueError(f"price {name}: no source {price['source']}")
        if not price["value"] > 0:
            raise ValueError(f"price {name}: it must be positive")
    unused = sources - {price["source"] for price in data["prices"].values()}
    if unused:
        raise ValueError(f"sources that no price cites: {', '.join(sorted(unused))}")


def block(page: str, name: str) -> list[list[str]]:
    text = re.search(f"<!-- bench:{name} -->\n(.*?)<!-- /bench:{name} -->", page, re.DOTALL)
    if not text:
        raise ValueError(f"bench/results has no table {name}")
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text[1].splitlines()[2:]]


def held(page: str, name: str) -> tuple[int, float]:
    """Sessions that were held on the machine of the bench, and the processors that the server took for them."""
    said = re.search(rf"<!-- /bench:{name} -->\s+(\d+) sessions were held", page)
    if not said or said[1] == "0":
        raise ValueError(f"bench/results/load.md does not say how many sessions {name} held")
    row = next(row for row in block(page, name) if row[1] == said[1])
    return int(said[1]), sum(float(part) for part in row[12].split("+"))


class Figures:
    def __init__(self, data: dict) -> None:
        load = LOAD.read_text(encoding="utf-8")
        self.prices = {name: price["value"] for name, price in data["prices"].items()}
        self.assumed = {name: one["value"] for name, one in data["assumed"].items()}
        self.size = {one["ParameterKey"]: one["ParameterValue"] for one in json.loads(SIZES.read_text(encoding="utf-8"))}
        self.cores = int(re.search(r", (\d+) cores\.", load)[1])
        self.megabits = float(re.search(r"H\.264 of ([\d.]+) Mbit/s", load)[1])
        cycle, moving = re.search(r"a cycle of (\d+) s in which the athlete jumps\s+twice and moves for ([\d.]+) s", load).groups()
        self.moving = float(moving) / float(cycle)
        self.rate = int(re.search(r"at (\d+) frames/s", load)[1])
        self.stages = next(row for row in block(load, "load-stages") if row[0] == "continuous, lite")
        self.frame_cpu_ms = float(next(row for row in block(RUNTIME.read_text(encoding="utf-8"), "runtime-whole") if row[0] == "lite")[5])
        self.kinds = [
            ("pose on the server, lite: two jumps in 20 s", "load-coaching-lite", False),
            ("pose on the server, lite: jump after jump", "load-continuous-lite", False),
            ("pose on the server, full: jump after jump", "load-continuous-full", False),
            ("pose in the browser", "load-landmarks", True),
        ]
        self.held = {name: held(load, name) for _, name, _ in self.kinds}

    def hour_of(self, vcpus: float, gib: float) -> float:
        return vcpus * self.prices["vcpu_hour"] + gib * self.prices["gib_hour"]

    def live(self, name: str, browser: bool, athletes: int) -> dict[str, float]:
        """What an hour with so many athletes at once takes and costs, beyond what is there anyway."""
        sessions, processors = self.held[name]
        vcpus = 1 if browser else int(self.size["LiveProcessors"])
        each = sessions / self.cores * vcpus
        tasks = max(2, math.ceil(athletes / each) + self.assumed["spare_tasks"])
        compute = tasks * self.hour_of(vcpus, 2 * vcpus)
        if "coaching" in name:
            skeletons = self.moving * self.rate + (1 - self.moving) * self.assumed["still_pictures_a_second"]
        else:
            skeletons = self.rate
        gb = athletes * 3600 / 1e9
        sent = skeletons * self.assumed["pose_message_bytes"] * gb
        received = (self.rate * self.assumed["landmark_message_bytes"] if browser else self.megabits * 1e6 / 8) * gb
        return {"each": each, "processors": athletes * processors / sessions, "tasks": tasks, "vcpus": tasks * vcpus, "compute": compute, "sent": sent,
                "received": received, "balancer": (sent + received) * self.prices["lcu_hour"], "out": sent * self.prices["out_gb"]}

    def standing(self) -> list[tuple[str, float]]:
        """What production.json runs without one athlete, a month; live tasks aside."""
        hours, workers = self.assumed["hours_a_month"], int(self.size["WorkerProcessors"])
        return [
            (f"api, {self.size['ApiTasks']} tasks of 1 vCPU, 2 GB", int(self.size["ApiTasks"]) * hours * self.hour_of(1, 2)),
            (f"worker, {self.size['WorkerTasks']} task of {workers} vCPU, 12 GB", int(self.size["WorkerTasks"]) * hours * self.hour_of(workers, 12)),
            ("NATS, 0.25 vCPU, 0.5 GB", hours * self.hour_of(0.25, 0.5)),
            ("balancer", hours * self.prices["balancer_hour"]),
            ("two NAT gateways", 2 * hours * self.prices["nat_hour"]),
            (f"PostgreSQL with a standby, {self.size['DatabaseGiB']} GB",
             hours * self.prices["database_hour"] + 2 * int(self.size["DatabaseGiB"]) * self.prices["database_gb_month"]),
        ]


def tables(data: dict) -> str:
    figures = Figures(data)
    prices, assumed = figures.prices, figures.assumed
    hours, training = assumed["hours_a_month"], assumed["training_hours_a_month"]
    lines = ["## Per 100 athletes at once", "",
             "| where the pose is found, what they do | held per live vCPU (measured) | vCPU in use (measured) | live tasks, vCPU paid for | live tasks, $/h | in, out, GB/h | balancer, $/h | "
             "data out, $/h | **all of it, $/h** | $ per athlete and hour |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    rows = {}
    for title, name, browser in figures.kinds:
        row = rows[name] = figures.live(name, browser, 100)
        whole = row["compute"] + row["balancer"] + row["out"]
        lines.append(f"| {title} | {figures.held[name][0] / figures.cores:g} | {row['processors']:.1f} | {row['tasks']:g}, {row['vcpus']:g} | {row['compute']:.2f} | "
                     f"{row['received']:.0f}, {row['sent']:.1f} | {row['balancer']:.2f} | {row['out']:.2f} | **{whole:.2f}** | {whole / 100:.4f} |")
    standing = figures.standing()
    base = sum(cost for _, cost in standing)
    lines += ["", "## What stands there anyway", "", "| | $/month |", "|---|---:|"]
    lines += [f"| {what} | {cost:.0f} |" for what, cost in standing]
    lines += [f"| **sum, without live tasks** | **{base:.0f}** |", f"| on Kubernetes also: the control plane | {hours * prices['kubernetes_hour']:.0f} |"]
    lines += ["", "## A month", "", f"| 100 athletes at once, in {training:g} h of the month | live, $ | with what stands there anyway, $ |", "|---|---:|---:|"]
    for title, name, browser in figures.kinds:
        row = rows[name]
        vcpus = row["vcpus"] / row["tasks"]
        idle = (hours - training) * 2 * figures.hour_of(vcpus, 2 * vcpus)
        live = training * (row["compute"] + row["balancer"] + row["out"]) + idle
        lines.append(f"| {title} | {live:.0f} | {live + base:.0f} |")
    coaching = rows["load-coaching-lite"]
    athlete = coaching["compute"] / 100
    decode, pose, analysis, front = (float(figures.stages[at]) for at in (1, 2, 3, 7))
    sessions, processors = figures.held["load-coaching-lite"]
    clip = 600 * figures.frame_cpu_ms / 1000
    lines += ["", "## Beside it", "", "| | | |", "|---|---|---|",
              f"| 1000 uploaded clips of 10 s at 60 frames/s, lite | ${1000 * clip / 3600 * figures.hour_of(1, 3):.2f} | {clip:.1f} s of CPU each (measured: {figures.frame_cpu_ms} ms a frame), "
              "if workers have always something to do |",
              f"| a GPU | ${prices['gpu_hour']:.2f} an hour | costs as much as live tasks for {prices['gpu_hour'] / athlete:.0f} coaching athletes; of the "
              f"{decode + pose + analysis + front:.2f} ms of CPU that a picture takes it could take over the {pose:.2f} ms of pose (measured), the rest stays on processors |",
              f"| Cloud Run in place of Fargate | ${coaching['vcpus'] * 3600 * prices['cloudrun_vcpu_second']:.2f} an hour for the {coaching['vcpus']:g} vCPU of 100 coaching athletes, memory aside | "
              f"against ${coaching['vcpus'] * prices['vcpu_hour']:.2f} |",
              f"| one athlete, coaching | {processors / sessions:.3f} vCPU (measured) | in the browser {figures.held['load-landmarks'][1] / figures.held['load-landmarks'][0]:.4f} |",
              "", "## Prices, cited", "", "| $ | of | source |", "|---:|---|---|"]
    numbers = {source["id"]: number for number, source in enumerate(data["sources"], 1)}
    for price in data["prices"].values():
        value = f"{price['value']:.6f}".rstrip("0")
        lines.append(f"| {value} | {price['what']} | [{numbers[price['source']]}] |")
    lines += [""] + [f"{numbers[source['id']]}. [{source['title']}]({source['url']}), {source['dated']}." for source in data["sources"]]
    lines += ["", "## Assumed", "", "| | |", "|---:|---|"]
    lines += [f"| {one['value']:g} | {one['what']} |" for one in data["assumed"].values()]
    return "\n".join(lines) + "\n"


def main() -> int:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    check(data)
    made = made_part.replaced(PAGE.read_text(encoding="utf-8"), BEGIN, END, tables(data))
    return made_part.write(PAGE, made, f"{DATA.relative_to(ROOT)} and bench/results")


if __name__ == "__main__":
    sys.exit(main())
