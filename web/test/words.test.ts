import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Rep } from "plyo";
import { bestOf } from "../src/view/best";
import type { SportDescriptor } from "../src/catalogue";
import { repsToCsv, repsToJson, type RepRow } from "../src/export";
import { LANGUAGES, STRINGS, languageOf, translate, translateId } from "../src/strings";
import { displayUnit, displayUnitIn, figureOf, formatNumber, leadMetrics, risingText } from "../src/units";

test("every text is there in every language, with the same places to fill", () => {
  for (const [key, texts] of Object.entries(STRINGS)) {
    assert.equal(texts.length, LANGUAGES.length, key);
    const places = texts.map((text) => (text.match(/\{\w+\}/g) ?? []).sort().join());
    for (const [i, text] of texts.entries()) {
      assert.ok(text.trim(), key);
      assert.equal(places[i], places[0], key);
    }
  }
});

test("every hint of the contract has its words", () => {
  const hints = /enum: \[(no_person[^\]]*)\]/.exec(readFileSync("contract/stream.yaml", "utf8"))![1]!.split(",").map((s) => s.trim());
  assert.ok(hints.length >= 9);
  for (const hint of hints) assert.ok(translateId("fr", "hint", hint), hint);
  assert.equal(translateId("en", "hint", "toString"), null);
});

test("what the catalogue leads with, and every unit, has its words", () => {
  const { sports } = JSON.parse(execFileSync(process.env.PLYO_BINARY ?? "build/plyo", ["catalogue", "--json"], { encoding: "utf8" })) as { sports: SportDescriptor[] };
  assert.ok(sports.length >= 5);
  const symbols = new Set(["", "%", "°", "cm", "m", "m/s", "ms", "s", "N", "N/m", "W"]);
  for (const sport of sports) {
    const ids: Array<[kind: Parameters<typeof translateId>[1], id: string]> = [["sport", sport.id]];
    for (const { id } of leadMetrics(sport).headline) ids.push(["metric", id]);
    for (const { id } of sport.cues ?? []) ids.push(["cue", id]);
    for (const { id } of sport.parameters ?? []) ids.push(["parameter", id]);
    for (const [kind, id] of ids) assert.ok(translateId("fr", kind, id), `${sport.id}: no words for ${kind} ${id}`);
    for (const metric of sport.metrics) {
      const { unit } = displayUnit("fr", metric);
      assert.ok(symbols.has(unit) || translateId("fr", "unit", metric.unit), `${metric.id} is in ${unit}`);
    }
  }
  assert.equal(displayUnit("es", { unit: "steps/min", decimals: 1 }).unit, "pasos/min");
  assert.equal(displayUnit("fr", { unit: "body_height", decimals: 2 }).unit, "tailles");
});

test("the language is the first that the reader knows", () => {
  assert.equal(languageOf(["pt-BR", "es-MX", "en"]), "es");
  assert.equal(languageOf(["", "FR-ca"]), "fr");
  assert.equal(languageOf(["ja"]), "en");
  assert.equal(translate("es", "jump_n", { n: 3 }), "Salto 3");
});

const HEIGHT = { id: "jump_height", unit: "m", label: "Jump height", decimals: 3, headline: true, max: 1.3 };
const ANGLE = { id: "knee", unit: "deg", label: "Knee", decimals: 0, headline: false };
const REP: Rep = {
  index: 1, status: "confirmed", flags: ["low_frame_rate"], events: [], phases: [], scale: { method: "none", m_per_px: null, u_m_per_px: null },
  metrics: [
    { id: "jump_height", value: 0.3824, unit: "m", u: 0.0061, begin_s: 0, end_s: 1, flags: [] },
    { id: "knee", value: null, unit: "deg", reason: "far_side_hidden", flags: [] },
  ],
};

test("what rises is told without digits that say nothing", () => {
  const rise = { type: "metric", track_id: 1, id: "com_rise", value: 0.3184, unit: "m", u: 0.02 } as const;
  assert.equal(risingText("en", rise), "32\u00a0cm");
  assert.equal(risingText("fr", { ...rise, value: -0.1234, unit: "m/s" }), "\u22120,12\u00a0m/s");
});

