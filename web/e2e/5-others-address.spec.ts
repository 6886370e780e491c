import type { Page, Response } from "@playwright/test";

import { apiOf, expect, type Person, test } from "./journey";

// A customer who types the address of another: it is as little there as one that does
// not exist, word for word, and nothing of the other's comes over the wire.

interface Named { id: string; name?: string }
interface Bill { id: string; group: string; number?: string; total: string; buyer: string }
interface Known { own: string[]; others: string[] }

test.use({ locale: "en-US" });

test("a customer's address bar opens nothing of another customer", async ({ page, signIn, watch }) => {
  const known = await strangers(page, "hokuto", ["hokuto", "hokuto-main", "hokuto-lab"]);
  const said = listen(page);
  watch.allow(/status of 40[34]/);
  await signIn("hokuto");
  const me = await page.evaluate(async () => (await fetch("/api/v1/me")).status);
  expect(me).toBe(200);

  // Pages of documents: of another customer, and of nobody.
  const missing = await content(page, "/portal/invoices/2026-08%2Fnobody-main");
  expect(missing).toContain("There is no such page");
  for (const id of ["2026-08/kestrel-main", "2026-08/pinecrest-main", "2026-08/blueharbor-main", "2026-09/hokuto-main" /* its own draft, not published */]) {
    expect(await content(page, `/portal/invoices/${encodeURIComponent(id)}`), id).toBe(missing);
  }
  const statement = await content(page, "/portal/account-statement?group=nobody-main");
  for (const group of ["kestrel-main", "pinecrest-main"]) {
    expect((await content(page, `/portal/account-statement?group=${group}`)), group).toBe(statement);
  }
  const earnings = await content(page, "/portal/earnings?group=nobody-main");
  expect(await content(page, "/portal/earnings?group=pinecrest-main")).toBe(earnings);
  expect(earnings).toBe(missing);
  for (const path of ["people", "webhooks"]) expect(await content(page, `/portal/${path}`), path).toBe(missing);

  // The console: whoever has no part in it is in the portal at once.
  for (const path of ["month", "customers/kestrel", "invoices/2026-08%2Fkestrel-main", "settings/people"]) {
    await page.goto(`/console/${path}`);
    await expect(page).toHaveURL(/\/portal\//);
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  }

  // The API behind the pages, by the address bar: another's and nobody's answer alike.
  const pairs: [string, string][] = [
    ["/portal/invoices/2026-08%2F@-main", "invoice"],
    ["/portal/invoices/2026-08%2F@-main/file?format=pdf", "its file"],
    ["/portal/groups/@-main/statement?from=2026-01-01&to=2026-12-31", "statement of account"],
    ["/portal/groups/@-main/focus?period=2026-08", "FOCUS"],
    ["/portal/groups/@-main/margin?period=2026-08", "earnings"],
    ["/portal/overview?period=2026-08&organization=@", "overview"],
    ["/portal/usage?period=2026-08&organization=@", "usage"],
    ["/portal/invoices?organization=@", "invoices of an organization"],
    ["/portal/commitments?period=2026-08&organization=@", "commitments"],
    ["/portal/fees?organization=@", "fees"],
  ];
  for (const [path, what] of pairs) {
    const nobody = await typed(page, path.replace("@", "nobody"));
    expect(nobody.status, `${what} of nobody`).toBeGreaterThanOrEqual(400);
    for (const other of ["kestrel", "pinecrest", "blueharbor"]) {
      const answer = await typed(page, path.replace("@", other));
      expect({ ...answer, what }, `${what} of ${other}`).toEqual({ ...nobody, what });
    }
  }
  const reseller = ["/customers", "/customers/kestrel", "/invoices", "/invoices/2026-08%2Fkestrel-main", "/billing-groups", "/accounts", "/users", "/months", "/config", "/audit", "/payments", "/ageing", "/search?q=kestrel", "/account-statements/kestrel"];
  for (const path of reseller) {
    const answer = await typed(page, path);
    expect([403, 404], `${path} answers ${answer.status}`).toContain(answer.status);
  }

  // Not by a filter of one's own usage either.
  const filtered = await typed(page, "/portal/usage?period=2026-08&organization=hokuto&by=account,group&where=group:in:kestrel-main");
  expect(filtered.status === 200 ? (JSON.parse(filtered.body) as { items: unknown[] }).items : []).toEqual([]);

  await nothingOf(known, await said());
});

test("who sells on sees those it sells to, and nobody else", async ({ page, signIn, watch }) => {
  const known = await strangers(page, "pinecrest", ["pinecrest", "pinecrest-main", "blueharbor", "blueharbor-main"]);
  const said = listen(page);
  watch.allow(/status of 40[34]/);
  await signIn("pinecrest");
  await content(page, "/portal/invoices/2026-08%2Fblueharbor-main");
  await expect(page.getByRole("heading", { level: 1, name: "INV-pinecrest-2026-000002" })).toBeVisible();
  const missing = await content(page, "/portal/invoices/2026-08%2Fnobody-main");
  for (const other of ["hokuto", "kestrel", "lumiere"]) expect(await content(page, `/portal/invoices/2026-08%2F${other}-main`), other).toBe(missing);
  for (const path of ["overview", "costs", "commitments", "invoices", "invoices?whose=sold", "fees", "earnings?month=2026-08", "people"]) await content(page, `/portal/${path}`);
  await nothingOf(known, await said());
});

/** What a page has to say, once it has all it asked for. */
async function content(page: Page, path: string): Promise<string> {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  await expect(page.getByRole("main")).not.toHaveText("");
  return page.getByRole("main").innerText();
}

/** The answer to an address of the API, without what differs from time to time: the id of the answer, and what was asked for. */
async function typed(page: Page, path: string): Promise<{ status: number; body: string }> {
  const { status, text } = await page.evaluate(async (address) => {
    const answer = await fetch(address);
    return { status: answer.status, text: await answer.text() };
  }, `/api/v1${path}`);
  const asked = /(nobody|kestrel|pinecrest|blueharbor)(-main)?/g;
  return { status, body: text.replace(/"instance":"[^"]*"/, "").replace(asked, "…") };
}

/** Keeps what the server answers to a page: the bodies of all documents and answers of the API. */
function listen(page: Page): () => Promise<{ url: string; body: string }[]> {
  const answers: Promise<{ url: string; body: string }>[] = [];
  page.context().on("response", (r: Response) => {
    if (!/\/api\/|\/portal\/|\/console\/|\/sign-in/.test(r.url()) || r.status() === 304) return;
    answers.push(r.text().then((body) => ({ url: r.url(), body }), () => ({ url: r.url(), body: "" }))); // one left before it was read
  });
  return () => Promise.all(answers);
}

/** Names, ids, document numbers and amounts of everybody who is not the customer's, by the lists of the owner; without those that its own things have too. */
async function strangers(page: Page, who: Person, own: string[]): Promise<Known> {
  const owner = await apiOf(page, "owner");
  const customer = await apiOf(page, who);
  const all = async <T>(path: string) => (await owner.get<{ items: T[] }>(path)).items;
  const bills = await all<Bill>("/invoices?limit=1000");
  const customers = await all<Named>("/customers?limit=1000");
  const groups = await all<Named & { claims?: { accounts?: string[] }[] }>("/billing-groups?limit=1000");
  const mine = bills.filter((b) => own.includes(b.group));
  const theirs = bills.filter((b) => !own.includes(b.group));
  const shared = JSON.stringify([await customer.get("/me"), await customer.get("/portal/invoices?limit=1000"), mine]);
  const accounts = (g: { claims?: { accounts?: string[] }[] }) => (g.claims ?? []).flatMap((c) => c.accounts ?? []);
  const ownAccounts = groups.filter((g) => own.includes(g.id)).flatMap(accounts);
  const others = [
    ...[...customers, ...groups].filter((x) => !own.includes(x.id)).flatMap((x) => [x.id, x.name ?? ""]),
    ...groups.filter((g) => !own.includes(g.id)).flatMap(accounts).filter((a) => !ownAccounts.includes(a)),
    ...theirs.flatMap((b) => [b.id, b.number ?? "", b.buyer, /^\d{4,}(\.\d+)?$|\.\d\d$/.test(b.total) ? `"${b.total}"` : ""]),
  ].filter((word) => word.length > 3 && !shared.includes(word));
  await owner.close();
  await customer.close();
  return { own, others: [...new Set(others)] };
}

async function nothingOf({ own, others }: Known, answers: { url: string; body: string }[]): Promise<void> {
  expect(others.length).toBeGreaterThan(50);
  expect(answers.filter((a) => own.some((word) => a.body.includes(word))).length, "answers that are about the customer").toBeGreaterThan(0);
  const leaks = answers.flatMap(({ url, body }) => {
    // An answer may repeat what was asked for, and no more.
    const address = decodeURIComponent(url);
    return others.filter((word) => body.includes(word) && !address.includes(word)).map((word) => `${word} in ${url}`);
  });
  expect(leaks, "words of others").toEqual([]);
}
