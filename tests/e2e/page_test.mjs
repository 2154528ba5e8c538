// Uses the coaching page as an athlete does, in Chromium with a film for a camera: page_test.mjs PLAYWRIGHT WEB PLYO DIR
// The server is mock_server.py, which also judges what the page sends. Fails on any message of the console, any request to
// elsewhere, any violation that axe knows, text that does not fit. Leaves pictures in DIR.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { DESK, EXPECTED, expectPicturesClosed, launchBrowser, openPage, PHONE } from "./coaching.mjs";

const [playwright, web, plyo, folder] = process.argv.slice(2).map((p) => path.resolve(p));
const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const CLIP = path.resolve("samples/cmj_01_base60.mp4");
mkdirSync(folder, { recursive: true });

const film = path.join(folder, "camera.y4m");
execFileSync("ffmpeg", ["-v", "error", "-y", "-i", CLIP, "-vf", "fps=30,scale=-2:480,crop=640:480", "-pix_fmt", "yuv420p", film]);
const catalogue = path.join(folder, "catalogue.json");
writeFileSync(catalogue, execFileSync(plyo, ["catalogue", "--json"]));

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port: free } = probe.address(); probe.close(() => resolve(free)); });
});
const origin = `http://127.0.0.1:${port}`;
const server = spawn("/usr/bin/python3", [path.join(import.meta.dirname, "mock_server.py"), String(port), web, catalogue], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => server.kill());
await new Promise((resolve, reject) => {
  server.stdout.once("data", resolve);
  server.once("exit", () => reject(new Error("the mock server has ended")));
});
const log = async () => (await fetch(`${origin}/log`)).json();

const browser = await launchBrowser(playwright, film);
// Chromium tells the console of a connection that a test breaks.
const expected = new RegExp(`${EXPECTED.source}|WebSocket connection to`);

async function withPage(options, use, complaint = expected) {
  const { page, complaints } = await openPage(browser, origin, options, { expected: complaint });
  await use(page);
  await expectPicturesClosed(page);
  assert.deepEqual(complaints, []);
  await page.context().close();
}

async function pressStart(page, name, place) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Height").fill("180");
  await page.getByLabel("Body mass").fill("72,5");
  if (place) await page.getByLabel(place).check();
  await page.getByRole("button", { name: "Start" }).click();
}

async function start(page, name, place) {
  await pressStart(page, name, place);
  await page.waitForSelector(".stage");
}

const jumps = (page, count, state = "") => page.waitForFunction(
  ([n, s]) => document.querySelectorAll(".rep").length >= n && (!s || document.querySelector(".figures:not(.provisional) .hero-half")), [count, state]);

// With the canvas of the skeleton: how many of its points are not clear.
const drawn = (page) => page.evaluate(() => {
  const canvas = document.querySelector(".stage-skeleton");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
  return count;
});

async function accessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ").slice(0, 300)}`), [], where);
}

async function fits(page, where) {
  const wide = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest(".visually-hidden,.skip,.stage,dialog:not([open])");
  }).map((e) => `${e.className} ${e.textContent.slice(0, 30)}`));
  assert.deepEqual(wide, [], where);
}

