import { at, call, explain, linkToken, onSubmit, say, show } from "/page/page.js";

const token = linkToken();
try {
  if (token === "") throw say("link-no-token");
  const link = await call("GET", "/invitation?token=" + encodeURIComponent(token));
  show(at("for"), say("invitation-for", link));
  at("email").value = link.email;
  at("name").value = link.name;
  at("form").hidden = false;
  at(link.name ? "password" : "name").focus();
} catch (error) {
  show(at("no-token"), typeof error === "string" ? error : explain(error));
}

onSubmit(at("form"), async ({ email, name, password }) => {
  await call("POST", "/invitation", { token, name, password });
  await call("POST", "/sign-in", { email, password });
  location.replace("/account");
});
