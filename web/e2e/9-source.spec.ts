import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { apiOf, choose, expect, expectForEverybody, test } from "./journey";

// Bills come in: exports that lie in a folder are found, declared, checked and loaded with
// their past, by the steps of the console; and customers with their units and settings are
// taken over from a file of another platform.

const folder = process.env.SLUICE_EXPORTS ?? "";
const payer = "333333333333";

/** What the generator says that a month's files come to. */
const made = (month: string) => JSON.parse(readFileSync(`${dirname(folder)}/${month}.json`, "utf8")) as { rows: number; unblended: string; by_account: Record<string, string> };

interface Load { payer: string; rows: number }

test("exports in a folder are found, declared, checked, and loaded with their past", async ({ page, signIn, watch }) => {
  watch.allow(/ 404 .*\/config\/sources\/north\)$/); // so the page learns that the name is free
  test.skip(!folder, "journey_test.go makes the exports");
  const owner = await apiOf(page, "owner");
  await signIn("owner");
  await page.goto("/console/sources");
  await page.getByRole("link", { name: "Add a source" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Add a source" })).toBeVisible();
  await page.getByText("A new payer", { exact: true }).click();
  await page.getByRole("textbox", { name: "Account id of the payer" }).fill("3333");
  await expect(page.getByText("An account of AWS has twelve digits")).toBeVisible();
  await page.getByRole("textbox", { name: "Account id of the payer" }).fill(payer);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Payer North");
  await page.getByRole("button", { name: "Next" }).click();

  await page.getByRole("radio", { name: "What the server has" }).click();
  await expect(page.getByRole("radio", { name: "What the server has" })).toBeChecked();
  await page.getByRole("button", { name: "Next" }).click();

  // A folder with nothing in it says so; then the right one.
  await page.getByRole("textbox", { name: "Bucket or folder" }).fill(`${folder}-elsewhere`);
  await page.getByRole("button", { name: "Find exports" }).click();
  await expect(page.getByRole("main")).toContainText(`${folder}-elsewhere`);
  await page.getByRole("textbox", { name: "Bucket or folder" }).fill(folder);
  await page.getByRole("button", { name: "Find exports" }).click();
  await expect(page.getByText("1 export was found")).toBeVisible();
  const found = page.getByRole("radio", { name: "sample" });
  await found.check();
  await expect(page.getByRole("radiogroup")).toContainText("2 months, Sep 2026 to Oct 2026");
  await expect(page.getByRole("radiogroup")).toContainText("AWS CUR");
  await expect(page.getByRole("combobox", { name: "Kind of export" })).toHaveValue("AWS CUR");
  await page.getByRole("textbox", { name: "Name of the source" }).fill("north");
  await page.getByRole("button", { name: "Declare the source and check it" }).click();

  // Each step says what is so. Exports by the day, as these are, do not do for commitments.
  const step = (name: string) => page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });
  await expect(step("By the hour")).toContainText("Fails", { timeout: 60_000 });
  await expect(step("By the hour")).toContainText(/none of \d+ lines of usage is of an hour.*make the export anew with hourly granularity/);
  await expect(page.getByRole("main")).toContainText(/steps? fails?: bills are kept away, or wrong/);
  for (const name of ["Folder", "Export", "Format", "Resource ids", "Payer"]) await expect(step(name)).toContainText("Fine");
  await expect(step("Export")).toContainText("sample has 2026-10");
  await expect(step("Format")).toContainText(`aws-cur in USD; ${made("2026-10").rows} rows were looked at`);
  await expect(step("Payer")).toContainText(`the rows are of ${payer}`);
  await expectForEverybody(page);
  expect((await owner.get<{ spec: object }>("/config/sources/north")).spec).toMatchObject({ name: "north", kind: "aws-cur", payer });
  await page.getByRole("button", { name: "Next" }).click();

  // The newest first; the month that is closed is passed over, and says so.
  await page.getByRole("button", { name: "Load past months" }).click();
  await expect(page.getByText("1 month was loaded")).toBeVisible({ timeout: 60_000 });
  const months = page.getByRole("region", { name: "Months" }).last().getByRole("row");
  await expect(months.filter({ hasText: "October 2026" })).toContainText("Loaded");
  await expect(months.filter({ hasText: "October 2026" })).toContainText(String(made("2026-10").rows));
  await expect(months.filter({ hasText: "September 2026" })).toContainText("Closed");
  await expect(months.nth(1)).toContainText("October 2026");
  await expectForEverybody(page);
  const { loads } = await owner.get<{ loads: Load[] }>("/months/2026-10");
  expect(loads.filter((l) => l.payer === payer)).toEqual([expect.objectContaining({ rows: made("2026-10").rows })]);

  await page.getByRole("link", { name: "To the sources" }).click();
  await expect(page.getByRole("row").filter({ hasText: "north" }).first()).toBeVisible();
  await owner.close();
});