async function logged(wanted, complaint) {
  for (let i = 0; i < 50; i++) {
    if ((await log()).some(wanted)) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.fail(complaint);
}

const lastSession = async () => (await log()).filter((entry) => entry.hello).at(-1);

const TESTS = {
  async "the start page fits, is accessible, and speaks three languages"() {
    for (const [size, options] of [["desk", DESK], ["phone", PHONE]]) {
      for (const colorScheme of ["light", "dark"]) {
        await withPage({ ...options, colorScheme }, async (page) => {
          await accessible(page, `start, ${size}, ${colorScheme}`);
          await page.screenshot({ path: path.join(folder, `start_${size}_${colorScheme}.png`), fullPage: true });
          for (const [language, word] of [["es", "Empezar"], ["fr", "Commencer"], ["en", "Start"]]) {
            await page.locator(".language select").selectOption(language);
            await page.getByRole("button", { name: word }).waitFor();
            assert.equal(await page.evaluate(() => document.documentElement.lang), language);
            await fits(page, `start, ${size}, ${language}`);
          }
        });
      }
    }
  },

  async "what cannot be is said at the field"() {
    await withPage(DESK, async (page) => {
      await page.getByLabel("Height").fill("40");
      await page.getByRole("button", { name: "Start" }).click();
      assert.equal(await page.getByText("Between 50 and 260 cm").isVisible(), true);
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-invalid")), "true");
      await page.getByLabel("Video file").check();
      await page.getByRole("button", { name: "Start" }).click();
      assert.equal(await page.getByText("Choose a video first").isVisible(), true);
    });
  },

  async "a session from the camera: skeleton, figures, voice, delay, files"() {
    for (const [size, options] of [["desk", DESK], ["phone", PHONE]]) {
      for (const colorScheme of ["light", "dark"]) {
        const where = `${size}_${colorScheme}`;
        await withPage({ ...options, colorScheme }, async (page) => {
          await start(page, "Ana");
          await jumps(page, 2, "confirmed");
          assert.ok((await drawn(page)) > 500, "no skeleton");
          await page.waitForFunction(() => /\d ms/.test(document.querySelector(".connection-delay")?.textContent ?? ""));
          await page.screenshot({ path: path.join(folder, `live_${where}.png`), fullPage: size === "phone" });
          await fits(page, `live, ${where}`);
          await accessible(page, `live, ${where}`);
          await page.locator(".connection").click();
          await accessible(page, `delay, ${where}`);
          await page.screenshot({ path: path.join(folder, `delay_${where}.png`) });
          await page.keyboard.press("Escape");
          assert.ok((await page.evaluate(() => globalThis.said)).some((text) => /^\d+ centimetres$/.test(text)), "nothing was said");
          await page.getByRole("button", { name: "Voice", pressed: true }).click();
          await page.getByRole("button", { name: "Voice", pressed: false }).waitFor();
          const before = (await page.evaluate(() => globalThis.said)).length;
          await jumps(page, 3, "confirmed");
          assert.equal((await page.evaluate(() => globalThis.said)).length, before, "muted, and yet it spoke");
          await page.getByRole("button", { name: "End" }).click();
          await page.waitForSelector(".over .downloads");
          await fits(page, `end, ${where}`);
          await accessible(page, `end, ${where}`);
          await page.screenshot({ path: path.join(folder, `end_${where}.png`), fullPage: size === "phone" });
          await downloads(page);
        });
      }
    }
    const { hello } = await lastSession();
    assert.deepEqual(hello.media, { codec: "h264", width: 640, height: 480, fps: 30 });
    assert.deepEqual(hello.athlete, { sex: "unknown", name: "Ana", height_m: 1.8, mass_kg: 72.5 });
    assert.ok((await log()).some((entry) => entry.seen > 0), "no end-to-end time was told");
  },

  async "a remembered camera that is gone is replaced by one that is there"() {
    await withPage(DESK, async (page) => {
      await page.evaluate(() => localStorage.setItem("plyo.start", JSON.stringify({ camera: "gone" })));
      await page.addInitScript(() => { MediaDevices.prototype.enumerateDevices = async () => []; }); // as before the camera was allowed
      await page.reload();
      await start(page, "Ana");
      await jumps(page, 1);
      assert.equal(await page.evaluate(() => JSON.parse(localStorage.getItem("plyo.start")).camera), "gone");
    });
    await withPage(DESK, async (page) => {
      await page.evaluate(() => localStorage.setItem("plyo.start", JSON.stringify({ camera: "gone" })));
      await page.reload();
      await page.waitForFunction(async () => (await navigator.mediaDevices.enumerateDevices()).some((d) => d.deviceId));
      await start(page, "Ana");
      assert.equal(await page.evaluate(() => JSON.parse(localStorage.getItem("plyo.start")).camera), "");
    });
  },

  async "a camera whose picture does not play is let go"() {
    await withPage(DESK, async (page) => {
      await page.evaluate(() => {
        const { getUserMedia } = MediaDevices.prototype;
        MediaDevices.prototype.getUserMedia = async function (...args) { return (globalThis.stream = await getUserMedia.apply(this, args)); };
        HTMLMediaElement.prototype.play = async () => { throw new DOMException("not now", "NotAllowedError"); };
      });
      await page.getByRole("button", { name: "Start" }).click();
      await page.locator(".trouble").waitFor();
      assert.deepEqual(await page.evaluate(() => globalThis.stream.getTracks().map((track) => track.readyState)), ["ended"]);
    });
  },

  async "a phone that is turned is seen upright, in the same session"() {
    await withPage(PHONE, async (page) => {
      await page.evaluate(() => {
        const canvas = document.createElement("canvas");
        const paint = canvas.getContext("2d");
        globalThis.turn = (width, height) => Object.assign(canvas, { width, height });
        globalThis.turn(640, 480);
        setInterval(() => {
          paint.fillStyle = `hsl(${(performance.now() / 10) % 360} 50% 50%)`;
          paint.fillRect(0, 0, canvas.width, canvas.height);
        }, 33);
        MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(30);
      });
      await start(page, "Ana");
      await page.getByText("Live", { exact: true }).waitFor();
      const before = await lastSession();
      const shape = () => page.evaluate(() => Number(document.querySelector(".stage").style.getPropertyValue("--shape")));
      assert.deepEqual([before.hello.media.width, before.hello.media.height], [640, 480]);
      assert.ok(Math.abs((await shape()) - 4 / 3) < 1e-6);
      await page.evaluate(() => { globalThis.turn(480, 640); });
      await logged((entry) => entry.session === before.session && entry.hello?.media.height === 640 && entry.hello.resume, "nothing was sent upright");
      await page.getByText("Live", { exact: true }).waitFor();
      await jumps(page, 1);
      assert.ok(Math.abs((await shape()) - 3 / 4) < 1e-6);
    });
  },

  async "a lost connection is said, resumed, and loses no jump"() {
    await withPage(DESK, async (page) => {
      await start(page, "lose");
      await page.getByText("Reconnecting", { exact: true }).waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
      await jumps(page, 3, "confirmed");
      const numbers = await page.locator(".rep-number").allTextContents();
      assert.deepEqual(numbers, [...new Set(numbers)], "a jump is there twice");
      const { hello, session } = await lastSession();
      assert.equal(hello.resume.session, session);
    });
  },

  async "a page that is loaded anew loses no session: it goes on, or is ended, and its results come once more"() {
    await withPage(PHONE, async (page) => {
      await start(page, "Ana");
      await jumps(page, 2, "confirmed");
      const before = await lastSession();
      const reload = async () => {
        const asked = page.waitForEvent("dialog").then(async (dialog) => { await dialog.accept(); return dialog.type(); });
        await Promise.all([page.reload(), asked]);
        assert.equal(await asked, "beforeunload");
      };
      await reload();
      await page.getByText("A session is still open: Countermovement jump · Ana").waitFor();
      for (const language of ["es", "fr", "en"]) {
        await page.locator(".language select").selectOption(language);
        await fits(page, `a session that was left, ${language}`);
      }
      await accessible(page, "a session that was left");
      await page.screenshot({ path: path.join(folder, "left_phone.png") });
      await page.getByRole("button", { name: "Go on" }).click();
      await jumps(page, 4, "confirmed");
      assert.deepEqual(await page.locator(".rep-number").allTextContents(), ["4", "3", "2", "1"]);
      const { hello, session } = await lastSession();
      assert.deepEqual([session, hello.resume.session], [before.session, before.session]);

      await reload();
      await page.getByRole("button", { name: "End and get the files" }).click();
      await page.waitForSelector(".over .downloads");
      await page.getByRole("link", { name: "Download report" }).waitFor();
      await downloads(page);
      assert.equal((await lastSession()).session, before.session);

      await page.getByRole("button", { name: "New session" }).click();
      await page.getByText("The session before: Countermovement jump · Ana").waitFor();
      await page.getByRole("button", { name: "Show its results" }).click();
      await page.waitForSelector(".over .downloads");
      await downloads(page);
    });
    await withPage(DESK, async (page) => {
      await page.getByLabel("Video file").check();
      await page.locator("input[type=file]").setInputFiles(CLIP);
      await start(page, "Film");
      await jumps(page, 1);
      await page.reload();
      await page.getByRole("button", { name: "End and get the files" }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Go on" }).count(), 0, "the file is not there any more");
      await page.screenshot({ path: path.join(folder, "left_desk.png") });
    });
  },

  async "a camera that stops, and a connection that is lost, are shown and spoken"() {
    for (const [size, options] of [["desk", DESK], ["phone", PHONE]]) {
      await withPage(options, async (page) => {
        await page.evaluate(() => {
          const { getUserMedia } = MediaDevices.prototype;
          MediaDevices.prototype.getUserMedia = async function (...args) { return (globalThis.stream = await getUserMedia.apply(this, args)); };
          globalThis.paused = false;
          const { read } = ReadableStreamDefaultReader.prototype;
          ReadableStreamDefaultReader.prototype.read = async function () {
            const result = await read.call(this);
            while (globalThis.paused) await new Promise((resolve) => { setTimeout(resolve, 50); });
            return result;
          };
        });
        await start(page, "lose");
        await page.locator(".banner").getByText("Connection lost. Wait until it is back").waitFor();
        await page.screenshot({ path: path.join(folder, `lost_${size}.png`) });
        await page.getByText("Live", { exact: true }).waitFor();
        await jumps(page, 2, "confirmed");
        const said = await page.evaluate(() => globalThis.said);
        assert.ok(said.some((text) => text.startsWith("Connection lost.")) && said.includes("Connected again."), said.join());

        await page.evaluate(() => { globalThis.paused = true; });
        await page.locator(".banner").getByText("No picture from the camera").waitFor();
        await fits(page, `no picture, ${size}`);
        await page.screenshot({ path: path.join(folder, `no_picture_${size}.png`) });
        assert.ok((await page.evaluate(() => globalThis.said)).includes("No picture from the camera"));
        await page.evaluate(() => { globalThis.paused = false; });
        await page.locator(".banner").getByText("No picture from the camera").waitFor({ state: "detached" });

        await page.evaluate(() => {
          const [track] = globalThis.stream.getTracks();
          track.stop();
          track.dispatchEvent(new Event("ended")); // as one that is unplugged
        });
        await page.getByRole("alert").getByText("The camera went away").waitFor();
        await page.waitForSelector(".over .downloads");
        await accessible(page, `camera lost, ${size}`);
        await page.screenshot({ path: path.join(folder, `camera_lost_${size}.png`) });
        assert.ok((await page.evaluate(() => globalThis.said)).some((text) => text.startsWith("The camera went away")));
      });
    }
  },

  async "an athlete's name outlives no tab, and signing out leaves nothing of the body"() {
    await withPage(DESK, async (page) => {
      await page.route("**/sign-in", (route) => route.fulfill({ status: 204 })); // the mock server's library answers no DELETE
      await page.evaluate(() => localStorage.setItem("plyo.signed_in_by_key", "1"));
      const stored = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      await start(page, "Ana");
      await jumps(page, 1);
      await page.getByRole("button", { name: "End" }).click();
      await page.getByRole("button", { name: "New session" }).click();
      assert.deepEqual([await page.getByLabel("Name").inputValue(), await page.getByLabel("Height").inputValue()], ["Ana", "180"]);
      assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...localStorage })), /Ana/);
      assert.match(await stored(), /height.*Ana/);
      await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Sign out" }).click()]);
      await page.waitForSelector("button[type=submit]:not([disabled])");
      assert.deepEqual([await page.getByLabel("Name").inputValue(), await page.getByLabel("Height").inputValue()], ["", ""]);
      assert.doesNotMatch(await stored(), /Ana|height|token/);
    });
  },

  async "a live connection that never opens, where the page does, is said with the certificate to trust"() {
    await withPage(DESK, async (page) => {
      await page.addInitScript(() => {
        window.WebSocket = class {
          constructor() { setTimeout(() => this.onclose?.({ code: 1006, reason: "" }), 10); }
          close() {}
        };
      });
      await page.reload();
      await page.route("**/version", (route) => route.fulfill({ json: {} }));
      await page.route("**/certificate.crt", (route) => route.fulfill({ status: 200 }));
      await start(page, "Ada", "On the server");
      await page.getByText("The page is reached, the live connection is not.").waitFor();
      const link = page.getByRole("link", { name: "certificate" });
      assert.equal(await link.getAttribute("href"), "/certificate.crt");
      await link.click({ trial: true });
    }, new RegExp(`${expected.source}|status of 400`)); // the mock knows no HEAD, by which the client asks whether it was refused
  },

  async "a full server is said, and asked again"() {
    await withPage(DESK, async (page) => {
      await start(page, "full", "On the server");
      await page.getByText("Server is full").waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
    });
  },

  async "who is not signed in any more is told, when he starts and while he is on"() {
    const refused = new RegExp(`${expected.source}|status of 401`);
    const becomeStale = async (page) => {
      await page.context().addCookies([{ name: "stale", value: "1", url: origin }]);
      await page.route("**/v1/catalogue", (route) => route.fulfill({ status: 401 })); // the mock server's library answers no HEAD
    };
    await withPage(DESK, async (page) => {
      await becomeStale(page);
      await pressStart(page, "Ana", "On the server"); // the refusal may come before anyone has seen the stage
      await page.getByRole("alert").getByText("not signed in").waitFor();
    }, refused);
    await withPage(DESK, async (page) => {
      await start(page, "lose", "On the server");
      await page.getByText("Live", { exact: true }).waitFor();
      await becomeStale(page);
      await page.getByRole("alert").getByText("not signed in").waitFor();
    }, refused);
  },

  async "advice on framing is shown and spoken until it is followed"() {
    await withPage(PHONE, async (page) => {
      await start(page, "frame");
      await page.locator(".hero").getByText("Your feet are out of the picture").waitFor();
      assert.deepEqual(await page.evaluate(() => globalThis.said), ["Your feet are out of the picture"]);
      await fits(page, "framing");
      await accessible(page, "framing");
      await page.screenshot({ path: path.join(folder, "framing_phone.png") });
      await page.locator(".hero").getByText("Ready. Jump when you like.").waitFor();
    });
  },

  async "without H.264 on the server single pictures are sent"() {
    await withPage(DESK, async (page) => {
      await start(page, "refuse");
      await jumps(page, 1);
      assert.equal((await lastSession()).hello.media.codec, "jpeg");
      assert.ok((await drawn(page)) > 500);
    });
  },

  async "the pose is found in the browser, and moves to the server and back within one session"() {
    await withPage(DESK, async (page) => {
      await start(page, "Ben", "In this browser");
      await jumps(page, 1);
      const first = await lastSession();
      assert.equal(first.hello.media.codec, "landmarks");
      assert.equal(first.hello.media.pose_model, "blazepose_lite");
      assert.ok((await drawn(page)) > 500);
      await page.screenshot({ path: path.join(folder, "browser_pose.png") });
      for (const [place, codec] of [["On the server", "h264"], ["In this browser", "landmarks"]]) {
        await page.locator(".connection").click();
        await page.getByLabel(place).check();
        await page.keyboard.press("Escape");
        const count = await page.locator(".rep").count();
        await jumps(page, count + 1);
        const { hello, session } = await lastSession();
        assert.equal(hello.media.codec, codec);
        assert.equal(session, first.session);
      }
    });
  },

  async "a long session stays quick: the newest are listed, and nothing is made anew for each"() {
    await withPage(DESK, async (page) => {
      await page.evaluate(() => {
        globalThis.made = { formats: 0, canvases: 0 };
        const { NumberFormat } = Intl;
        Intl.NumberFormat = function (...args) { globalThis.made.formats++; return new NumberFormat(...args); };
        const { createElement } = document;
        document.createElement = function (name, ...more) {
          globalThis.made.canvases += name === "canvas";
          return createElement.call(this, name, ...more);
        };
      });
      await start(page, "many");
      await page.waitForFunction(() => document.querySelector(".reps-area .count").textContent === "250");
      assert.equal(await page.locator(".rep").count(), 100);
      assert.equal(await page.locator(".rep-number").first().textContent(), "250");
      await page.getByText("150 earlier ones are in the files").waitFor();
      const { formats, canvases } = await page.evaluate(() => globalThis.made);
      assert.ok(formats <= 10, `${formats} formats of numbers were made`);
      assert.ok(canvases <= 4, `${canvases} canvases were made`);
    });
  },

  async "a jump is announced; steps come too fast for it"() {
    for (const [sport, announced] of [["cmj", 1], ["running", 0]]) {
      await withPage(DESK, async (page) => {
        await page.getByLabel("Movement").selectOption(sport);
        await start(page, "Ana");
        await jumps(page, 1);
        assert.equal(await page.locator("p[aria-live]").count(), announced, sport);
      });
    }
  },

  async "another link to follow takes the place of the first, and skipping to the figures keeps it"() {
    await withPage(DESK, async (page) => {
      for (const id of ["first", "second"]) {
        await page.evaluate((hash) => { location.hash = hash; }, `watch=${id}`);
        await page.getByText("Watching", { exact: true }).waitFor();
        await logged((entry) => entry.watch === id, `${id} is not followed`);
      }
      await logged((entry) => entry.left === "first", "the first is followed still");
      await page.getByText("Skip to the figures").focus();
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "figures");
      assert.match(page.url(), /#watch=second$/);
    });
  },

  async "a file is played once and ends the session itself"() {
    await withPage(DESK, async (page) => {
      await page.getByLabel("Video file").check();
      await page.locator("input[type=file]").setInputFiles(CLIP);
      await start(page, "Film");
      await page.waitForSelector(".over .downloads");
      assert.deepEqual((await lastSession()).hello.media, { codec: "h264", width: 640, height: 360, fps: 30 });
      await page.getByRole("button", { name: "New session" }).click();
      await page.getByRole("button", { name: "Start" }).waitFor();
    });
  },

  async "everything can be done with the keyboard"() {
    await withPage(DESK, async (page) => {
      await page.getByLabel("Name").focus();
      await page.keyboard.type("Key");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".stage");
      await jumps(page, 2);
      const reach = async (wanted) => {
        for (let i = 0; i < 20; i++) {
          await page.keyboard.press("Tab");
          if (await page.evaluate((s) => document.activeElement.matches(s), wanted)) return;
        }
        assert.fail(`${wanted} is not reached by Tab`);
      };
      await reach(".connection");
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog[open]");
      await page.keyboard.press("Escape");
      await reach("li:last-child .rep");
      await page.keyboard.press("Space");
      assert.match(await page.locator(".hero-note").textContent(), /Jump 1/);
      await page.keyboard.press("Shift+Tab");
      await page.getByRole("button", { name: "End" }).focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".over");
    });
  },
};

