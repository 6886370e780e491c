import { sum } from "../src/ui/decimal";
import { apiOf, expect, test } from "./journey";

// An account is nobody's; the owner makes it a new customer's, and drafts the first
// invoice. Nothing is in force before the end of the wizard.

const account = "200000000017"; // of Grünwald until September
const month = "2026-10";

interface Declared { spec: { claims: { accounts: string[]; from?: string; to?: string }[] } }
interface Explored { items: { price: string; currency: string; by: { service: string; group: string } }[] }
interface Document { total: string; currency: string; state: string; document: string; accounts: { account: string; total: string }[] }

test("a new customer gets the account that is nobody's, and the first invoice", async ({ page, signIn }) => {
  const owner = await apiOf(page, "owner");
  const group = await owner.ask("GET", "/config/billing_groups/gruenwald-main");
  const { spec } = await group.json() as Declared;
  const claims = [...spec.claims.map((c) => ({ ...c, accounts: c.accounts.filter((a) => a !== account) })), { accounts: [account], to: `${month}-01` }];
  await owner.ask("PUT", "/config/billing_groups/gruenwald-main", { ...spec, claims }, { "If-Match": group.headers().etag! });

  await signIn("owner");
  await page.getByRole("navigation", { name: "Months" }).getByRole("button", { name: /^Oct 2026/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "October 2026" })).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Customers" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customers" })).toBeVisible();
  await page.getByRole("link", { name: "New customer" }).click();

  // The account waits here. It was another's before, so a first day is needed.
  await expect(page.getByRole("heading", { name: "Accounts of October 2026 that are nobody’s" })).toBeVisible();
  await page.getByRole("checkbox", { name: new RegExp(account) }).check();
  await expect(page.getByText("$13.71")).toBeVisible();
  const next = (step: string) => page.getByRole("button", { name: `Next: ${step}` });
  await expect(next("Customer and group")).toBeDisabled();
  await page.getByLabel("First day").fill(`${month}-01`);
  await expect(page.getByRole("row").filter({ hasText: account })).toContainText("free");
  await next("Customer and group").click();

  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Silverbirch Labs, Inc.");
  await page.getByRole("combobox", { name: "Country" }).click();
  await page.getByRole("combobox", { name: "Country" }).fill("United States");
  await page.getByRole("option", { name: "United States", exact: true }).click();
  await page.getByRole("textbox", { name: "Postal code" }).fill("80202");
  await page.getByRole("textbox", { name: "City" }).fill("Denver");
  await page.getByRole("textbox", { name: "Street and building" }).fill("17 Birch Street");
  await next("Invoice").click();

  // What is usual in that country is there already.
  await expect(page.getByRole("combobox", { name: "Currency" })).toHaveValue("USD");
  await expect(page.getByRole("combobox", { name: "Language" })).toHaveValue("English");
  await expect(page.getByRole("combobox", { name: "Template" })).toHaveValue("Buyers abroad");
  await next("First bill").click();

  const paper = page.getByRole("article", { name: /silverbirch-labs-main/ });
  await expect(paper).toContainText("Silverbirch Labs, Inc.");
  await expect(page.getByText("Customer silverbirch-labs", { exact: true })).toBeVisible();
  await expect(page.getByText(/1 account, from .*October 1|1 account, from .*Oct 1|1 account, from .*10\/1/)).toBeVisible();
  const previewed = await paper.getByRole("row", { name: /^Total/ }).last().innerText();
  await page.getByRole("button", { name: "Add the customer" }).click();

  await expect(page.getByRole("heading", { name: "Silverbirch Labs, Inc. is set up" })).toBeVisible();
  await page.getByRole("button", { name: "Draft now" }).click();
  await expect(page).toHaveURL(/\/groups\/silverbirch-labs-main\?.*tab=invoices/);
  const row = page.getByRole("region", { name: "Documents of the group" }).last().getByRole("row").filter({ hasText: "silverbirch-labs-main" });

  // Each service is rounded by itself; together they are what the account's usage costs.
  const { items } = await owner.get<Explored>(`/explore/rows?from=${month}&by=group,service&where=account:in:${account}`);
  expect(new Set(items.map((i) => i.by.group))).toEqual(new Set(["silverbirch-labs-main"]));
  const total = sum(items.map((i) => cents(i.price)));
  const drafted = await owner.get<Document>(`/invoices/${encodeURIComponent(`${month}/silverbirch-labs-main`)}`);
  expect(drafted).toMatchObject({ total, currency: "USD", state: "draft", document: "invoice" });
  expect(drafted.accounts.map((a) => [a.account, a.total])).toEqual([[account, total]]);

  await expect(row).toContainText(total);
  await row.click();
  await expect(page).toHaveURL(/\/invoices\//);
  const invoice = page.getByRole("article", { name: /silverbirch-labs-main/ });
  await expect(invoice).toContainText("Denver");
  await expect(invoice.getByRole("row", { name: /^Total/ }).last()).toContainText(total);
  expect(previewed).toContain(total);
  await owner.close();
});

/** To two digits, half up, without the detour by floating point. */
function cents(amount: string): string {
  const [whole = "0", rest = ""] = amount.split(".");
  const scaled = BigInt(whole + rest.slice(0, 2).padEnd(2, "0")) + (Number(rest[2] ?? 0) >= 5 ? 1n : 0n);
  const digits = scaled.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
