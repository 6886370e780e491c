import { apiOf, expect, test } from "./journey";

// A month that is held, by a rate that nobody entered and an account that is nobody's,
// is freed, closed, proved and issued.

const month = "2026-09";
const account = "200000000020";
const home = "mirae-main"; // whose it was, and will be again

interface Declared { spec: { claims: { accounts: string[]; from?: string; to?: string }[] } }
interface Job { id: string; state: string; error?: { code: string } }
interface Document { id: string; number?: string; state: string; group: string; total: string; currency: string; issue_date?: string }
interface Status { proved: boolean; held: number; invoices: Record<string, number>; findings: { code: string; severity: string; subject: string; waived?: unknown }[] }

test("a month that is held is freed, closed and issued", async ({ page, signIn }) => {
  const owner = await apiOf(page, "owner");
  const before = (await owner.get<{ items: Document[] }>(`/invoices?period=${month}`)).items;
  const forced = `?force=true&reason=${encodeURIComponent("for the journey of the close")}`;
  const group = await owner.ask("GET", `/config/billing_groups/${home}`);
  const { spec } = await group.json() as Declared;
  await owner.ask("PUT", `/config/billing_groups/${home}${forced}`, {
    ...spec, claims: [...spec.claims.map((c) => ({ ...c, accounts: c.accounts.filter((a) => a !== account) })), { accounts: [account], to: `${month}-01` }],
  }, { "If-Match": group.headers().etag! });
  const rate = `/config/exchange_rates/${encodeURIComponent(`${month} USD TWD common`)}`;
  const declared = await owner.ask("GET", rate);
  expect((await declared.json() as { spec: { rate: string } }).spec.rate).toBe("30.405");
  await owner.ask("DELETE", rate + forced, undefined, { "If-Match": declared.headers().etag! });
  const held = await over(owner, await (await owner.ask("POST", `/months/${month}/close`, {})).json() as Job);
  expect(held.error?.code).toBe("held");

  await signIn("owner");
  await page.getByRole("navigation", { name: "Months" }).getByRole("button", { name: /^Sep 2026/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "September 2026" })).toBeVisible();
  await expect(page.getByText("September 2026 cannot be closed yet: something holds it.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "What holds it" })).toBeVisible();
  const hold = (text: string | RegExp) => page.getByRole("listitem").filter({ hasText: text });

  // The rate is entered where it is missed.
  const missing = hold("No exchange rate from USD to TWD for September 2026");
  await expect(missing).toContainText("meihua-main");
  await expect(missing).toContainText("30.12");
  const entry = missing.getByRole("textbox", { name: "Rate from USD to TWD" });
  await entry.fill("thirty");
  await missing.getByRole("button", { name: "Save rate" }).click();
  await expect(missing).toContainText("A number above 0");
  await entry.fill("30.405");
  await missing.getByRole("button", { name: "Save rate" }).click();
  await expect(missing).toHaveCount(0);

  // The account goes to the group whose it was before, as is proposed.
  await hold("An account belongs to nobody").getByRole("link", { name: "Assign it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "Nobody’s (1)" })).toBeChecked();
  const free = page.getByRole("region", { name: "Accounts that are nobody’s" }).first();
  await expect(free.getByRole("row").filter({ hasText: account })).toContainText(home);
  await page.getByRole("button", { name: "Take the proposal" }).click();
  const mapping = page.getByRole("dialog", { name: "Map accounts to billing groups" });
  await mapping.getByRole("button", { name: "From the beginning of September 2026" }).click();
  await mapping.getByRole("button", { name: "Check the rows" }).click();
  await expect(mapping.getByRole("row").filter({ hasText: account })).toContainText("new");
  await mapping.getByRole("button", { name: "Map 1 account" }).click();
  await expect(mapping).toHaveCount(0);

  // Closed, and proved: what is done is seen while it is done.
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Month", exact: true }).click();
  const step = page.getByRole("group", { name: "The next step" });
  await step.getByRole("button", { name: /^Close September 2026/ }).click();
  await expect(page.getByRole("main").getByRole("progressbar", { name: "Close a month" })).toBeVisible();
  await expect(page.getByText("September 2026 is closed and proved; its invoices are not all issued.")).toBeVisible({ timeout: 30_000 });
  const seal = page.getByRole("region", { name: "Certificate" });
  await seal.getByRole("button", { name: /Proved/ }).click();
  const proof = page.getByRole("dialog", { name: "Certificate of September 2026" });
  await expect(proof).toContainText("The residue is 0");
  await expect(proof.getByRole("row", { name: /^Residue/ }).getByRole("cell").last()).toHaveText("0 USD");
  await proof.getByRole("button", { name: "Close" }).click();

  // One draft is not as expected: it is looked at, and accepted.
  const odd = hold("株式会社北斗テクノロジー: 1 thing is not as expected");
  await expect(odd).toContainText("An account comes to nothing: 300000000020");
  await expect(step).toContainText("1 draft is left out: something about it is not as expected.");
  await odd.getByRole("button", { name: "Accept…" }).click();
  const accepting = page.getByRole("dialog", { name: "Is this draft right as it is?" });
  await expect(accepting).toContainText("¥226,457");
  await accepting.getByRole("textbox", { name: "Reason" }).fill("The account moved to the laboratory");
  await accepting.getByRole("button", { name: "Accept" }).click();
  await expect(odd).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Nothing holds it" })).toBeVisible();

  await step.getByRole("button", { name: `Issue ${before.length} documents` }).click();
  const issuing = page.getByRole("dialog", { name: `Issue ${before.length} documents of September 2026?` });
  await issuing.getByLabel("Issue date").fill("2026-10-05");
  await issuing.getByRole("button", { name: `Issue ${before.length} documents` }).click();
  await expect(page.getByText("September 2026 is issued; customers do not see all of it yet.")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Months" }).getByRole("button", { name: /Sep/ })).toContainText("Issued");

  // What was taken away came back: every total is as it was before, and has a number now.
  const { items } = await owner.get<{ items: Document[] }>(`/invoices?period=${month}`);
  expect(items.map(({ group, total, currency }) => ({ group, total, currency }))).toEqual(before.map(({ group, total, currency }) => ({ group, total, currency })));
  expect(items.map((d) => [d.group, d.state, d.issue_date])).toEqual(before.map((d) => [d.group, "issued", "2026-10-05"]));
  const numbers = items.map((d) => d.number ?? "");
  for (const number of numbers) expect(number).toMatch(/^INV-(\w+-)?2026-\d{6}$/);
  expect(new Set(numbers).size).toBe(before.length);
  const status = await owner.get<Status>(`/months/${month}`);
  expect(status).toMatchObject({ proved: true, held: 0, invoices: { issued: before.length } });
  expect(await owner.get<{ residues: string[]; preview?: boolean }>(`/months/${month}/certificate`)).toMatchObject({ residues: [] });

  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Invoices", exact: true }).click();
  for (const number of numbers) await expect(page.getByText(number, { exact: true })).toBeVisible();
  await owner.close();
});

/** The job when it is over. */
async function over(owner: Awaited<ReturnType<typeof apiOf>>, job: Job): Promise<Job> {
  let now = job;
  await expect.poll(async () => (now = await owner.get<Job>(`/jobs/${job.id}`)).state).toMatch(/done|failed|cancelled/);
  return now;
}
