import { at, call, explain, onClick, onSubmit, Refused, say, send, show, when } from "/page/page.js";
import * as passkey from "/page/passkey.js";

const problem = at("problem");
const tell = (text) => show(at("message"), text);

async function me() {
  try {
    return await call("GET", "/me");
  } catch (error) {
    if (error.status === 401) location.replace("/sign-in?return_to=/account");
    throw error;
  }
}

// rows fills a list: each row has a title, lines below it, and a button.
function rows(list, things, none, row) {
  list.replaceChildren();
  for (const thing of things) {
    const { title, lines, button } = row(thing);
    const item = document.createElement("li");
    const text = item.appendChild(document.createElement("div"));
    text.append(title);
    for (const line of lines.filter(Boolean)) text.appendChild(document.createElement("small")).textContent = line;
    if (button) item.append(button);
    list.append(item);
  }
  if (things.length === 0) list.appendChild(document.createElement("li")).textContent = none;
}

// button does something to one row, after the question where there is one.
function button(label, about, question, work) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "quiet danger";
  b.textContent = label;
  b.setAttribute("aria-label", label + ": " + about);
  onClick(b, problem, async () => {
    if (!question || confirm(question)) await work();
  });
  return b;
}

async function all(path) {
  const items = [];
  for (let next = ""; ; ) {
    const page = await call("GET", path + "?limit=1000" + (next && "&cursor=" + encodeURIComponent(next)));
    items.push(...page.items);
    if (!(next = page.next)) return items;
  }
}

async function showTokens() {
  const tokens = await all("/me/tokens");
  at("first-steps").hidden = tokens.length > 0;
  if (tokens.length === 0) at("token-new").open = true;
  rows(at("tokens"), tokens, say("tokens-none"), (t) => ({
    title: t.name,
    lines: [
      say(t.used_at ? "token-until" : "token-unused", { expires: when(t.expires_at), used: t.used_at && when(t.used_at) }),
      t.scopes && say("token-bounded", { scopes: t.scopes.join(", ") }),
    ],
    button: button(say("revoke"), t.name, say("token-revoke-sure", t), async () => {
      await call("DELETE", "/me/tokens/" + encodeURIComponent(t.id));
      await showTokens();
      tell(say("token-revoked"));
    }),
  }));
}

// device is what a browser calls itself, as people know it.
function device(agent) {
  const browser = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([mark]) => agent.includes(mark));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"].find((name) => agent.includes(name));
  return browser ? [browser[1], system].filter(Boolean).join(", ") : agent;
}

async function showSessions() {
  const sessions = await all("/me/sessions");
  sessions.sort((a, b) => (a.seen_at < b.seen_at ? 1 : -1));
  rows(at("sessions"), sessions, "", (s) => ({
    title: device(s.user_agent) || s.method,
    lines: [say("session-line", { address: s.address, created: when(s.created_at), seen: when(s.seen_at) })],
    button: button(say("session-end"), device(s.user_agent), "", async () => {
      await call("DELETE", "/me/sessions/" + encodeURIComponent(s.id));
      await me();
      await showSessions();
    }),
  }));
}

async function showPasskeys() {
  rows(at("passkeys"), await all("/me/passkeys"), say("passkeys-none"), (p) => ({
    title: p.name,
    lines: [say("passkey-since", { created: when(p.created_at) })],
    button: button(say("remove"), p.name, say("passkey-remove-sure", p), async () => {
      await call("DELETE", "/me/passkeys/" + encodeURIComponent(p.id));
      await showPasskeys();
    }),
  }));
}

function showTOTP(on) {
  show(at("totp-state"), say(on ? "totp-is-on" : "totp-is-off"));
  at("totp-on").hidden = on;
  at("totp-off").hidden = !on;
  at("codes-renew").hidden = !on;
}

function showScopes(organizations) {
  const permissions = [...new Set(organizations.flatMap((o) => o.permissions))].sort();
  for (const p of permissions) {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "scope", value: p });
    label.append(box, " ", p);
    at("scopes").append(label);
  }
  for (const choice of at("token-form").elements.bounded) {
    choice.addEventListener("change", () => (at("scopes").hidden = choice.value === ""));
  }
}

function showCodes(codes) {
  at("recovery-codes").textContent = codes.join("\n");
  at("recovery").hidden = false;
  at("recovery").scrollIntoView({ block: "center" });
}

