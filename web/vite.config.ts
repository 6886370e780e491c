import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Two programs, the reseller's console and its customers' portal, share what lies
// in src/ui and src/api. In development the API is asked of a server that runs
// beside (SLUICE_SERVER).
const server = process.env.SLUICE_SERVER ?? "http://localhost:8080";
const beside = Object.fromEntries(["/api", "/sign-in", "/account", "/page", "/brand", "/docs", "/invitation", "/reset"].map((path) => [path, { target: server }]));

/** In development: every address within a program is answered with its page, as the server does it. */
const addresses: Plugin = {
  name: "addresses-of-programs",
  configureServer: (made) => {
    made.middlewares.use((request, _, next) => {
      const program = /^\/(console|portal)(\/|$)(?!.*\.\w+$)/.exec((request.url ?? "").split("?")[0]!);
      if (program) request.url = `/${program[1]}.html`;
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), addresses],
  appType: "mpa",
  logLevel: "warn",
  server: { proxy: beside },
  build: {
    outDir: "dist/app",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy of the pages forbids data: addresses
    chunkSizeWarningLimit: 900, // of which a quarter is sent
    rollupOptions: { input: { console: "console.html", portal: "portal.html" } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
