import { sum } from "../src/ui/decimal";
import { apiOf, choose, expect, expectForEverybody, test, Watch } from "./journey";

// A vendor that Sluice knows nothing of is billed to a project: the backend that knows it is
// declared, a service account is added by the form that it asks for, its bills are read, and
// the project's page has the price. The customer sees that price in the portal, and nothing
// of what the vendor charges. The vendor is examples/backend-hyper, whose months are made so
// that they can be worked out (mock.Rows); this works them out again.

const address = process.env.SLUICE_BACKEND ?? "";
const customer = "larkspur";
const project = `${customer}/shop`;
const [month, days] = lastMonth();

/** The month before this one, as 2026-10, and how many days it has. */
function lastMonth(): [string, number] {
  const now = new Date();
  const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0));
  return [end.toISOString().slice(0, 7), end.getUTCDate()];
}

/** An amount of millionths of a dollar, as text. */
const dollars = (millionths: number) => `${Math.trunc(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, "0")}`;

// What the vendor charges for its accounts web, lab and archive, in millionths of a dollar:
// 24 hours of a machine a day, 102 disks for d × 0.000125 on day d, the network of two of
// them, and a credit of 5, which is on no invoice before somebody says whose it is.
const compute = 3 * days * (1_250_000 + 50_000 * Number(month.slice(5)));
const storage = 102 * 125 * (days * (days + 1)) / 2;
const network = 2 * 9_990_000;
const rows = days * 3 + days * 102 + 2 + 1;
const tenMore = (millionths: number) => millionths * 11 / 10;
const price = { Compute: tenMore(compute), Storage: tenMore(storage), Network: tenMore(network) };
const total = price.Compute + price.Storage + price.Network;

/** Two digits after the point, as pages show dollars. */
const shown = (millionths: number) => new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(dollars(millionths) as Intl.StringNumericLiteral);
const monthName = new Intl.DateTimeFormat("en", { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));

interface Spend { to_date: { amount: string }; currency: string; day: string; services: { periods: string[]; rows: { service: string; cells: { amount: string }[] }[] } }

