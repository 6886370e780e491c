import type { Page } from "@playwright/test";

import { apiOf, choose, expect, expectForEverybody, test, Watch } from "./journey";

// A customer's account comes under a payer: the reseller saves what opens the payer, invites,
// and sends the customer a page; the customer reads it without signing in and answers at AWS.
// The account is its billing group's from the day on which AWS says that it joined.
// Another one is declined, sent again, and expires. AWS is the stand-in of journey_test.go.

const payer = process.env.SLUICE_AWS_PAYER ?? "";
const account = "600000000001";
const other = "600000000002";

interface Declared { spec: { claims: { accounts: string[]; from?: string }[] } }
interface Invitation { id: string; state: string; target: string; handshake?: string; settled: boolean; replaced_by?: string }

/** What the customer, or time, does with an invitation at AWS. */
async function atAWS(does: "accept" | "decline" | "expire", handshake: string): Promise<void> {
  const answer = await fetch(`${process.env.SLUICE_AWS_CUSTOMER}/${does}?handshake=${handshake}`, { method: "POST" });
  expect(answer.ok, await answer.text()).toBe(true);
}

/** Who is in the payer's organization, and since which day, as AWS has it. */
const members = async () => await (await fetch(`${process.env.SLUICE_AWS_CUSTOMER}/members`)).json() as Record<string, string>;

