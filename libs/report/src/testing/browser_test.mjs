// Opens reports in Chromium as people do, from a file and without a network: browser_test.mjs PLAYWRIGHT WRITE_REPORTS DIR
// Fails on any message of the console, any request, any markup that comes alive out of a name, text that is too pale,
// a page wider than a phone, charts that are not drawn, repetitions that are not printed. Leaves pictures in DIR.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, writeReports, folder] = process.argv.slice(2).map((p) => path.resolve(p));
const { chromium } = await import(pathToFileURL(path.join(playwright, "index.mjs")).href);
mkdirSync(folder, { recursive: true });
execFileSync(writeReports, [folder], { stdio: "inherit" });

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const DESK = { viewport: { width: 1280, height: 900 }, colorScheme: "light" };
const SCREENS = {
  light: DESK,
  dark: { ...DESK, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

// `wanted` matches the complaints that a check itself provokes.
async function withPage(name, screen, check, wanted = null) {
  const context = await browser.newContext({ ...SCREENS[screen], offline: true });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`); });
  await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
  await page.waitForFunction(() => document.querySelector("#main h1") !== null);
  await page.screenshot({ path: path.join(folder, `${name}_${screen}.png`), fullPage: true });
  await check(page);
  assert.deepEqual(complaints.filter((text) => !(wanted && wanted.test(text))), [], `${name} on ${screen}`);
  await context.close();
}

// Contrast after WCAG 2.2: text against the first background that covers what is behind it.
function paleTexts() {
  const channel = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const parse = (color) => (color.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const color = parse(getComputedStyle(n).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest("script,style,noscript")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [luminance(parse(style.color)), luminance(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) pale.push(`${ratio.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return pale;
}

// How many of the pixels of a chart are not of its background.
const drawn = () => [...document.querySelectorAll(".chart canvas")].filter((c) => c.checkVisibility()).map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) ++painted;
  return painted / (data.length / 4);
});

for (const screen of Object.keys(SCREENS)) {
  for (const name of ["one", "three", "two_athletes", "nothing", "hostile"]) {
    await withPage(name, screen, async (page) => {
      assert.deepEqual(await page.evaluate(paleTexts), [], `${name} on ${screen}: too little contrast`);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wider <= 0, `${name} on ${screen}: ${wider} px wider than the screen`);
      const charts = await page.evaluate(drawn);
      assert.equal(charts.length, name === "nothing" ? 0 : 3, `${name} on ${screen}: charts`);
      for (const share of charts) assert.ok(share > 0.3, `${name} on ${screen}: a chart is empty (${share})`);
    });
  }
}

for (const screen of Object.keys(SCREENS)) {
  await withPage("comparison", screen, async (page) => {
    assert.deepEqual(await page.evaluate(paleTexts), [], `comparison on ${screen}: too little contrast`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `comparison on ${screen}: ${wider} px wider than the screen`);
    const charts = await page.evaluate(drawn);
    assert.equal(charts.length, await page.locator(".trend").count());
    assert.ok(charts.length > 0);
    for (const share of charts) assert.ok(share > 0.01, `comparison on ${screen}: a chart is empty (${share})`);
    const height = await page.locator(".trend", { hasText: "Jump height" }).first().innerText();
    assert.match(height, /Typical error 1\.0\scm/);
    assert.match(height, /\+7\.0/);
    assert.deepEqual(height.match(/real|slow motion suspected/g), ["real", "slow motion suspected"]);
    assert.ok(await page.getByText("The athlete falls too slowly").isVisible());
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    await page.locator("#theme-toggle").click();
    assert.equal((await page.evaluate(drawn)).length, charts.length);
  });
}