const enterprises = `[あかつきクラウド株式会社]
reseller=true
currency_code=JPY

[Brightwater Ltd]
key_node=true
currency_code=USD
pricing_credential.amazon=444444444444
pricing_credential.amazon.secret=not-for-you
amazon_bucket=brightwater-billing
amazon_bucket_region=eu-west-1
amazon_bucket_prefix=cur
amazon_report_name=hourly
amazon_mpa=dedicated
amazon_price_factor=1.1
conversion_factor=0.92

[Brightwater Web]
above=Brightwater Ltd
credential.amazon=440000000001
credential.amazon.only_for_billing=true

[Brightwater Lab]
above=Brightwater Ltd
credential.amazon=440000000002
credential.amazon.only_for_billing=true
`;

test("customers and units are taken over from a file of another platform", async ({ page, signIn }) => {
  const owner = await apiOf(page, "owner");
  await signIn("owner");
  const before = await (await owner.ask("GET", "/config/reseller")).json() as object;
  await page.goto("/console/settings/configuration");
  await page.getByRole("link", { name: "Import from Abiquo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Import from Abiquo" })).toBeVisible();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "From a file…" }).click()]);
  await chooser.setFiles({ name: "enterprises.properties", mimeType: "text/plain", buffer: Buffer.from(enterprises) });
  await page.getByRole("button", { name: "Read it" }).click();

  // Of each property it is said what it becomes; a secret is not read.
  const notes = page.getByRole("region", { name: "What became of each property" });
  const note = (enterprise: string, property: string) => notes.getByRole("row").filter({ hasText: enterprise }).filter({ hasText: property });
  await expect(notes.getByRole("row").first()).toBeVisible();
  await expectForEverybody(page);
  await expect(note("Brightwater Ltd", "conversion_factor")).toContainText("By hand");
  await expect(note("Brightwater Ltd", "amazon_bucket_region")).toContainText("Taken");
  await expect(note("Brightwater Ltd", "price factor of amazon")).toContainText("percent: 10");
  await expect(note("Brightwater Web", "amazon_mpa")).toContainText("blended");
  await expect(notes.getByRole("row").filter({ hasText: "pricing_credential.amazon.secret" })).toContainText("Left out");
  const text = await page.getByRole("textbox", { name: "Configuration" }).inputValue();
  expect(text).not.toContain("not-for-you");
  expect(text).toContain("s3://brightwater-billing/cur/hourly?region=eu-west-1");
  // The reseller of the file is another installation's: what is declared of this one stays.
  await expect(page.getByRole("checkbox", { name: "Leave your own details as they are" })).toBeChecked();
  expect(text).not.toContain("reseller:");
  await page.getByRole("link", { name: "Compare and apply" }).click();

  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByRole("heading", { name: "9 changes" })).toBeVisible();
  await page.getByRole("button", { name: /in force…$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /in force$/ }).click();
  await expect(page.getByText(/changes are in force/)).toBeVisible();

  // They are there: the customer, and its units below it.
  expect(await (await owner.ask("GET", "/config/reseller")).json()).toEqual(before);
  await page.goto("/console/projects");
  const rows = page.getByRole("row");
  for (const name of ["Brightwater Web", "Brightwater Lab"]) await expect(rows.filter({ hasText: name })).toContainText("level 3");
  await expect(rows.filter({ hasText: "Brightwater Ltd" }).first()).toContainText("level 2");
  const { items } = await owner.get<{ items: { id: string; kind: string; parent?: string }[] }>("/organizations");
  expect(items.filter((o) => o.parent === "brightwater-ltd").map((o) => o.kind)).toEqual(["unit", "unit"]);

  // Which credential a unit's bills are read with: its customer's, since its own is for billing only.
  await page.goto("/console/settings/credentials");
  await choose(page.getByRole("combobox", { name: "Whose it is" }), "Brightwater Web");
  await expect(page.getByRole("listitem").filter({ hasText: "brightwater-ltd-aws-pricing" })).toContainText("Taken");
  await owner.close();
});
