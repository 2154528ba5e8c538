// The page of the dashboard. Everything that comes from elsewhere, names above all, is put in as text.
"use strict";
const $ = (id) => document.getElementById(id);
const WORDS = {
  "analysis.completed": "was measured", "analysis.failed": "could not be measured", "analysis.cancelled": "was not measured: cancelled",
  "session.ended": "finished a session", "athlete.deleted": "was removed",
  "webhook_endpoint.disabled": "Webhooks were disabled",
};
const HALF = 1.96; // standard uncertainties: half of a 95 % interval
const FEED = 12;
const DAY_S = 86_400;
const GATHER_MS = 2000; // of a run every step is told of: what comes within this is asked for once
const cards = new Map(); // by athlete: { element, name, plot, version }

async function ask(path) {
  const response = await fetch(path);
  if (!response.ok) throw Object.assign(new Error((await response.json()).detail), { status: response.status });
  return response.json();
}

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const cm = (metres) => (100 * metres).toFixed(1);
const day = (seconds) => new Date(1000 * seconds).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
const clock = (seconds) => new Date(1000 * seconds).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
const digits = (value) => value.toPrecision(3);

/** Labels of the times: the time or day, and below it, where it is another than before, the day or year. */
function whenOf(plot, ticks, axis, space, step) {
  const within = step < DAY_S;
  const above = within ? { hour: "2-digit", minute: "2-digit", ...(step < 60 && { second: "2-digit" }) } : { day: "numeric", month: "short" };
  const below = within ? { day: "numeric", month: "short" } : { year: "numeric" };
  const text = (at, parts) => new Date(1000 * at).toLocaleString(undefined, parts);
  const lines = ticks.map((at) => [text(at, above), text(at, below)]);
  const before = (i, line) => i > 0 && lines[i - 1][1] === lines[i][1] && (line === 1 || lines[i - 1][0] === lines[i][0]);
  return lines.map((both, i) => both.map((words, line) => (before(i, line) ? "" : words)).join("\n"));
}

/** One point stands for one video or session. */
function dataOf(points) {
  const half = (point) => (point.u === null || point.u === undefined ? null : HALF * point.u);
  return [
    points.map(({ at }) => at),
    points.map(({ mean }) => 100 * mean),
    points.map((point) => (half(point) === null ? null : 100 * (point.mean + half(point)))),
    points.map((point) => (half(point) === null ? null : 100 * (point.mean - half(point)))),
  ];
}

/** The interval of each point, which the band alone does not show of a single one. */
function whiskers({ ctx, data, valToPos }) {
  ctx.save();
  ctx.strokeStyle = color("--accent");
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  data[0].forEach((at, index) => {
    if (data[2][index] === null) return;
    const x = Math.round(valToPos(at, "x", true));
    ctx.moveTo(x, valToPos(data[2][index], "y", true));
    ctx.lineTo(x, valToPos(data[3][index], "y", true));
  });
  ctx.stroke();
  ctx.restore();
}

