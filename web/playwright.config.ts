import { defineConfig } from "@playwright/test";

// What people do, in Debian's chromium at a real server. The server is started by
// the Go test that runs this (journey_test.go): it says where, and with whom.
export default defineConfig({
  testDir: "e2e",
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 45_000 },
  outputDir: "../out/journeys",
  use: {
    baseURL: process.env.SLUICE_ORIGIN,
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    acceptDownloads: true,
    actionTimeout: 45_000,
  },
});