test.describe("accounts of AWS", () => {
  test.describe.configure({ mode: "serial" });
  test.skip(!payer, "the models of AWS, which are third-party data, are not here");

  test("what opens the payer is saved when AWS takes it, and not before", async ({ page, signIn, watch }) => {
    watch.allow(/ 409 .*\/credentials\/payer-west\)$/); // the refusal that it is about
    const owner = await apiOf(page, "owner");
    await signIn("owner");
    await page.goto("/console/settings/credentials");
    await page.getByRole("button", { name: "Add a credential" }).first().click();
    const form = page.getByRole("dialog", { name: "Add a credential" });
    await form.getByRole("textbox", { name: "Id", exact: true }).fill("payer-west");
    await choose(form.getByRole("combobox", { name: "Kind" }), "Keys of AWS");
    await form.getByRole("textbox", { name: "Account", exact: true }).fill(payer);
    await form.getByRole("textbox", { name: "Access key id" }).fill("AKIAIOSFODNN7EXAMPLE");
    await form.getByRole("textbox", { name: "Secret access key" }).fill("wrong/secret/of/nobody/EXAMPLEEXAMPLEKEY");
    await form.getByRole("button", { name: "Verify and save" }).click();

    // AWS was asked really: it does not know this key, and nothing is saved.
    await expect(form).toContainText("AWS does not know the access key AKIAIOSFODNN7EXAMPLE of credential payer-west");
    await expect(form).toContainText("make a new key, and save the credential again");
    expect((await owner.get<{ items: { id: string }[] }>("/credentials")).items.map((c) => c.id)).not.toContain("payer-west");

    await form.getByRole("textbox", { name: "Access key id" }).fill(process.env.SLUICE_AWS_KEY!);
    await form.getByRole("textbox", { name: "Secret access key" }).fill(process.env.SLUICE_AWS_SECRET!);
    await form.getByRole("button", { name: "Verify and save" }).click();
    await expect(form).toHaveCount(0);
    const row = page.getByRole("row").filter({ hasText: "payer-west" });
    await expect(row).toContainText(payer);
    await expect(row).toContainText("Works");

    // The secret is in no answer any more.
    expect(JSON.stringify(await owner.get("/credentials"))).not.toContain(process.env.SLUICE_AWS_SECRET);
    await owner.close();
  });

  test("an account is invited, the customer accepts, and it is the group's from the day on which it joined", async ({ page, signIn, browser, baseURL }) => {
    const owner = await apiOf(page, "owner");
    await signIn("owner");
    const address = await invite(page, account, "Film archive");
    const id = page.url().split("/").pop()!;
    const sent = await owner.get<Invitation>(`/account-invitations/${id}`);
    expect(sent).toMatchObject({ target: account, state: "REQUESTED", settled: false });
    const standing = page.getByRole("main");
    await expect(standing).toContainText("Sent");
    await expect(standing).toContainText("the day on which it joins");
    await expectForEverybody(page);

    // The customer needs no password, and reads it in the language of its billing group.
    const guest = await browser.newContext({ baseURL, locale: "en-US", viewport: { width: 390, height: 844 } });
    const theirs = await guest.newPage();
    const watch = new Watch(new URL(address).origin);
    watch.on(theirs);
    await theirs.clock.install(); // a minute need not be waited for
    await theirs.goto(address);
    await expect(theirs.locator("html")).toHaveAttribute("lang", "ja");
    await expect(theirs.getByRole("heading", { level: 1 })).toContainText("AWS アカウントへの招待");
    await expect(theirs.getByRole("status")).toContainText("お客様の回答を待っています");
    await expect(theirs.getByRole("main")).toContainText(account);
    await expect(theirs.getByRole("main")).toContainText(payer);
    await expectForEverybody(theirs);

    // The account is not yet in, and asking changes nothing.
    await page.getByRole("button", { name: "Ask AWS now" }).click();
    await expect(page.getByText("0 invitations have changed")).toBeVisible();
    expect((await members())[account]).toBeUndefined();

    await atAWS("accept", sent.handshake!);
    await page.getByRole("button", { name: "Ask AWS now" }).click();
    await expect(page.getByText("1 invitation has changed")).toBeVisible();
    await expect(standing).toContainText("Accepted");
    const joined = (await members())[account]!;
    await expect(page.getByRole("definition").filter({ hasText: shown(joined) }).first()).toBeVisible();
    await expect(standing).toContainText("New in the group");
    await expectForEverybody(page);

    // The group has it from that day, and from no other.
    const { spec } = await owner.get<Declared>("/config/billing_groups/hokuto-main");
    expect(spec.claims.filter((c) => c.accounts.includes(account))).toEqual([expect.objectContaining({ accounts: [account], from: joined })]);
    await page.getByRole("link", { name: "hokuto-main" }).first().click();
    await expect(page).toHaveURL(/\/groups\/hokuto-main\?.*tab=accounts/);
    const claim = page.getByRole("row").filter({ hasText: account });
    await expect(claim).toContainText("Film archive");
    await expect(claim).toContainText(shown(joined));

    // The customer's page, which is open all the while, comes to know it by itself.
    await theirs.clock.runFor(60_000);
    await expect(theirs.getByRole("status")).toContainText(`承諾されました。アカウントは ${joined} から組織に属しています`);
    await theirs.getByRole("link", { name: "English" }).click();
    await expect(theirs.getByRole("status")).toContainText(`the account has been part of the organization since ${joined}`);
    expect(watch.complaints).toEqual([]);
    await guest.close();
    await owner.close();
  });

  test("an account that is in the organization is not invited twice", async ({ page, signIn, watch }) => {
    watch.allow(/ 409 .*\/account-invitations\)$/);
    await signIn("owner");
    await page.goto("/console/accounts/invitations/new");
    await choose(page.getByRole("combobox", { name: "Payer", exact: true }), /222222222222/);
    await page.getByRole("textbox", { name: "Account or e-mail address" }).fill(account);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await expect(page.getByRole("main")).toContainText(`account ${account} (Account ${account}) is in the organization of payer ${payer} since ${(await members())[account]} already`);
    await expect(page.getByRole("main")).toContainText("hokuto-main");
  });

  test("an invitation is declined, sent again, and expires; each says what to do", async ({ page, signIn, browser, baseURL }) => {
    const owner = await apiOf(page, "owner");
    const invitation = () => owner.get<Invitation>(`/account-invitations/${new URL(page.url()).pathname.split("/").pop()!}`);
    await signIn("owner");
    const first = await invite(page, other, "Studio");
    const declined = await invitation();
    await atAWS("decline", declined.handshake!);
    await page.getByRole("button", { name: "Ask AWS now" }).click();
    const main = page.getByRole("main");
    await expect(main).toContainText("Declined");
    await expect(main).toContainText("The customer has declined. Ask why, then send it again.");
    const guest = await browser.newContext({ baseURL });
    const theirs = await guest.newPage();
    await theirs.goto(first);
    await expect(theirs.getByRole("status")).toContainText("辞退されました");

    // Sent again with a page of its own; the old one says so.
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("dialog", { name: /^Send the invitation/ }).getByRole("button", { name: "Send again" }).click();
    const second = await once(page);
    expect(second).not.toBe(first);
    await expect.poll(async () => (await invitation()).id).not.toBe(declined.id);
    await theirs.reload();
    await expect(theirs.getByRole("status")).toContainText("代わりに新しい招待が送られました");

    await atAWS("expire", (await invitation()).handshake!);
    await page.getByRole("button", { name: "Ask AWS now" }).click();
    await expect(main).toContainText("Expired");
    await expect(main).toContainText("It was not accepted within AWS's time, 15 days. Send it again when the customer is ready.");
    await theirs.goto(second);
    await expect(theirs.getByRole("status")).toContainText("期限が切れました");
    await guest.close();

    // Nothing waits any more, and nobody got the account.
    await page.goto("/console/accounts/invitations?show=open");
    await expect(page.getByText("Nothing is open")).toBeVisible();
    expect((await members())[other]).toBeUndefined();
    expect((await owner.get<{ items: Declared[] }>("/config/billing_groups")).items.flatMap((g) => g.spec.claims.flatMap((c) => c.accounts))).not.toContain(other);
    await owner.close();
  });
});

const shown = (day: string) => new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

/** Invites an account for Hokuto, and returns the address of the customer's page. The page of the invitation is open then. */
async function invite(page: Page, target: string, name: string): Promise<string> {
  await page.goto("/console/accounts/invitations");
  await page.getByRole("link", { name: "Invite" }).first().click();
  await choose(page.getByRole("combobox", { name: "Payer", exact: true }), new RegExp(payer));
  await page.getByRole("textbox", { name: "Account or e-mail address" }).fill(target);
  await page.getByRole("textbox", { name: "Name of the account" }).fill(name);
  await choose(page.getByRole("combobox", { name: "Customer", exact: true }), "株式会社北斗テクノロジー");
  await choose(page.getByRole("combobox", { name: "Billing group", exact: true }), /hokuto-main/);
  await page.getByRole("button", { name: "Send the invitation" }).click();
  return once(page);
}

/** The address that is shown a single time; the page of the invitation is open then. */
async function once(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Send this address to the customer" });
  const address = await dialog.getByRole("textbox", { name: "The customer's page" }).inputValue();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page).toHaveURL(/\/accounts\/invitations\/[0-9A-Z]{26}$/);
  return address;
}