await withPage("one", "light", async (page) => {
  assert.equal(await page.title(), "Countermovement jump – Plyo report");
  assert.match(await page.locator(".hero").innerText(), /Jump height\s+35\.0\s*cm\s*±\s*1\.6/);
  assert.equal(await page.locator("main h1").count(), 1);
  for (const landmark of ["header", "main", "footer"]) assert.equal(await page.locator(landmark).count(), 1, landmark);
  const levels = await page.evaluate(() => [...document.querySelectorAll("main h1, main h2, main h3")].map((h) => Number(h.tagName[1])));
  levels.reduce((before, level) => { assert.ok(level <= before + 1, `heading of level ${level} after ${before}`); return level; });
  const pictures = await page.evaluate(() => [...document.images].map((i) => [i.alt, i.complete && i.naturalHeight]));
  assert.equal(pictures.length, 5);
  for (const [alt, height] of pictures) assert.ok(/nearest to the event/.test(alt) && height === 600, `${alt}: ${height}`);
  // The chart's cursor by the keyboard.
  await page.locator(".chart").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => /\d\ss/.test(document.querySelector(".readout").textContent));
  assert.match(await page.locator(".readout").first().innerText(), /cm/);
  // The mouse over one chart reads all of them at that instant; over a picture at its event.
  const readings = () => page.evaluate(() => [...document.querySelectorAll(".readout")].map((r) => r.textContent));
  const box = await page.locator(".u-over").first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction(() => [...document.querySelectorAll(".readout")].every((r) => /\d\ss$/.test(r.textContent)));
  const [height, velocity, angles] = await readings();
  assert.match(height, /\d\scm/);
  assert.match(velocity, /\d\sm\/s/);
  assert.match(angles, /Knee\d+°/);
  assert.equal(height.match(/[\d.]+\ss$/)[0], angles.match(/[\d.]+\ss$/)[0]);
  await page.locator(".frame").nth(3).hover();
  await page.waitForFunction(() => /1\.683\ss$/.test(document.querySelector(".readout").textContent));
  // An event is dragged along the chart, another one typed; the command says both, and no event passes its neighbour.
  const times = () => page.evaluate(() => [...document.querySelectorAll(".event-time")].map((field) => Number(field.value)));
  const before_move = await times();
  await page.locator(".chart").first().scrollIntoViewIfNeeded();
  const over = await page.locator(".u-over").first().boundingBox();
  const [first, last] = await page.evaluate(() => { const d = JSON.parse(document.getElementById("data").textContent).athletes[0].reps[0].charts[0].t; return [d[0], d[d.length - 1]]; });
  const takeoff = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).athletes[0].reps[0].events.findIndex((e) => e.id === "takeoff"));
  const at = (t) => over.x + (over.width * (t - first)) / (last - first);
  await page.mouse.move(at(before_move[takeoff]), over.y + 60);
  await page.mouse.down();
  await page.mouse.move(at(before_move[takeoff] + 0.02), over.y + 60, { steps: 4 });
  await page.mouse.up();
  const dragged = await times();
  assert.ok(Math.abs(dragged[takeoff] - before_move[takeoff] - 0.02) < 0.01, `${before_move} -> ${dragged}`);
  assert.deepEqual(dragged.filter((_, i) => i !== takeoff), before_move.filter((_, i) => i !== takeoff));
  await page.screenshot({ path: path.join(folder, "one_moved.png") });
  const fields = page.locator(".event-time");
  await fields.nth(takeoff).fill("99");
  await fields.nth(takeoff).press("Tab");
  assert.ok((await times())[takeoff] < before_move[takeoff + 1]);
  await fields.nth(takeoff).fill("1.432");
  await fields.nth(takeoff).press("Tab");
  assert.match(await page.locator(".command").first().innerText(), /^plyo edit \S+\.json takeoff=1\.4320 --json \S+\.json --report \S+\.html$/);
  await page.getByRole("button", { name: "Put back" }).click();
  assert.deepEqual(await times(), before_move);
  assert.ok(await page.locator(".moved").isHidden());
  // A definition opens.
  await page.locator(".def summary").first().click();
  assert.ok(await page.getByText("Rise of the centre of mass from take-off").isVisible());
  // The theme's button turns the page over.
  const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.locator("#theme-toggle").click();
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), before);
  assert.equal(await page.locator("#theme-toggle").getAttribute("aria-pressed"), "true");
  assert.deepEqual(await page.evaluate(paleTexts), []);
});

