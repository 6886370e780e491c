import { at, call, linkToken, onSubmit } from "/page/page.js";

const token = linkToken();
at("no-token").hidden = token !== "";

onSubmit(at("form"), async ({ name, email, password }) => {
  await call("POST", "/set-up", { token, name, email, password });
  await call("POST", "/sign-in", { email, password });
  location.replace("/account");
});
