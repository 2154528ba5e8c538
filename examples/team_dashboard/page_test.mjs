// The page in a browser: page_test.mjs PLAYWRIGHT URL HOSTILE_NAME FOLDER. It says `measure` and `delete` where that shall happen.
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, url, hostile, folder] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(path.join(playwright, "index.mjs")).href);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) complaints.push(message.text()); });
  const policy = (await page.goto(url)).headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  const card = (name) => page.locator("article").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await card("Katherine Johnson").getByText("no countermovement jump yet").waitFor();
  await card(hostile).getByText(/\d\d\.\d ± \d\.\d cm/).waitFor();
  assert.equal(await page.title(), "Team", "a name was run");
  assert.equal(await page.locator("article script, article img").count(), 0);
  assert.equal(await page.locator("article canvas").count(), 3);
  await card("Grace Hopper").getByRole("cell", { name: /-?\d+\.\d ± \d+\.\d %/ }).first().waitFor();
  await card(hostile).getByText("None of the newest videos tells left and right apart.").waitFor();
  await page.screenshot({ path: path.join(folder, "dashboard_desktop.png"), fullPage: true });

  console.log("measure");
  await card("Katherine Johnson").getByText(/\d\d\.\d ± \d\.\d cm/).waitFor();
  await page.locator("#feed").getByText("Katherine Johnson was measured").waitFor();
  console.log("delete");
  await card("Grace Hopper").waitFor({ state: "detached" });
  await page.locator("#feed").getByText("was removed").waitFor();
  await page.getByRole("status").getByText("3 athletes").waitFor();

  await page.setViewportSize({ width: 375, height: 800 });
  await page.waitForTimeout(300); // the charts are drawn anew a moment after the last change of size
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than a phone");
  await page.screenshot({ path: path.join(folder, "dashboard_phone.png"), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(folder, "dashboard_dark.png"), fullPage: true });
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
