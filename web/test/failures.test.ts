import assert from "node:assert/strict";
import { test } from "node:test";
import { checked, Refused } from "../src/catalogue";
import { openingFailed, questionFailed, sessionFailed } from "../src/failures";

const refused = (status: number): Refused => {
  try {
    checked(new Response(null, { status }));
  } catch (error) {
    return error as Refused;
  }
  return assert.fail(`${status} is no failure`);
};

test("only who has no key is asked for one: to a key that may not, another would be as good", () => {
  assert.ok(refused(401).isNotSignedIn);
  assert.ok(!refused(403).isNotSignedIn);
  assert.equal(questionFailed(refused(403)), "not_allowed");
  assert.equal(checked(new Response("{}")).ok, true);
});

test("a session is gone where the server says so, not where the server is away", () => {
  assert.equal(questionFailed(refused(404)), "watched_gone");
  assert.equal(questionFailed(refused(503)), "no_server");
  assert.equal(questionFailed(new TypeError("Failed to fetch")), "no_server");
});

test("a camera is missing where there is none, not where it gives no picture", () => {
  for (const name of ["NotFoundError", "OverconstrainedError"]) assert.equal(openingFailed(new DOMException("", name), false), "camera_missing");
  for (const error of [new DOMException("", "NotReadableError"), new DOMException("", "AbortError"), new Error("no picture")]) {
    assert.equal(openingFailed(error, false), "camera_busy");
  }
  assert.equal(openingFailed(new DOMException("", "NotAllowedError"), false), "camera_denied");
  assert.equal(openingFailed(new Error("no decoder"), true), "file_unplayable");
});

test("why a session failed is told by the server's code, which several share a close code", () => {
  assert.equal(sessionFailed({ code: "unauthorized", closeCode: 4401 }, false), "unauthorized");
  assert.equal(sessionFailed({ code: "forbidden", closeCode: 4401 }, false), "not_allowed");
  assert.equal(sessionFailed({ code: "consent_required", closeCode: 4401 }, false), null);
  assert.equal(sessionFailed({ code: "quota_exceeded", closeCode: 1013 }, false), "quota_exceeded");
  assert.equal(sessionFailed({ closeCode: 4401 } as Parameters<typeof sessionFailed>[0], false), "unauthorized");
  assert.equal(sessionFailed({ code: "session_not_found", closeCode: 4404 }, true), "watched_gone");
  assert.equal(sessionFailed({ code: "session_not_found", closeCode: 4404 }, false), "session_lost");
});
