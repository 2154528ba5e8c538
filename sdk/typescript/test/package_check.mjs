// Packs the SDK, installs it into an empty folder without a network, and uses it by `import`, by `require`, and from TypeScript as
// both. Run from the root of the repository: node sdk/typescript/test/package_check.mjs FOLDER
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(process.argv[2]);
const bin = path.dirname(process.execPath);
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, npm_config_update_notifier: "false" };
function run(program, args, cwd) {
  try {
    return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    process.stderr.write(error.stdout ?? "");
    throw error;
  }
}
const npm = (args, cwd) => run(process.execPath, [path.join(bin, "../lib/node_modules/npm/bin/npm-cli.js"), ...args, "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd);

rmSync(folder, { recursive: true, force: true });
const source = path.join(folder, "source");
const user = path.join(folder, "user");
mkdirSync(source, { recursive: true });
mkdirSync(user);
run(process.execPath, ["sdk/typescript/build.mjs", path.join(source, "dist")]);
for (const name of ["package.json", "README.md", "LICENSE"]) cpSync(path.join("sdk/typescript", name), path.join(source, name));
npm(["pack", "--pack-destination", folder], source);
const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"));
writeFileSync(path.join(user, "package.json"), '{ "name": "user", "private": true }');
npm(["install", path.join(folder, archive)], user);
assert.deepEqual(readdirSync(path.join(user, "node_modules")).filter((name) => !name.startsWith(".")), ["plyo"], "it brings other packages");

// The same program four times. It also reads a file from the disk: how Node's own modules are reached differs between the two builds.
const work = `
const plyo = new Plyo({ apiKey: "k", baseUrl: "http://here", fetch: async (input, init) => {
  if (String(input) !== "http://here/v1/analyses" || !(await new Response(init?.body).text()).includes("the video")) throw new Error("another request");
  return new Response('{"id":"ana_1","status":"completed","progress":1}', { status: 202 });
} });
async function main() {
  const { id } = await plyo.analyses.createAndWait({ sport: "cmj", file: { path: "a.mp4" } });
  if (id !== "ana_1" || typeof LiveClient !== "function" || typeof webhooks.unwrap !== "function") throw new Error("incomplete");
  const error = await new Plyo({ fetch: async () => new Response('{"code":"not_found"}', { status: 404 }) }).usage.get().catch((thrown: unknown) => thrown);
  if (!(error instanceof NotFoundError)) throw new Error("another error");
  console.log("works");
}
void main();
`;
const names = "{ LiveClient, NotFoundError, Plyo, webhooks }";
writeFileSync(path.join(user, "a.mp4"), "the video");
writeFileSync(path.join(user, "a.mjs"), `import ${names} from "plyo";${work.replace(": unknown", "")}`);
writeFileSync(path.join(user, "b.cjs"), `const ${names} = require("plyo");${work.replace(": unknown", "")}`);
for (const name of ["a.mjs", "b.cjs"]) assert.equal(run(process.execPath, [name], user), "works\n", name);

const typed = `${work}
const analysis: Promise<Analysis> = plyo.analyses.get("ana_1");
// @ts-expect-error: there is no such sport parameter
void plyo.analyses.create({ sport: 1, fixture: "jump" });
void analysis;
`;
writeFileSync(path.join(user, "a.mts"), `import { type Analysis, LiveClient, NotFoundError, Plyo, webhooks } from "plyo";${typed}`);
writeFileSync(path.join(user, "b.cts"), `import plyoPackage = require("plyo");\nimport type { Analysis } from "plyo";\nconst ${names} = plyoPackage;${typed}`);
const tsc = path.resolve("node_modules/typescript/bin/tsc");
writeFileSync(path.join(user, "tsconfig.json"), JSON.stringify({
  compilerOptions: { strict: true, exactOptionalPropertyTypes: true, module: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: [], noEmit: true },
  files: ["a.mts", "b.cts"],
}));
run(process.execPath, [tsc, "-p", user], user);

// For browsers: nothing of Node is asked for, and who only goes live has nothing of the REST client.
const bundleOf = (name) => run(process.execPath, [path.resolve("node_modules/esbuild/bin/esbuild"), "--bundle", "--format=esm", "--platform=browser", "--minify", "--log-level=warning", name], user);
writeFileSync(path.join(user, "live.mjs"), 'import { LiveClient } from "plyo";\nglobalThis.live = LiveClient;\n');
const whole = bundleOf("a.mjs");
for (const ofRest of ["Idempotency-Key", "precondition_failed"]) assert.ok(whole.includes(ofRest), ofRest);
assert.doesNotMatch(bundleOf("live.mjs"), /Idempotency-Key|precondition_failed|webhook-id/);
console.log(`${archive} works by import and require, in JavaScript and TypeScript, and in bundles`);
