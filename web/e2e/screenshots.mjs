// Takes a picture of every page, light and dark, wide and narrow, into
// out/screenshots, and fails where a page complains: in the console, to axe, or with
// a request to another origin. PAGES=invoices,month takes only pages whose name has
// one of these in it; LANGUAGE=ja takes them in Japanese.
import { mkdirSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "@playwright/test";

import { startDemo } from "./demo.mjs";
import { pages } from "./pages.mjs";

const out = new URL("../../out/", import.meta.url).pathname;
mkdirSync(out + "screenshots", { recursive: true });
const wanted = (process.env.PAGES ?? "").split(",");
const language = process.env.LANGUAGE_OF_PAGES ?? "en";
const looks = [
  { name: "wide-light", width: 1280, height: 900, colorScheme: "light" },
  { name: "wide-dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "narrow-light", width: 390, height: 844, colorScheme: "light" },
  { name: "narrow-dark", width: 390, height: 844, colorScheme: "dark" },
];

const demo = await startDemo(process.env.SLUICE_DEMO ?? out + "console");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let complaints = 0;
const complain = (page, look, text) => { complaints++; console.log(`${page.name} ${look.name}: ${text}`); };
try {
  for (const person of new Set(pages.map((p) => p.as))) {
    for (const look of looks) await visit(person, look);
  }
} finally {
  await browser.close();
  await demo.stop();
}
console.log(complaints ? `${complaints} complaints` : "no page complains");
process.exitCode = complaints ? 1 : 0;

async function visit(person, look) {
  const context = await browser.newContext({
    baseURL: demo.address, viewport: { width: look.width, height: look.height }, colorScheme: look.colorScheme, reducedMotion: "reduce",
    locale: language === "ja" ? "ja-JP" : "en-US", timezoneId: "UTC",
  });
  if (person) {
    const { email, password } = demo.sign_ins.find((s) => s.role === person);
    await context.request.post("/api/v1/sign-in", { data: { email, password } });
  }
  for (const page of pages.filter((p) => p.as === person && wanted.some((w) => p.name.includes(w)))) {
    const tab = await context.newPage();
    tab.on("console", (m) => { if (m.type() === "error") complain(page, look, `console: ${m.text()}`); });
    tab.on("pageerror", (e) => complain(page, look, `error: ${e.message}`));
    tab.on("request", (r) => { if (!r.url().startsWith(demo.address) && !/^(blob|data):/.test(r.url())) complain(page, look, `another origin: ${r.url()}`); });
    await tab.goto(page.path);
    await tab.waitForLoadState("networkidle");
    await tab.waitForFunction(() => !document.querySelector("main [role=status][aria-busy=true]"));
    await tab.waitForTimeout(page.wait ?? 400);
    await tab.screenshot({ path: `${out}screenshots/${page.name}-${look.name}${language === "en" ? "" : `-${language}`}.png`, fullPage: true });
    const beyond = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (beyond > 0) complain(page, look, `${beyond} px wider than the window`);
    if (!look.name.startsWith("narrow-dark")) {
      const { violations } = await new AxeBuilder({ page: tab }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
      for (const v of violations) complain(page, look, `axe ${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
    }
    await tab.close();
  }
  await context.close();
}
