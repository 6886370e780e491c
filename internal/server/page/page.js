// What all pages with forms have in common: texts, requests, and where errors are shown.

const words = JSON.parse(document.getElementById("words").textContent);
const locale = navigator.languages.find((l) => l.startsWith(document.documentElement.lang)) ?? document.documentElement.lang;

// has tells whether there is a text.
export const has = (key) => key in words;

// say is a text, with values in the place of {names}.
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// when is a time as people write it, in their own time zone.
export const when = (time) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

export const at = (id) => document.getElementById(id);

// linkToken is what stands behind # in a link; it reaches no server by itself.
export const linkToken = () => decodeURIComponent(location.hash.slice(1));

// Refused is an answer of the server that is an error.
export class Refused extends Error {
  constructor(status, problem, seconds) {
    super(problem.detail ?? String(status));
    Object.assign(this, { status, code: problem.code ?? "failed", errors: problem.errors ?? [], seconds });
  }
}

// send sends JSON and returns the answer.
export async function send(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, { code: "network", detail: say("wrong-network") });
  }
  if (answer.ok) return answer;
  throw new Refused(answer.status, await answer.json().catch(() => ({})), answer.headers.get("Retry-After") ?? "");
}

// call asks for an operation.
export const call = async (method, path, body) => (await send(method, "/api/v1" + path, body)).json();

// explain is an error in words: those of the page's language, where it has some for
// the code, else those of the server.
export function explain(error) {
  if (error instanceof Refused) {
    const key = "code-" + error.code;
    return has(key) ? say(key, { seconds: error.seconds }) : error.message;
  }
  console.error(error);
  return say("code-failed");
}

// show writes a text into a place that was hidden, and hides it where there is none.
export function show(place, text) {
  place.textContent = text ?? "";
  place.hidden = !text;
}

// fieldsOfCodes are the fields that some codes are about.
const fieldsOfCodes = {
  "password-too-weak": "password", "email-invalid": "email", "email-taken": "email", "bad-code": "code",
};

function mark(input, text) {
  const place = at(input.id + "-wrong");
  if (!place) return false;
  show(place, text);
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return true;
}

// missing is what is wrong with a field before it is sent.
function missing(input) {
  const v = input.validity;
  if (v.valueMissing) return say("wrong-required");
  if (input.type === "email" && v.typeMismatch) return say("wrong-email");
  if (v.tooShort || (input.minLength > 0 && [...input.value].length < input.minLength)) return say("wrong-short");
  if (input.type === "number" && !v.valid) return say("wrong-days");
  return "";
}

// onSubmit calls work with the values of a form. What is wrong is shown beside the
// field that it is about, or above the form, and the keyboard is there.
export function onSubmit(form, work) {
  const inputs = [...form.elements].filter((e) => e.name && e.type !== "radio" && e.type !== "checkbox");
  const wrong = form.querySelector("[data-wrong]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(wrong);
    const bad = inputs.filter((input) => {
      const text = missing(input);
      mark(input, text);
      return text;
    });
    if (bad.length > 0) return bad[0].focus();
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((b) => (b.disabled = true));
    try {
      await work(Object.fromEntries(inputs.map((i) => [i.name, i.value])));
    } catch (error) {
      fault(form, inputs, wrong, error);
    } finally {
      buttons.forEach((b) => (b.disabled = false));
    }
  });
}

function fault(form, inputs, wrong, error) {
  const texts = new Map();
  for (const e of error.errors ?? []) texts.set((e.location ?? "").replace(/^body\./, ""), e.message);
  if (fieldsOfCodes[error.code]) texts.set(fieldsOfCodes[error.code], explain(error));
  const marked = inputs.filter((i) => texts.has(i.name) && mark(i, texts.get(i.name)));
  if (marked.length > 0) return marked[0].focus();
  show(wrong, explain(error));
  if (["bad-credentials"].includes(error.code)) form.querySelector("input[type=password]")?.select();
}

// onClick calls work when a button is pressed, once at a time; errors go to place.
export function onClick(button, place, work) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    show(place);
    try {
      await work();
    } catch (error) {
      show(place, explain(error));
      place.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  });
}

// returnTo is where to go after signing in: a page of this server.
export function returnTo() {
  const wanted = new URLSearchParams(location.search).get("return_to") ?? "";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

// A link to the page in another language keeps what stands behind #, and the rest of the query.
for (const link of document.querySelectorAll("a.tongue")) {
  const query = new URLSearchParams(location.search);
  query.set("language", link.hreflang);
  link.href = "?" + query + location.hash;
}