await withPage("three", "light", async (page) => {
  const tabs = page.getByRole("tab");
  assert.equal(await tabs.count(), 3);
  assert.match(await page.locator(".comparison .best").first().innerText(), /37\.0/);
  await tabs.first().focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await tabs.nth(1).getAttribute("aria-selected"), "true");
  assert.match(await page.locator(".hero:visible").innerText(), /36\.0/);
  assert.equal((await page.evaluate(drawn)).length, 3);
  // On paper every repetition is there, in light colours, its charts drawn to the width of the paper.
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".hero:visible").count(), 3);
  const charts = await page.evaluate(drawn);
  assert.equal(charts.length, 9);
  for (const share of charts) assert.ok(share > 0.3, "a printed chart is empty");
  assert.ok(await page.evaluate(() => [...document.querySelectorAll(".uplot")].every((chart) => chart.offsetWidth <= 644)));
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: null });
  assert.equal(await page.locator(".hero:visible").count(), 1);
  await page.pdf({ path: path.join(folder, "three.pdf"), preferCSSPageSize: true });
  const pages = readFileSync(path.join(folder, "three.pdf"), "latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages >= 6 && pages <= 14, `${pages} pages`);
});

await withPage("two_athletes", "light", async (page) => {
  const athletes = page.getByRole("tablist", { name: "Athletes" }).getByRole("tab");
  assert.equal(await athletes.count(), 2);
  await athletes.nth(1).click();
  const charts = await page.evaluate(drawn);
  assert.equal(charts.length, 3);
  for (const share of charts) assert.ok(share > 0.3, "a chart of the second athlete is empty");
});

await withPage("nothing", "light", async (page) => {
  assert.ok(await page.getByRole("heading", { name: "Nothing found" }).isVisible());
  assert.ok(await page.getByText("Stand still for a second").isVisible());
  assert.equal(await page.locator(".card").count(), 0);
});

for (const screen of Object.keys(SCREENS)) {
  await withPage("validation", screen, async (page) => {
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.deepEqual(await page.evaluate(paleTexts), [], `validation on ${screen}: too little contrast`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `validation on ${screen}: ${wider} px wider than the screen`);
    const plots = await page.evaluate(drawn);
    assert.equal(plots.length, await page.locator(".agreement tbody tr").count());
    for (const share of plots) assert.ok(share > 0.02, `validation on ${screen}: a plot is empty (${share})`);
    assert.match(await page.locator(".agreement tbody tr").first().innerText(), /Jump height\s*cm\s+slow motion suspected/);
    assert.ok(await page.getByText("The athlete falls too slowly").isVisible());
    assert.match(await page.locator(".chart").first().getAttribute("aria-label"), /6 pairs, 1 in doubt/);
  });
}

await withPage("hostile", "light", async (page) => {
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator("main img[src='x'], main svg[onload], main script").count(), 0);
  assert.ok((await page.locator("h1").innerText()).includes("<svg onload=window.hacked=1>"));
  assert.ok((await page.locator(".facts").innerText()).includes("</script><script>window.hacked=1</script>"));
  // Nor may anything that got in run or be fetched.
  const blocked = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", (event) => resolve(event.violatedDirective));
    const script = document.createElement("script");
    script.textContent = "window.hacked = 2";
    document.body.append(script);
    setTimeout(() => resolve("nothing"), 2000);
  }));
  assert.match(blocked, /script-src/);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
}, /^console: .*Content Security Policy/);

await browser.close();
console.log("the reports stand in the browser");