async function downloads(page) {
  const save = async (name) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return readFileSync(await file.path(), "utf8");
  };
  const { reps, documents } = JSON.parse(await save("Download JSON"));
  const lines = (await save("Download CSV")).trimEnd().split("\r\n");
  assert.equal(documents[0].schema, "plyo.analysis/1");
  assert.equal(reps.length, await page.locator(".rep").count());
  assert.equal(lines.length, 1 + reps.reduce((sum, { rep }) => sum + rep.metrics.length, 0));
  const height = reps.at(-1).rep.metrics[0];
  assert.ok(lines.some((line) => line.includes(`,jump_height,${height.value},m,${height.u},`)));
  assert.equal(await page.locator(".hero-number").textContent(), (height.value * 100).toFixed(1));
}

let failed = 0;
const only = process.env.PLYO_ONLY;
for (const [name, run] of Object.entries(TESTS)) {
  if (only && !name.includes(only)) continue;
  const begun = Date.now();
  try {
    await run();
    console.log(`ok ${name} (${Date.now() - begun} ms)`);
  } catch (error) {
    failed++;
    console.log(`not ok ${name}\n${error.stack}`);
  }
}
const wrong = (await log()).filter((entry) => entry.wrong && entry.wrong !== "unsupported_codec");
if (wrong.length) console.log("the page broke the protocol:", wrong);
await browser.close();
server.kill();
process.exit(failed || wrong.length ? 1 : 0);
