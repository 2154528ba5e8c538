import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = path.dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  cacheDir: path.join(here, "../build/node/.vite"),
  resolve: { alias: { plyo: path.join(here, "../sdk/typescript/src/index.ts") } },
  esbuild: { jsx: "automatic" },
  build: {
    target: "es2022",
    emptyOutDir: true,
    // Fonts and pictures as files: the page's policy allows no data: but for pictures.
    assetsInlineLimit: 0,
    // The preload helper would be an inline script's worth of code for browsers that this page does not run in.
    modulePreload: false,
    chunkSizeWarningLimit: 700,
  },
  worker: { format: "es" },
});
