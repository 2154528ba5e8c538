import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { webhooks, WebhookSignatureError } from "../src/index.js";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const BODY = JSON.stringify({ id: "evt_1", type: "athlete.deleted", created_at: "2026-01-01T00:00:00Z", test: true, data: { name: "ü" } });
const AT = 1_764_000_000;
const now = () => AT * 1000;

function sign(body: string, secret = SECRET, at = AT, id = "evt_1") {
  return `v1,${createHmac("sha256", Buffer.from(secret.slice(6), "base64")).update(`${id}.${at}.${body}`).digest("base64")}`;
}
const headers = (signature: string, at: number | string = AT) => ({ "webhook-id": "evt_1", "webhook-timestamp": String(at), "webhook-signature": signature });

test("the example of Standard Webhooks is right", async () => {
  const event = await webhooks.unwrap('{"test": 2432232314}', {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  }, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { now: () => 1_614_265_330_000 });
  assert.deepEqual(event, { test: 2432232314 });
});

test("an event is unwrapped from text, bytes and any kind of headers", async () => {
  const good = headers(sign(BODY));
  const bytes = new TextEncoder().encode(BODY);
  for (const body of [BODY, bytes, bytes.buffer, Buffer.from(BODY)]) {
    assert.equal((await webhooks.unwrap(body, good, SECRET, { now })).type, "athlete.deleted");
  }
  await webhooks.unwrap(BODY, new Headers(good), SECRET, { now });
  await webhooks.unwrap(BODY, { "Webhook-Id": "evt_1", "WEBHOOK-TIMESTAMP": [String(AT)], "Webhook-Signature": sign(BODY) }, SECRET, { now });
});

test("one right signature among others is enough", async () => {
  const other = sign(BODY, `whsec_${randomBytes(32).toString("base64")}`);
  await webhooks.unwrap(BODY, headers(`${other} v1a,AAAA v1,*** ${sign(BODY)}`), SECRET, { now });
  await webhooks.unwrap(BODY, headers(`${sign(BODY)} ${other}`), SECRET, { now });
  await assert.rejects(webhooks.unwrap(BODY, headers(other), SECRET, { now }), WebhookSignatureError);
});

test("what was changed, is old or comes from the future is refused", async () => {
  const refused = (body: string, sent: Record<string, string>, options: object = {}) =>
    assert.rejects(webhooks.unwrap(body, sent, SECRET, { now, ...options }), WebhookSignatureError);
  await refused(`${BODY} `, headers(sign(BODY)));
  await refused(BODY, { ...headers(sign(BODY)), "webhook-id": "evt_2" });
  await refused(BODY, headers(sign(BODY), AT + 1));
  await refused(BODY, headers(sign(BODY).replace("v1,", "v2,")));
  await refused(BODY, headers(sign(BODY).slice(0, 20)));
  for (const by of [-301, 301]) await refused(BODY, headers(sign(BODY, SECRET, AT + by), AT + by));
  for (const by of [-300, 300]) await webhooks.unwrap(BODY, headers(sign(BODY, SECRET, AT + by), AT + by), SECRET, { now });
  await webhooks.unwrap(BODY, headers(sign(BODY, SECRET, AT - 3000), AT - 3000), SECRET, { now, toleranceS: 3600 });
  await refused(BODY, headers(sign(BODY), "NaN"));
  await refused("{", headers(sign("{")));
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const { [name]: _, ...rest } = headers(sign(BODY)) as Record<string, string>;
    await refused(BODY, rest);
  }
  await assert.rejects(webhooks.unwrap(BODY, headers(sign(BODY)), "whsec_", { now }), TypeError);
});
