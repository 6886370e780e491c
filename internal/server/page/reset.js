import { at, call, explain, linkToken, onSubmit, say, show } from "/page/page.js";

const token = linkToken();
try {
  if (token === "") throw say("link-no-token");
  const link = await call("GET", "/invitation?token=" + encodeURIComponent(token));
  show(at("for"), say("reset-for", link));
  at("email").value = link.email;
  at("form").hidden = false;
  at("password").focus();
} catch (error) {
  show(at("no-token"), typeof error === "string" ? error : explain(error));
}

onSubmit(at("form"), async ({ password }) => {
  await call("POST", "/password-reset", { token, password });
  location.replace("/sign-in#reset");
});