test.describe("a vendor of one's own", () => {
  test.describe.configure({ mode: "serial" });
  test.skip(!address, "journey_test.go starts the vendor");

  test("a backend is declared and asked what it is", async ({ page, signIn }) => {
    const owner = await apiOf(page, "owner");
    await owner.ask("POST", "/config/apply", { config: {
      customers: [{ id: customer, name: "Larkspur GmbH", price_book: "larkspur", units: [{ id: "shop", name: "Web shop" }] }],
      billing_groups: [{ id: "larkspur-main", customer, currency: "USD", claims: [] }],
      price_books: [{ id: "larkspur", rules: [{ name: "ten percent on all", match: {}, percent: "10" }] }],
    } });
    await signIn("owner");
    await page.goto("/console/backends?tab=backends");
    await page.getByRole("button", { name: "Add a backend" }).first().click();
    const form = page.getByRole("dialog", { name: "Add a backend" });
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("hyper-two");
    await form.getByRole("textbox", { name: "Address" }).fill("hyper.example.com");
    await expect(form).toContainText("Write grpc://host:port, grpcs://host:port or unix:///path");
    await form.getByRole("textbox", { name: "Address" }).fill(address);
    await choose(form.getByRole("combobox", { name: "Provider" }), "Another provider…");
    await form.getByRole("textbox", { name: "Its name" }).fill("Hyper Two");
    await expect(form.getByRole("textbox", { name: "Its id" })).toHaveValue("hyper-two");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form).toHaveCount(0);

    const card = page.getByRole("region", { name: "hyper-two", exact: true });
    await expect(card).toContainText(address);
    await card.getByRole("button", { name: "Verify hyper-two" }).click();
    await expect(card).toContainText("Hyper billing 1.0.0");
    await expect(card).toContainText("No service account has keys for it yet.");
    await expectForEverybody(page);
    await owner.close();
  });

  test("a service account is kept when the vendor takes its key, and its bills are read", async ({ page, signIn, watch }) => {
    watch.allow(/ 422 .*\/vendor-accounts\//, / 400 .*\/vendor-accounts\//);
    const owner = await apiOf(page, "owner");
    await signIn("owner");
    await page.goto("/console/backends/accounts/new?backend=hyper-two");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Hyper of the shop");
    await page.getByRole("textbox", { name: "Account", exact: true }).fill("acme-1");
    await page.getByRole("textbox", { name: "Email", exact: true }).fill("billing@acme.example");
    await page.getByRole("textbox", { name: "Key", exact: true }).fill("acme-key-for-trails"); // a slip of the pen
    await page.getByRole("combobox", { name: "Project" }).click();
    await page.getByRole("combobox", { name: "Project" }).fill("Larkspur");
    await page.getByRole("option", { name: "Web shop" }).click();
    await page.getByLabel(/^From/).fill(`${month}-01`);
    await page.getByRole("button", { name: "Verify and save" }).click();

    // The vendor's own sentence, at the keys.
    await expect(page.getByRole("main")).toContainText("the vendor answered 403 Forbidden: the key is not that of this account and e-mail");
    expect((await owner.get<{ items: { backend: string }[] }>("/vendor-accounts")).items.filter((a) => a.backend === "hyper-two")).toEqual([]);

    await page.getByRole("textbox", { name: "Key", exact: true }).fill("acme-key-for-trials");
    await page.getByRole("button", { name: "Verify and save" }).click();
    const main = page.getByRole("main");
    await expect(main).toContainText("hyper-two accepted the keys");
    await expect(main).toContainText("Larkspur GmbH › Web shop");
    await expect(main.getByRole("listitem").filter({ hasText: "acme-1" })).toContainText("Acme");
    await expectForEverybody(page);
    await page.getByRole("button", { name: "Read its bills now" }).click();
    await expect(page.getByText("2 months of sources were read")).toBeVisible(); // this one and the one before
    await page.getByRole("link", { name: "To the service accounts" }).click();

    const row = page.getByRole("row").filter({ hasText: "Hyper of the shop" });
    await expect(row).toContainText("Good");
    await expect(row).toContainText("less than an hour old");
    const loads = (await owner.get<{ loads: { payer: string; rows: number }[] }>(`/months/${month}`)).loads;
    expect(loads.filter((l) => l.payer.startsWith("hyper")).map((l) => l.rows)).toContain(rows);
    await owner.close();
  });

  test("the month is worked out, and the project has the price of it", async ({ page, signIn }) => {
    const owner = await apiOf(page, "owner");
    await signIn("owner");
    await page.goto(`/console/month?month=${month}`);
    await expect(page.getByRole("heading", { level: 1, name: monthName })).toBeVisible();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: /^Preview/ }).click();
    await expect(page.getByRole("main").getByRole("progressbar")).toHaveCount(0);
    await expect.poll(async () => (await owner.get<Spend>(`/spend?organization=${encodeURIComponent(project)}&day=${month}-${days}`)).to_date.amount, { timeout: 60_000 }).toBe(trimmed(dollars(total)));

    await page.goto(`/console/projects?month=${month}`);
    await page.getByRole("link", { name: "Web shop" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Web shop" })).toBeVisible();
    await expect(page.getByRole("region", { name: "The month in figures" })).toContainText(`$${shown(total)}`);
    const services = page.getByRole("region", { name: /^Services/ }).first();
    for (const [name, amount] of Object.entries(price)) await expect(services.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell").last()).toHaveText(shown(amount));
    const standing = page.getByRole("region", { name: "Billing accounts" }).first();
    await expect(standing.getByRole("row").filter({ hasText: "hyper" })).toContainText("Good");
    await expectForEverybody(page);

    // The sum of the services is that of the project, exactly.
    const told = await owner.get<Spend>(`/spend?organization=${encodeURIComponent(project)}&day=${month}-${days}`);
    expect(told.currency).toBe("USD");
    expect(sum(told.services.rows.map((r) => r.cells.at(-1)!.amount))).toBe(told.to_date.amount);
    await owner.close();
  });

  test("the customer sees the price in the portal, and nothing of the cost", async ({ page, signIn, browser, baseURL }) => {
    await signIn("owner");
    await page.goto(`/console/customers/${customer}?tab=people&invite=1`);
    const dialog = page.getByRole("dialog", { name: "Invite a user of Larkspur GmbH" });
    await dialog.getByRole("textbox", { name: "Email" }).fill(`mira-${Date.now()}@larkspur.example`);
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Mira Lindqvist");
    await dialog.getByRole("button", { name: "Invite a user" }).click();
    const link = await dialog.getByText(/\/invitation#/).innerText();

    const guest = await browser.newContext({ baseURL, locale: "en-US", timezoneId: "UTC" });
    const hers = await guest.newPage();
    const watch = new Watch(new URL(link).origin);
    watch.on(hers);
    const answers: string[] = [];
    hers.on("response", (r) => { if (r.url().includes("/api/v1/portal/")) void r.text().then((text) => answers.push(text)).catch(() => undefined); });
    await hers.goto(link);
    await hers.getByLabel("New password").or(hers.getByLabel("Password", { exact: true })).first().fill("lantern-fields-drift-quietly");
    await hers.getByRole("button", { name: "Join" }).click();
    await hers.waitForURL(/\/(account|portal)/);
    await hers.goto(`${new URL(link).origin}/portal/projects?month=${month}`);
    await expect(hers.getByRole("region", { name: "The month in figures" })).toContainText(`$${shown(total)}`);
    await hers.getByRole("region", { name: "Who spends it" }).getByRole("link", { name: "Web shop" }).first().click();
    await expect(hers.getByRole("heading", { level: 1, name: "Web shop" })).toBeVisible();
    await expect(hers.getByRole("region", { name: "The month in figures" })).toContainText(`$${shown(total)}`);
    const services = hers.getByRole("region", { name: /^Services/ }).first();
    for (const [name, amount] of Object.entries(price)) await expect(services.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell").last()).toHaveText(shown(amount));

    // What the vendor charges, of which price is ten percent more, is in no answer and on no page.
    const seen = answers.join("\n") + await hers.getByRole("main").innerText();
    expect(seen).toContain(`"${trimmed(dollars(price.Compute))}"`);
    for (const cost of [compute, storage, network, compute + storage + network, compute + storage + network - 5_000_000]) {
      expect(seen).not.toContain(`"${trimmed(dollars(cost))}"`);
      expect(seen).not.toContain(`$${shown(cost)}`);
    }
    expect((await hers.request.get(`/api/v1/spend?organization=${encodeURIComponent(project)}&measure=cost`)).status()).toBe(403);
    expect((await hers.request.get(`/api/v1/portal/spend?organization=${encodeURIComponent("hokuto")}`)).ok()).toBe(false);
    expect(watch.complaints).toEqual([]);
    await guest.close();
  });
});

/** Without zeros at the end, as the API writes amounts. */
const trimmed = (amount: string) => amount.replace(/\.?0+$/, "");
