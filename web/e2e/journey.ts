import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page, test as base } from "@playwright/test";

// Who is in the demo, as `sluice demo --serve` prints them.
export const people = {
  owner: { email: "owner@example.com", password: "amber-kettle-walks-north" },
  operator: { email: "operator@example.com", password: "violet-ladder-sings-twice" },
  pinecrest: { email: "admin@pinecrest.example", password: "copper-orchard-waits-below" },
  hokuto: { email: "viewer@hokuto.example", password: "marble-harbor-turns-seven" },
};

export type Person = keyof typeof people;

/** What a page must not do, as it is seen; a journey that provokes a refusal says so before. */
export class Watch {
  readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(private readonly origin: string) {}

  /** Of a refusal that the journey is about (an address that is not there), the browser writes to the console too. */
  allow(...what: RegExp[]): void {
    this.allowed.push(...what);
  }

  on(page: Page): void {
    page.on("console", (m) => { if (m.type() === "error") this.complain(`console: ${m.text()} (${m.location().url})`); });
    page.on("pageerror", (e) => this.complain(`error: ${e.message}`));
    page.on("request", (r) => { if (!r.url().startsWith(`${this.origin}/`) && !/^(blob|data|chrome|chrome-extension):/.test(r.url())) this.complain(`another origin: ${r.url()}`); });
    page.on("response", (r) => { if (r.status() >= 500) this.complain(`${r.status()}: ${r.url()}`); });
  }

  private complain(text: string): void {
    if (!this.allowed.some((a) => a.test(text))) this.complaints.push(text);
  }
}

/** A test whose pages are watched, and in which one signs in as a person does. */
export const test = base.extend<{ watch: Watch; signIn: (who: Person) => Promise<void> }>({
  watch: [async ({ context, baseURL }, use) => {
    const watch = new Watch(new URL(baseURL!).origin);
    context.on("page", (page) => watch.on(page));
    await use(watch);
    expect(watch.complaints, "what the pages complained of").toEqual([]);
  }, { auto: true }],

  signIn: async ({ page }, use) => {
    await use(async (who) => {
      if (!new URL(page.url(), "http://nowhere").pathname.startsWith("/sign-in")) await page.goto(`/sign-in?return_to=${who === "owner" || who === "operator" ? "/console/" : "/portal/"}`);
      await page.getByRole("textbox", { name: /^(E-mail address|メールアドレス)$/ }).fill(people[who].email);
      await page.getByLabel(/^(Password|パスワード)$/).fill(people[who].password);
      await page.getByRole("button", { name: /^(Sign in|サインイン)$/, exact: true }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      await expect(page.getByRole("main")).toBeVisible();
    });
  },
});

/** The API in the name of somebody, to arrange what a journey begins with, and to check exactly how it ended. */
export async function apiOf(page: Page, who: Person) {
  const context = await page.context().browser()!.newContext({ baseURL: new URL(page.url() === "about:blank" ? process.env.SLUICE_ORIGIN! : page.url()).origin });
  const signed = await context.request.post("/api/v1/sign-in", { data: people[who] });
  expect(signed.ok(), await signed.text()).toBe(true);
  const token = (await (await context.request.get("/api/v1/me")).json() as { csrf_token: string }).csrf_token;
  const ask = async (method: string, path: string, data?: unknown, headers: Record<string, string> = {}) => {
    const answer = await context.request.fetch(`/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": token, ...headers } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer;
  };
  return {
    ask,
    get: async <T>(path: string): Promise<T> => await (await ask("GET", path)).json() as T,
    close: () => context.close(),
  };
}

/** Chooses in a list by what it says. */
export async function choose(list: Locator, what: string | RegExp): Promise<void> {
  await list.click();
  await list.page().getByRole("option", { name: what }).first().click();
}

/** That a page, as a journey has come to it, is for everybody: by ear, by keyboard, and without scrolling sideways on a phone. */
export async function expectForEverybody(page: Page): Promise<void> {
  const usual = page.viewportSize()!;
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`), page.url()).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${page.url()}: pixels wider than a phone`).toBe(0);
  await page.setViewportSize(usual);
}

export { expect };
