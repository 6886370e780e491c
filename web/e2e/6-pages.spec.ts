import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "@playwright/test";

import { apiOf, expect, people, test, Watch } from "./journey";
import { pages } from "./pages.mjs";

// Every page of the list wide and light; what customers read, and where the reseller's
// people are most, narrow and dark too: whoever reads by ear, by keyboard, on a phone or
// in the dark gets the same page. make screenshots looks at all pages in all four looks.
// And what a first visit costs.

const onPhones = (p: (typeof pages)[number]) => p.as !== "owner" || ["month", "dashboard", "customers", "invoices", "invoice", "explore", "group-settings"].includes(p.name);

const looks = [
  { name: "wide light", width: 1280, height: 900, colorScheme: "light" },
  { name: "narrow dark", width: 390, height: 844, colorScheme: "dark" },
] as const;
const signIns = { owner: people.owner, "customer-admin": people.pinecrest };
const atOnce = 8; // pages of one test, so that each stays below a minute

for (const look of looks) {
  for (const as of ["owner", "customer-admin", undefined] as const) {
    const theirs = pages.filter((p) => p.as === as && (look.width > 600 || onPhones(p)));
    for (let from = 0; from < theirs.length; from += atOnce) {
      const some = theirs.slice(from, from + atOnce);
      test(`${look.name}, ${as ?? "nobody"}: ${some.map((p) => p.name).join(", ")}`, async ({ browser, baseURL }) => {
        const context = await visitor(browser, baseURL!, look, as);
        const complaints: string[] = [];
        for (const entry of some) complaints.push(...(await complaintsOf(context, baseURL!, entry)));
        await context.close();
        expect(complaints).toEqual([]);
      });
    }
  }
}

async function visitor(browser: Browser, baseURL: string, look: (typeof looks)[number], as: keyof typeof signIns | undefined): Promise<BrowserContext> {
  const { width, height, colorScheme } = look;
  const context = await browser.newContext({ baseURL, viewport: { width, height }, colorScheme, reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC" });
  if (as) expect((await context.request.post("/api/v1/sign-in", { data: signIns[as] })).ok()).toBe(true);
  return context;
}

async function complaintsOf(context: BrowserContext, baseURL: string, entry: (typeof pages)[number]): Promise<string[]> {
  const page = await context.newPage();
  const watch = new Watch(new URL(baseURL).origin);
  watch.on(page);
  await page.goto(entry.path);
  await page.waitForLoadState("networkidle");
  await expect(page.getByRole("main")).not.toHaveText("");
  await expect(page.getByRole("main").getByRole("status", { name: "Loading" })).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.close();
  return [
    ...watch.complaints,
    ...violations.map((v) => `axe ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`),
    ...(beyond > 0 ? [`${beyond} px wider than the window`] : []),
  ].map((complaint) => `${entry.name}: ${complaint}`);
}

test("by keyboard alone: past the rail, through it, a table, a row, and anywhere by Ctrl-K", async ({ page, signIn }) => {
  await signIn("owner");
  await page.goto("/console/invoices?month=2026-08");
  const table = page.getByRole("region", { name: "Invoices", exact: true }).filter({ has: page.getByRole("table") }).last();
  await expect(page.getByRole("row").nth(1)).toBeVisible();

  // The skip link is first, and goes past the rail.
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, () => table.evaluate((t) => t === document.activeElement));

  // A row is chosen with the arrows and opened with Enter.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/console\/invoices\/2026-08/);
  await expect(page.getByRole("article")).toBeVisible();

  // The rail, from the start of a page.
  await page.reload();
  await expect(page.getByRole("article")).toBeVisible();
  const prices = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Prices", exact: true });
  await tabTo(page, () => prices.evaluate((a) => a === document.activeElement));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Price books" })).toBeVisible();

  // Ctrl-K finds a customer and goes there.
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search everything" }).or(page.getByRole("dialog").getByRole("combobox"))).toBeFocused();
  await page.keyboard.type("kestrel robotics");
  const found = page.getByRole("option", { name: /Kestrel Robotics Ltd/ }).first();
  await expect(found).toBeVisible();
  for (let down = 0; down < 10 && (await found.getAttribute("aria-selected")) !== "true"; down++) await page.keyboard.press("ArrowDown");
  await expect(found).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/kestrel/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/Kestrel Robotics Ltd|kestrel-main/);
});

async function tabTo(page: Page, there: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await there()) return;
  }
  throw new Error("sixty presses of Tab do not lead there");
}

for (const { path, who, requests } of [{ path: "/console/month", who: "owner", requests: 20 }, { path: "/portal/overview", who: "pinecrest", requests: 20 }] as const) {
  test(`a first visit of ${path} is small`, async ({ page, context }) => {
    test.skip(process.env.SLUICE_ORIGIN!.includes(":51"), "the pages are not as they are delivered: vite serves them");
    const api = await apiOf(page, who);
    await context.request.post("/api/v1/sign-in", { data: people[who] });
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    await network.send("Network.setCacheDisabled", { cacheDisabled: true });
    const kinds = new Map<string, string>();
    const bytes: Record<string, number> = {};
    const asked: string[] = [];
    network.on("Network.responseReceived", ({ requestId, type, response }) => {
      // What draws charts comes when the page can be read already, and has a limit of its own.
      kinds.set(requestId, /\/assets\/canvas-/.test(response.url) ? "Charts" : type);
      if (type === "Fetch" || type === "XHR") asked.push(new URL(response.url).pathname);
    });
    network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? "Other";
      bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
    });
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    const program = ["Document", "Script", "Stylesheet", "Font"].reduce((sum, kind) => sum + (bytes[kind] ?? 0), 0);
    expect(bytes.Script ?? 0, "scripts were seen").toBeGreaterThan(10_000);
    expect(program, `${JSON.stringify(bytes)}`).toBeLessThan(400 * 1024);
    expect(bytes.Charts ?? 0).toBeLessThan(240 * 1024);
    expect(asked.length, asked.join("\n")).toBeLessThanOrEqual(requests);
    expect(asked.length - new Set(asked).size, `asked twice: ${asked.filter((a, i) => asked.indexOf(a) !== i).join(", ")}`).toBeLessThanOrEqual(2);
    await api.close();
  });
}