test("figures have the reader's decimal sign and half of a 95 % interval", () => {
  assert.deepEqual(figureOf("en", REP, HEIGHT), { text: "38.2", unit: "cm", half: "1.2", value: 0.3824 });
  assert.equal(figureOf("fr", REP, HEIGHT)!.text, "38,2");
  assert.equal(figureOf("en", REP, ANGLE), null);
  assert.deepEqual(displayUnit("en", { unit: "s", decimals: 3, max: 1.1 }), { unit: "ms", factor: 1000, decimals: 0 });
  assert.deepEqual(displayUnit("en", { unit: "m/s", decimals: 2 }), { unit: "m/s", factor: 1, decimals: 2 });
});

test("the trend has the unit that the figures have, not the one of the catalogue", () => {
  const stride = { id: "stride_length", unit: "m", label: "Stride length", decimals: 2, headline: true, max: 6 };
  const step = (value: number | null, unit: string): RepRow => ({
    number: 1, session: "s", trackId: 1,
    rep: { ...REP, metrics: [{ id: stride.id, value, unit, ...(value === null ? { reason: "event_missing" } : { u: 0, begin_s: 0, end_s: 1 }), flags: [] }] } as Rep,
  });
  assert.equal(displayUnitIn("en", [step(null, "m"), step(1.3, "body_height")], stride).unit, "BH");
  assert.equal(displayUnitIn("en", [step(null, "m"), step(2.4, "m")], stride).unit, "m");
  assert.equal(displayUnitIn("en", [], stride).unit, "m");
});

test("the first headline leads", () => {
  const lead = leadMetrics({ id: "x", label: "X", metrics: [ANGLE, HEIGHT] });
  assert.equal(lead.hero.id, "jump_height");
});

test("CSV has a line a figure and makes no formula", () => {
  const row = { number: 1, session: "=HYPERLINK(1)", trackId: 2, rep: REP };
  const lines = repsToCsv([row]).trimEnd().split("\r\n");
  assert.equal(lines.length, 3);
  assert.equal(lines[1], "1,'=HYPERLINK(1),2,confirmed,jump_height,0.3824,m,0.0061,,low_frame_rate");
  assert.equal(lines[2], "1,'=HYPERLINK(1),2,confirmed,knee,,deg,,far_side_hidden,low_frame_rate");
  const alike = { ...row, rep: { ...REP, flags: ["low_frame_rate"], metrics: REP.metrics.map((m) => ({ ...m, flags: ["low_frame_rate"] })) } as Rep };
  assert.match(repsToCsv([alike]).split("\r\n")[1]!, /,,low_frame_rate$/, "a flag that both have is there once");
  assert.deepEqual(JSON.parse(repsToJson([row], [])).reps[0].rep, REP);
});

test("zero has no sign, be it rounded to or negative", () => {
  for (const language of LANGUAGES) {
    assert.equal(formatNumber(language, -0, 0), "0");
    assert.equal(formatNumber(language, -0.3, 0), "0");
    assert.equal(formatNumber(language, -2, 0), "\u22122");
  }
});

test("a figure that is doubtful is never the best", () => {
  const row = (index: number, value: number, flags: string[] = [], ofRep: string[] = []) =>
    ({ session: "s", number: index, rep: { index, status: "confirmed", flags: ofRep, metrics: [{ id: "jump_height", value, u: 0.01, flags }] } });
  const metrics = { hero: { id: "jump_height", better: "more" }, words: { best: "Best" } };
  const best = (...rows: object[]) => bestOf({ rows } as never, metrics as never);
  assert.equal(best(row(1, 0.35), row(2, 0.4)), "s/2");
  assert.equal(best(row(1, 0.35), row(2, 1.45, ["implausible"])), "s/1");
  assert.equal(best(row(1, 0.35), row(2, 0.6, [], ["suspected_slow_motion"])), "s/1");
});
