import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { apiOf, expect, test } from "./journey";

// A customer finds out why the bill is another one than before, takes the paper, and
// leaves; one who sells on asks a colleague in and sees what selling earned.

type Words = Record<string, string>;
interface Overview { period: string; against: string; currencies: { currency: string; forecast: { amount: string }; last_month: string; difference: string; changes: { top: { account: string; service: string; change: string }[] } }[] }
interface Usage { items: { service: string; amount: string; currency: string }[] }
interface Bill { id: string; number: string; period: string; group: string; total: string; currency: string }

const words = (language: string, namespace: string): Words => JSON.parse(readFileSync(new URL(`../src/words/${language}/${namespace}.json`, import.meta.url), "utf8")) as Words;
const fixed = (amount: string, digits: number) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount.replace("-", "") as Intl.StringNumericLiteral);
const month = (language: string, period: string) => new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${period}-01T00:00:00Z`));
const exactly = (text: string) => new RegExp(`(?<![\\d,.])${text.replace(/[.$]/g, "\\$&")}(?![\\d,])`);

for (const [language, locale] of [["ja", "ja-JP"], ["en", "en-US"]] as const) {
  test.describe(language, () => {
    test.use({ locale });

    test(`a customer finds why the bill changed, in ${language}`, async ({ page, signIn, watch }) => {
      const [portal, overview, cost, explore, bill, ui] = ["portal", "overview", "cost", "explore", "bill", "ui"].map((n) => words(language, n)) as [Words, Words, Words, Words, Words, Words];
      const place = portal.place as unknown as Words;
      const rail = page.getByRole("navigation", { name: ui.rail });
      const hokuto = await apiOf(page, "hokuto");

      await signIn("hokuto");
      await expect(page.getByRole("heading", { level: 1, name: overview.title })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", language);

      // What will it be, and why: the sentences say the numbers of the API.
      const told = await hokuto.get<Overview>("/portal/overview?period=2026-10");
      const money = told.currencies[0]!;
      const answer = page.getByRole("region", { name: overview.answer });
      for (const amount of [money.forecast.amount, money.last_month, money.difference]) await expect(answer).toContainText(exactly(fixed(amount, 2)), { useInnerText: true });
      await expect(answer).toContainText(month(language, told.against));
      const reasons = answer.getByRole("listitem");
      await expect(reasons).toHaveCount(3);
      for (const [i, change] of money.changes.top.slice(0, 3).entries()) {
        await expect(reasons.nth(i)).toContainText(change.service);
        await expect(reasons.nth(i)).toContainText(exactly(fixed(change.change, 2)), { useInnerText: true });
      }

      // Into the account that the second sentence is about, and there into the service.
      const { account, service } = money.changes.top.find((c) => !c.change.startsWith("-"))!;
      const name = (await page.getByRole("link", { name: new RegExp(account) }).count()) ? account : await nameOf(hokuto, account);
      await page.getByRole("link", { name, exact: true }).click();
      await expect(page.getByRole("heading", { level: 1, name: cost.title })).toBeVisible();
      const sums = await hokuto.get<Usage>(`/portal/usage?period=2026-10&by=service&where=account:in:${account}`);
      const sum = sums.items.find((s) => s.service === service)!;
      const into = page.getByRole("button", { name: explore.goInto!.replace("{{value}}", service) });
      await expect(page.getByRole("row").filter({ has: into })).toContainText(exactly(fixed(sum.amount, 2)), { useInnerText: true });
      await into.click();
      const trail = page.getByRole("navigation", { name: explore.trail });
      await expect(trail).toContainText(service);
      await expect(page.getByRole("region", { name: explore.chart, exact: true })).toContainText(exactly(fixed(sum.amount, 2)), { useInnerText: true });
      await page.goBack();
      await expect(trail).toHaveCount(0);

      // The invoice beside that of the month before.
      await rail.getByRole("link", { name: place.invoices, exact: true }).click();
      const bills = (await hokuto.get<{ items: Bill[] }>("/portal/invoices")).items;
      const [is, was] = ["2026-08", "2026-07"].map((p) => bills.find((b) => b.id === `${p}/hokuto-main`)!) as [Bill, Bill];
      await page.getByRole("row").filter({ hasText: is.number }).getByText(is.number).click();
      await expect(page.getByRole("heading", { level: 1, name: is.number })).toBeVisible();
      await expect(page.getByRole("article")).toContainText(exactly(fixed(is.total, 0)), { useInnerText: true });
      const difference = exactly(fixed(String(Number(was.total) - Number(is.total)), 0)); // whole yen
      await expect(page.getByRole("heading", { name: bill.compare!.replace("{{month}}", month(language, was.period)) })).toBeVisible();
      await expect(page.getByRole("paragraph").filter({ hasText: month(language, was.period) }).filter({ hasText: difference })).toHaveCount(1);

      await paper(page, bill.pdf!, is.number);

      await page.getByRole("button", { name: /佐藤 健/ }).click();
      await page.getByRole("menuitem", { name: (ui.person as unknown as Words).signOut }).click();
      await expect(page).toHaveURL(/\/sign-in/);
      watch.allow(/ 401 .*\/api\/v1\/me\)$/); // that is how the page learns of it
      await page.goto("/portal/overview");
      await expect(page).toHaveURL(/\/sign-in/); // nothing is open any more
      await hokuto.close();
    });
  });
}

/** The name that an account has in the list of sums. */
async function nameOf(api: Awaited<ReturnType<typeof apiOf>>, account: string): Promise<string> {
  const named = await api.get<{ items: { account_name: string }[] }>(`/portal/usage?period=2026-10&by=account_name&where=account:in:${account}`);
  return named.items[0]?.account_name || account;
}

/** Downloads the PDF, which is one, and has the number of the document in its text. */
async function paper(page: Page, link: string, number: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link, exact: true }).click()]);
  const file = await download.path();
  const bytes = readFileSync(file);
  expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
  expect(bytes.length).toBeGreaterThan(10_000);
  expect(download.suggestedFilename()).toMatch(/\.pdf$/);
  try {
    expect(execFileSync("pdftotext", [file, "-"], { encoding: "utf8" })).toContain(number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // without the program, the beginning of the file is all that is looked at
  }
}

test("a customer who sells on asks a colleague in, and sees what was earned", async ({ page, signIn, browser, baseURL }) => {
  const pinecrest = await apiOf(page, "pinecrest");
  await signIn("pinecrest");
  const rail = page.getByRole("navigation", { name: "Pages" });

  await rail.getByRole("link", { name: "Earnings", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Earnings" })).toBeVisible();
  const chosen = page.getByRole("combobox", { name: "Month" });
  await chosen.click();
  await page.getByRole("option", { name: "August 2026" }).click();
  await expect(chosen).toHaveValue("August 2026");
  const earned = (await pinecrest.get<{ totals: { margin: string; sold: string; bought: string; buyers: { group: string; margin: string }[] }[] }>("/portal/groups/pinecrest-main/margin?period=2026-08")).totals[0]!;
  const sums = page.getByRole("region", { name: "Earnings", exact: true });
  for (const amount of [earned.margin, earned.sold, earned.bought]) await expect(sums).toContainText(exactly(fixed(amount, 2)), { useInnerText: true });
  await expect(page.getByRole("region", { name: "By customer" }).getByRole("row", { name: /^Blue Harbor Health LLC/ })).toContainText(exactly(fixed(earned.buyers[0]!.margin, 2)), { useInnerText: true });

  const email = `ines-${Date.now()}@pinecrest.example`;
  await rail.getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Inés Duarte");
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  const once = page.getByRole("dialog", { name: "Inés Duarte is invited" });
  const link = await once.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await once.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: email })).toContainText("Invited");

  // She joins with the link, and sees the portal as a viewer does: nobody can be invited there.
  const guest = await browser.newContext({ baseURL, locale: "en-US" });
  const hers = await guest.newPage();
  await hers.goto(link);
  await expect(hers.getByRole("heading", { level: 1 })).toBeVisible();
  await hers.getByLabel("New password").or(hers.getByLabel("Password", { exact: true })).first().fill("lantern-fields-drift-quietly");
  await hers.getByRole("button", { name: "Join" }).click();
  await hers.waitForURL(/\/(account|portal)/);
  await hers.goto("/portal/");
  await expect(hers.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(hers.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "People", exact: true })).toHaveCount(0);
  await guest.close();

  // And is taken out again: the other journeys find the people as they were.
  await page.getByRole("button", { name: "More about Inés Duarte" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog", { name: "Remove Inés Duarte?" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: email })).toHaveCount(0);
  await pinecrest.close();
});
