import { fileURLToPath } from "node:url";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.LASTRO_API ?? "http://127.0.0.1:8321";

export default defineConfig({
  plugins: [tanstackRouter({ target: "react", autoCodeSplitting: true }), react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // plotly.js was written for Node's bundlers, which know `global`.
  define: { global: "globalThis" },
  server: { host: "127.0.0.1", port: 8150, proxy: { "/api": api } },
  build: {
    outDir: "../src/lastro/api/static",
    emptyOutDir: true,
    target: "es2023",
    manifest: true,
    chunkSizeWarningLimit: 1500,
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
