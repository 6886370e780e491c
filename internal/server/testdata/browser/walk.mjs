// Walks through the pages as people do, in a real browser:
//   node walk.mjs CHROMIUM SET-UP-LINK [FOLDER FOR PICTURES]
// It prints the token that it has made. What is wrong ends it with an error.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";

const [executablePath, setUp, pictures] = process.argv.slice(2);
const origin = new URL(setUp).origin;
const email = "ann@example.com";
const password = "copper lantern fjord 88";

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, locale: "en-GB" });
const page = await context.newPage();

// No page complains, and none asks anything of another server. Answers that are
// errors, which these walks provoke, are told by the browser as well.
const complaints = [];
page.on("console", (m) => {
  if (["error", "warning"].includes(m.type()) && !m.text().startsWith("Failed to load resource")) complaints.push(m.text());
});
page.on("pageerror", (e) => complaints.push(String(e)));
page.on("request", (r) => {
  if (new URL(r.url()).origin !== origin && !r.url().startsWith("data:")) complaints.push("asked " + r.url());
});
page.on("dialog", (d) => d.accept());

async function picture(name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${name} is ${over} pixels wider than the window`);
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

// code is a one-time code of RFC 6238, steps of 30 seconds from now.
function code(seed, steps) {
  const bits = [...seed].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const sum = createHmac("sha1", key).update(counter).digest();
  const at = sum[19] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const wrong = (id) => page.locator(`#${id}-wrong`);
// Who is signed in lands in the console, or on the account after the set-up.
const signedIn = async () => {
  await page.waitForURL((url) => url.pathname === "/account" || url.pathname.startsWith("/console/"));
  await page.goto(origin + "/account");
  await page.locator("#signed-in").waitFor();
};

// The owner, with everything left out and a weak password first.
await page.goto(setUp);
await page.click("form button");
assert.equal(await wrong("name").innerText(), "This is missing.");
assert.equal(await page.evaluate(() => document.activeElement.id), "name");
await page.fill("#name", "Ann Owner");
await page.fill("#email", email);
await page.fill("#password", "password1234");
await page.click("form button");
await wrong("password").waitFor();
assert.equal(await page.getAttribute("#password", "aria-invalid"), "true");
await picture("set-up");
await page.fill("#password", password);
await page.keyboard.press("Enter");
await signedIn();
assert.equal(await page.innerText("h1"), "Ann Owner");

// A token, by the keyboard alone.
await page.fill("#token-name", "walk");
await page.focus("#token-days");
await page.keyboard.press("Enter");
await page.locator("#fresh").waitFor();
const token = (await page.textContent("#fresh-token")).trim();
assert.match(token, /^slu_/);
await picture("token");

// A bounded one, which is ended again.
await page.click("#token-new summary");
await page.fill("#token-name", "bounded");
await page.check("input[name=bounded][value=yes]");
await page.check("input[value='audit.read']");
await page.click("#token-form button");
await page.getByText("bounded to audit.read").waitFor();
await page.click("[aria-label='End: bounded']");
await page.getByText("The token has ended.").waitFor();
assert.equal(await page.locator("#tokens li").count(), 1);

// One-time codes, whose picture is not empty.
await page.click("#totp-on");
await page.locator("#totp-form").waitFor();
const seed = await page.innerText("#totp-seed");
const dark = await page.evaluate(() => {
  const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, 240, 240);
  return data.filter((v, i) => i % 4 === 0 && v < 128).length;
});
assert.ok(dark > 5000, `the QR code has ${dark} dark pixels`);
await picture("totp");
await page.fill("#totp-code", "000000");
await page.click("#totp-form button");
await wrong("totp-code").waitFor();
await page.fill("#totp-code", code(seed, 0));
await page.click("#totp-form button:not(.quiet)");
await page.locator("#recovery").waitFor();
const recovery = (await page.innerText("#recovery-codes")).trim().split("\n");
assert.equal(recovery.length, 10);

// A passkey of a device that says it has seen its user.
const devtools = await context.newCDPSession(page);
await devtools.send("WebAuthn.enable");
await devtools.send("WebAuthn.addVirtualAuthenticator", {
  options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
});
await page.fill("#passkey-name", "laptop");
await page.click("#passkey-form button");
await page.getByText("The passkey was added.").waitFor();
assert.equal(await page.locator("#passkeys li", { hasText: "laptop" }).count(), 1);
await picture("account");

// Out and in: a wrong password, then the right one with a recovery code.
await page.click("#sign-out");
await page.waitForURL(origin + "/sign-in");
await page.getByText("You are signed out.").waitFor();
await page.fill("#email", email);
await page.fill("#password", "not the password at all");
await page.click("#form button");
await page.getByText("E-mail address or password are wrong.").waitFor();
await page.fill("#password", password);
await page.click("#form button");
await page.locator("#code").waitFor();
await picture("second-factor");
await page.fill("#code", recovery[0]);
await page.click("#factor button");
await signedIn();

// In with the passkey, to where one wanted to go.
await page.click("#sign-out");
await page.waitForURL(origin + "/sign-in");
await page.goto(origin + "/sign-in?return_to=/docs/problems");
await page.locator("#passkey").click();
await page.waitForURL(origin + "/docs/problems");
await page.goto(origin + "/sign-in?return_to=//example.com/");
await page.locator("#passkey").click();
await signedIn();

// Another password, and the rest of the account.
await page.fill("#current", password);
await page.fill("#password", password + " 9");
await page.click("#password-form button");
await page.getByText("The password is changed.").waitFor();
assert.equal(await page.locator("#sessions li").count(), 1);
await page.click("#totp-off");
await page.getByText("Turned off.").waitFor();

// In Japanese, on a phone: what stands behind # stays.
await page.setViewportSize({ width: 390, height: 844 });
await picture("account-phone");
await page.goto(setUp);
await page.click("a[hreflang=ja]");
await page.waitForURL(/language=ja/);
assert.equal(new URL(page.url()).hash, new URL(setUp).hash);
assert.equal(await page.getAttribute("html", "lang"), "ja");
await page.fill("#name", "安");
await page.fill("#email", "an@example.jp");
await page.fill("#password", password);
await page.click("form button");
await page.getByText("初期設定は済んでいます").waitFor();
await picture("set-up-ja");
await page.goto(origin + "/sign-in");
await picture("sign-in-ja");

// The documentation, at both widths; the search.
for (const width of [390, 1280]) {
  await page.setViewportSize({ width, height: 850 });
  for (const path of ["/docs", "/docs/invoices", "/docs/people#invite-user", "/docs/problems#held"]) {
    await page.goto(origin + path);
    await picture(`docs${path.slice(5).replace(/\W/g, "-")}-${width}`);
  }
}
await page.keyboard.press("/");
await page.keyboard.type("close post");
await page.locator("#contents a[href='/docs/months#close-month']").waitFor();
assert.ok((await page.locator("#contents .subject a:visible").count()) < 20, "the search leaves too much");

await browser.close();
assert.deepEqual(complaints, []);
console.log(token);
