import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const gateway = process.env.HSC_GATEWAY ?? "http://localhost:8000";

/** What pdf.js reads at run time (character maps, fonts, decoders) comes from our own origin. */
function pdfAssets(): Plugin {
  const folders = ["cmaps", "standard_fonts", "wasm", "iccs"];
  return {
    name: "pdf-assets",
    apply: "build",
    async closeBundle() {
      for (const folder of folders)
        await cp(here(`node_modules/pdfjs-dist/${folder}`), here(`dist/pdfjs/${folder}`), { recursive: true });
    },
  };
}

export default defineConfig({
  plugins: [pdfAssets()],
  resolve: {
    alias: [
      { find: /^react$/, replacement: "preact/compat" },
      { find: /^react-dom$/, replacement: "preact/compat" },
      { find: "react-dom/client", replacement: "preact/compat/client" },
      { find: "react/jsx-runtime", replacement: "preact/jsx-runtime" },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    // light-dark() stays as it is written: it is in every browser since the spring of 2024.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The policy forbids inline anything; small files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        // Not every static server knows .mjs for a script.
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith(".mjs"))
            ? "assets/[name]-[hash].js"
            : "assets/[name]-[hash][extname]",
      },
      onLog: (level, log, handler) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handler(level, log);
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "^/hsc\\.": { target: gateway, ws: true, changeOrigin: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
