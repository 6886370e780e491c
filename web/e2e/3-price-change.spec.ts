import { minus } from "../src/ui/decimal";
import { apiOf, expect, test } from "./journey";

// A price is changed in a month that is issued: what it would do is seen before, then
// it is in force, and the credit note is over what was foretold, to the cent.

const month = "2026-08";
const group = "kestrel-main";
const id = `${month}/${group}`;
const reason = "The discount that was agreed in August was left out";

interface Moved { before: string; after: string; difference: string }
interface Run { period: string; groups: { group: string; totals: (Moved & { currency: string; invoiced: Moved })[] }[]; proposals: { id: string; corrects: string; kind: string; currency: string; total: Moved }[] }
interface Document { id: string; document: string; state: string; total: string; currency: string; corrects?: string; number?: string }

test("a changed price is tried, put in force, and corrected by a note", async ({ page, signIn }) => {
  const owner = await apiOf(page, "owner");
  const documents = async () => (await owner.get<{ items: Document[] }>(`/invoices?period=${month}`)).items;
  const before = await documents();
  const invoice = before.find((d) => d.id === id)!;

  await signIn("owner");
  await page.getByRole("navigation", { name: "Months" }).getByRole("button", { name: /^Aug 2026/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "August 2026" })).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Prices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Price books" })).toBeVisible();
  await page.getByRole("link", { name: "kestrel", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "kestrel" })).toBeVisible();

  // Three percent less become five; the example that says otherwise is made anew.
  await page.getByRole("button", { name: "robots' servers", exact: true }).click();
  const rule = page.getByRole("dialog", { name: "Rule 1" });
  await expect(rule.getByRole("textbox", { name: "Percent" })).toHaveValue("-3");
  await rule.getByRole("textbox", { name: "Percent" }).fill("-5");
  await expect(rule.getByRole("textbox", { name: "It reads" })).toHaveValue(/service is AmazonEC2 → [-−]5%/);
  await rule.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText("changed, not saved")).toBeVisible();
  const bench = page.getByRole("region", { name: "Try a line" });
  await expect(bench).toContainText("price is 95, not 97");
  await bench.getByRole("button", { name: "Try example 1" }).click();
  await expect(bench).toContainText("100 before, −5%");
  await bench.getByRole("button", { name: "Keep as an example" }).click();
  await bench.getByRole("button", { name: "Remove example 1" }).click();
  await expect(bench).toContainText("all hold");

  // What it would do, before anything is in force.
  await page.getByRole("link", { name: "What would this do?" }).click();
  await expect(page.getByRole("checkbox", { name: "kestrel" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Compare with issued invoices" })).toBeChecked();
  await page.getByRole("button", { name: "Price August 2026" }).click();
  await expect(page.getByRole("heading", { name: "August 2026, before and after" })).toBeVisible({ timeout: 30_000 });
  const tried = new URL(page.url()).searchParams.get("run")!;
  const { result: run } = await owner.get<{ result: Run }>(`/jobs/${tried}`);
  const moved = run.groups.find((g) => g.group === group)!.totals[0]!;
  const note = run.proposals.find((p) => p.id === id)!;
  expect(run.groups.flatMap((g) => g.totals.filter((t) => !/^-?0(\.0+)?$/.test(t.difference)).map(() => g.group))).toEqual([group]);
  expect(note).toMatchObject({ kind: "credit", corrects: invoice.number, currency: "GBP", total: { before: invoice.total } });
  expect(minus(note.total.after, note.total.before)).toBe(note.total.difference);
  expect(note.total.difference).toMatch(/^-\d+\.\d+$/);

  const shown = (amount: string, digits = 2) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount.replace("-", "") as Intl.StringNumericLiteral);
  const chart = page.getByRole("figure", { name: "From before to after" });
  await chart.getByRole("button", { name: "Show as a table" }).click();
  await expect(chart.getByRole("row").filter({ hasText: group })).toContainText(shown(moved.difference));
  const table = page.getByRole("region", { name: "Differences" }).getByRole("region", { name: "Billing group" });
  const row = table.getByRole("row").filter({ hasText: group });
  for (const amount of [moved.before, moved.after, moved.difference, moved.invoiced.difference]) await expect(row).toContainText(shown(amount));
  const proposed = page.getByRole("region", { name: "Notes that would correct issued invoices" }).getByRole("row").filter({ hasText: invoice.number! });
  await expect(proposed).toContainText("credit note");
  for (const amount of [note.total.before, note.total.after, note.total.difference]) await expect(proposed).toContainText(shown(amount));
  expect(await documents()).toEqual(before); // nothing of it is in force

  // Put in force for months that are closed: with a reason.
  await page.getByRole("link", { name: "Save kestrel…" }).click();
  await page.getByRole("button", { name: "Review and save" }).click();
  const saving = page.getByRole("dialog", { name: "Save kestrel" });
  await expect(saving.getByRole("table", { name: "Differences by billing group" }).getByRole("row").filter({ hasText: group })).toContainText(shown(moved.difference), { timeout: 30_000 });
  await expect(saving).toContainText(/July 2026, August 2026.* are closed and would change/);
  await saving.getByRole("textbox", { name: "Reason" }).fill(reason);
  await saving.getByRole("button", { name: /^Save and change \d closed months$/ }).click();

  // The month needs a note: it is closed again, and the note is drafted.
  const needs = page.getByRole("dialog", { name: "kestrel is saved" }).getByRole("region", { name: "August 2026" });
  await expect(needs).toContainText("August 2026 must be closed again");
  await needs.getByRole("button", { name: "Close again" }).click();
  await page.getByRole("dialog", { name: "Close August 2026 again" }).getByRole("button", { name: "Close again" }).click();
  await expect(needs).toContainText("August 2026 is up to date", { timeout: 30_000 });
  await expect(needs).toContainText("1 note is drafted");
  const drafted = (await documents()).filter((d) => !before.some((b) => b.id === d.id));
  expect(drafted).toHaveLength(1);
  expect(drafted[0]).toMatchObject({ document: "credit-note", state: "draft", currency: "GBP", total: note.total.difference });
  expect((await documents()).filter((d) => d.state === "issued")).toEqual(before.filter((d) => d.state === "issued"));
  await expect(needs).toContainText(shown(note.total.difference));
  await needs.getByRole("link", { name: drafted[0]!.id }).click();
  await expect(page).toHaveURL(new RegExp(`/invoices/${encodeURIComponent(drafted[0]!.id)}`));
  const paper = page.getByRole("article", { name: new RegExp(drafted[0]!.id) });
  await expect(paper).toContainText(invoice.number!);
  await expect(paper.getByRole("row").last()).toContainText(shown(note.total.difference));
  await owner.close();
});
