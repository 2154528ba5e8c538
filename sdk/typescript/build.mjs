// dist/esm and dist/cjs: JavaScript and types for `import` and for `require`. `node build.mjs [DIST]`
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(here, "dist"));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync(dist, { recursive: true, force: true });
for (const [config, kind] of [["tsconfig.json", "esm"], ["tsconfig.cjs.json", "cjs"]]) {
  execFileSync(process.execPath, [tsc, "-p", path.join(here, config), "--outDir", path.join(dist, kind)], { stdio: "inherit" });
}
// Without it, the package's "type" would make modules of these. It hides the outer "sideEffects", too.
writeFileSync(path.join(dist, "cjs/package.json"), '{ "type": "commonjs", "sideEffects": false }\n');