onSubmit(at("token-form"), async ({ name, days }) => {
  const order = { name, days: Number(days) };
  if (at("token-form").elements.bounded.value) {
    order.scopes = [...at("scopes").querySelectorAll("input:checked")].map((box) => box.value);
    if (order.scopes.length === 0) throw new Refused(0, { code: "scopes", detail: say("wrong-scopes") });
  }
  const made = await call("POST", "/me/tokens", order);
  at("fresh-token").textContent = made.secret;
  at("fresh-shell").textContent = document.body.dataset.branded !== undefined
    ? `curl -H "Authorization: Bearer ${made.secret}" ${location.origin}/api/v1/me`
    : `export SLUICE_SERVER=${location.origin}\nexport SLUICE_TOKEN=${made.secret}\nsluice status`;
  at("fresh").hidden = false;
  at("token-form").reset();
  at("scopes").hidden = true;
  at("token-new").open = false;
  await showTokens();
  at("fresh").scrollIntoView({ block: "center" });
});

for (const b of document.querySelectorAll("[data-copy]")) {
  b.addEventListener("click", async () => {
    const place = at(b.dataset.copy);
    try {
      await navigator.clipboard.writeText(place.textContent);
      tell(say("copied"));
    } catch {
      getSelection().selectAllChildren(place); // then the keyboard copies it
    }
  });
}

onClick(at("totp-on"), problem, async () => {
  const seed = await call("POST", "/me/totp");
  at("totp-seed").textContent = seed.seed;
  const picture = await send("POST", "/account/qr-code", { url: seed.url });
  const image = await createImageBitmap(await picture.blob());
  at("totp-picture").getContext("2d").drawImage(image, 0, 0);
  at("totp-on").hidden = true;
  at("totp-form").hidden = false;
  at("totp-code").focus();
});

at("totp-cancel").addEventListener("click", () => {
  at("totp-form").hidden = true;
  at("totp-on").hidden = false;
});

onSubmit(at("totp-form"), async ({ code }) => {
  const done = await call("PUT", "/me/totp", { code: code.replace(/\s/g, "") });
  at("totp-form").hidden = true;
  at("totp-form").reset();
  showTOTP(true);
  showCodes(done.recovery_codes);
  await showSessions();
});

onClick(at("totp-off"), problem, async () => {
  if (!confirm(say("totp-off-sure"))) return;
  await call("DELETE", "/me/totp");
  at("recovery").hidden = true;
  showTOTP(false);
});

onClick(at("codes-renew"), problem, async () => {
  if (confirm(say("codes-renew-sure"))) showCodes((await call("POST", "/me/recovery-codes")).recovery_codes);
});

onSubmit(at("passkey-form"), async ({ name }) => {
  await passkey.add(name);
  at("passkey-form").reset();
  await showPasskeys();
  tell(say("passkey-added"));
});

onClick(at("sessions-end"), problem, async () => {
  await call("DELETE", "/me/sessions");
  await showSessions();
  tell(say("sessions-ended"));
});

onSubmit(at("password-form"), async ({ current, password }) => {
  await call("PUT", "/me/password", { current, password });
  at("password-form").reset();
  await showSessions();
  tell(say("password-changed"));
  at("message").scrollIntoView({ block: "center" });
});

onClick(at("sign-out"), problem, async () => {
  await call("POST", "/sign-out");
  location.replace("/sign-in#signed-out");
});

try {
  const who = await me();
  at("sign-out").hidden = false;
  at("signed-in").hidden = false;
  show(at("who"), say("account-of", who));
  at("username").value = who.email ?? "";
  at("needs-factor").hidden = !who.needs_second_factor;
  showTOTP(who.has_totp === true);
  showScopes(who.organizations);
  rows(at("organizations"), who.organizations, say("organization-none"), (o) => ({ title: o.name || o.id, lines: [o.id, o.permissions.join(", ")] }));
  const { providers } = await call("GET", "/sign-in");
  at("links").hidden = providers.length === 0;
  for (const p of providers) {
    const link = document.createElement("a");
    link.className = "quiet";
    link.href = "/api/v1/sign-in/sso/" + encodeURIComponent(p.id) + "?link=1&return_to=/account";
    link.textContent = say("link-with", p);
    at("providers").append(link);
  }
  const parts = await Promise.allSettled([showTokens(), showPasskeys(), showSessions()]);
  const failed = parts.find((p) => p.status === "rejected");
  if (failed && !who.needs_second_factor) throw failed.reason;
} catch (error) {
  if (error.status !== 401) show(problem, explain(error));
}
