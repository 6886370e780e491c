import { at, call, explain, onClick, onSubmit, returnTo, say, show } from "/page/page.js";
import * as passkey from "/page/passkey.js";

// What stands behind # says where somebody comes from: #pending=… from a provider,
// which leaves the second factor to be given here; #problem=… from one that failed.
const from = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, "", location.pathname + location.search);
let pending = from.get("pending") ?? "";
if (from.has("reset")) show(at("message"), say("sign-in-reset"));
if (from.has("signed-out")) show(at("message"), say("signed-out"));
if (from.has("problem")) show(at("problem"), say("code-" + from.get("problem")));

const entered = () => location.replace(returnTo());

// second asks for the second factor.
function second() {
  at("form").hidden = true;
  at("ways").hidden = true;
  at("factor").hidden = false;
  at("code").focus();
}
if (pending) second();

onSubmit(at("form"), async ({ email, password }) => {
  const answer = await call("POST", "/sign-in", { email, password });
  if (!answer.pending) return entered();
  pending = answer.pending;
  second();
});

onSubmit(at("factor"), async ({ code }) => {
  await call("POST", "/sign-in/second-factor", { pending, code: code.trim() });
  entered();
});

at("again").addEventListener("click", () => location.reload());

onClick(at("passkey"), at("problem"), async () => {
  await passkey.signIn();
  entered();
});

try {
  const ways = await call("GET", "/sign-in");
  at("passkey").hidden = !ways.passkey || !passkey.supported();
  for (const p of ways.providers) {
    const link = document.createElement("a");
    link.className = "quiet";
    // Providers send people back to the server's own address, which must have begun it.
    link.href = (document.body.dataset.elsewhere ?? "") + "/api/v1/sign-in/sso/" + encodeURIComponent(p.id) + "?return_to=" + encodeURIComponent(returnTo());
    link.textContent = say("sign-in-with", p);
    at("providers").append(link);
  }
  at("ways").hidden = pending !== "" || (at("passkey").hidden && ways.providers.length === 0);
} catch (error) {
  show(at("problem"), explain(error));
}
