import { call, Refused, say } from "/page/page.js";

// Passkeys go between server and browser as JSON, in which bytes are base64url.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// supported tells whether there are passkeys here: they are of the server's own address alone.
export const supported = () => window.PublicKeyCredential !== undefined && document.body.dataset.elsewhere === undefined;

function decoded(options) {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (key[list]) key[list] = key[list].map((c) => ({ ...c, id: bytes(c.id) }));
  }
  return { publicKey: key };
}

function encoded(credential) {
  const from = credential.response;
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = text(from[name]);
  }
  if (from.getTransports) response.transports = from.getTransports();
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

// ask lets the browser do its part; that people cancel is not told from other reasons.
async function ask(work) {
  if (!supported()) throw new Refused(0, { code: "passkey", detail: say("passkey-unsupported") });
  try {
    return encoded(await work());
  } catch (error) {
    const key = error.name === "SecurityError" ? "passkey-unsupported" : "passkey-cancelled";
    throw new Refused(0, { code: "passkey", detail: say(key) });
  }
}

// add makes a passkey for who is signed in.
export async function add(name) {
  const { handle, options } = await call("POST", "/me/passkeys", { name });
  const response = await ask(() => navigator.credentials.create(decoded(options)));
  return call("PUT", "/me/passkeys", { handle, response });
}

// signIn signs in with a passkey.
export async function signIn() {
  const { handle, options } = await call("POST", "/sign-in/passkey");
  const response = await ask(() => navigator.credentials.get(decoded(options)));
  return call("PUT", "/sign-in/passkey", { handle, response });
}