function chart(card, points) {
  const place = card.element.querySelector(".chart");
  card.plot?.destroy();
  card.plot = null;
  if (!points.length) return;
  const [times, , high, low] = dataOf(points);
  const span = times.at(-1) - times[0] || DAY_S;
  const edge = { width: 0, points: { show: false } };
  const axis = { stroke: color("--muted"), grid: { stroke: color("--rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  const lowest = Math.min(...low.filter((one) => one !== null), ...points.map(({ mean }) => 100 * mean));
  const highest = Math.max(...high.filter((one) => one !== null), ...points.map(({ mean }) => 100 * mean));
  card.plot = new uPlot({
    width: place.clientWidth, height: 180, legend: { show: false }, cursor: { show: false },
    scales: { x: { range: [times[0] - span * 0.08, times.at(-1) + span * 0.08] }, y: { range: [Math.floor(lowest - 2), Math.ceil(highest + 2)] } },
    series: [{}, { stroke: color("--accent"), width: 2, points: { show: true, size: 7, fill: color("--accent") } }, edge, edge],
    hooks: { draw: [whiskers] },
    bands: [{ series: [2, 3], fill: color("--band") }],
    padding: [null, 42, null, null], // half of a label, as the other axis has it on the left
    axes: [{ ...axis, space: 90, values: whenOf }, { ...axis, size: 42, values: (_, ticks) => ticks.map(String) }],
  }, dataOf(points), place);
  card.points = points;
}

function show(card, { points, sides }) {
  const [value, about] = card.element.querySelectorAll(".newest > *");
  const newest = points.at(-1);
  const uncertain = newest && newest.u !== null && newest.u !== undefined;
  value.textContent = newest ? `${cm(newest.mean)}${uncertain ? ` ± ${cm(HALF * newest.u)}` : ""} cm` : "–";
  about.textContent = newest ? `jump height, ${day(newest.at)}` : "no countermovement jump yet";
  card.element.querySelector(".note").textContent =
    newest ? `Mean of each video with its 95 % interval; best so far ${cm(Math.max(...points.map(({ best }) => best)))} cm.` : "";
  chart(card, points);

  const body = card.element.querySelector("tbody");
  body.replaceChildren();
  for (const row of sides.rows) {
    const line = element("tr", "", body);
    const label = element("th", row.label, line);
    label.scope = "row";
    if (row.left !== null && row.right !== null) element("small", `left ${digits(row.left)}, right ${digits(row.right)} ${row.side_unit}`, label);
    element("td", `${row.value.toFixed(1)}${row.u ? ` ± ${(HALF * row.u).toFixed(1)}` : ""} ${row.unit}`, line);
  }
  card.element.querySelector("table").hidden = !sides.rows.length;
  card.element.querySelector("caption").textContent = sides.at ? `Left and right, ${sides.sport.replaceAll("_", " ")}, ${day(sides.at)}` : "";
  card.element.querySelector(".sides").textContent = points.length && !sides.rows.length ? "None of the newest videos tells left and right apart." : "";
}

async function refresh(id) {
  const card = cards.get(id);
  if (!card) return;
  const version = ++card.version;
  try {
    const found = await ask(`api/athletes/${id}`);
    if (version === card.version) show(card, found);
  } catch (error) {
    if (error.status === 404) remove(id);
    else card.element.querySelector(".note").textContent = error.message;
  }
}

function count(more = false) {
  $("state").textContent = cards.size ? `${cards.size} athlete${cards.size > 1 ? "s" : ""}${more ? ", the newest" : ""}` : "There are no athletes yet.";
}

function remove(id) {
  cards.get(id)?.element.remove();
  cards.delete(id);
  count();
}

async function load() {
  const { athletes, more } = await ask("api/athletes");
  for (const id of [...cards.keys()]) if (!athletes.some((one) => one.id === id)) remove(id);
  for (const { id, name } of athletes) {
    if (!cards.has(id)) cards.set(id, { element: $("card").content.firstElementChild.cloneNode(true), plot: null, version: 0 });
    const card = cards.get(id);
    card.name = card.element.querySelector("h2").textContent = name;
    $("athletes").append(card.element);
  }
  count(more);
  for (const { id } of athletes) await refresh(id);
}

/** A live session has one line, which counts its jumps or steps. */
const live = new Map();
function note({ type, at, athlete_id, session_id, rep }) {
  const counted = type === "rep.recorded" ? live.get(session_id) ?? { line: document.createElement("li"), reps: 0 } : null;
  const line = counted?.line ?? document.createElement("li");
  if (counted) {
    counted.reps = Math.max(counted.reps, rep);
    live.set(session_id, counted);
  } else if (session_id) {
    live.delete(session_id);
  }
  const words = counted ? `did ${counted.reps} repetition${counted.reps > 1 ? "s" : ""}` : WORDS[type] ?? type;
  const name = cards.get(athlete_id)?.name;
  line.textContent = `${athlete_id ? `${name ?? "Somebody"} ` : ""}${words}`;
  element("small", clock(at), line);
  $("feed").prepend(line);
  while ($("feed").children.length > FEED) $("feed").lastChild.remove();
  $("quiet").hidden = true;
}

const due = new Set();
function soon(what, work) {
  if (due.has(what)) return;
  due.add(what);
  setTimeout(() => { due.delete(what); work(); }, GATHER_MS);
}

const complain = (error) => { $("state").textContent = error.message; };
const events = new EventSource("api/events");
// Also after a loss: what was said meanwhile is not said again.
events.onopen = () => load().catch(complain);
events.onmessage = ({ data }) => {
  const said = JSON.parse(data);
  note(said);
  if (said.type === "athlete.deleted") remove(said.athlete_id);
  else if (said.athlete_id && cards.has(said.athlete_id)) soon(said.athlete_id, () => refresh(said.athlete_id));
  else if (said.athlete_id) soon("everybody", () => load().catch(complain)); // a new one
};

const redraw = () => { for (const card of cards.values()) if (card.plot) chart(card, card.points); };
let waiting;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(redraw, 100); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
