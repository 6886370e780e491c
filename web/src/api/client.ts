import createClient, { type Middleware } from "openapi-fetch";

import { Problem } from "./problem";
import type { paths } from "./schema";

/** The operations of the server, typed by its OpenAPI document. An answer that is an error is thrown as a Problem. */
export const api = createClient<paths>({ baseUrl: "/", querySerializer: { array: { style: "form", explode: true } } });

const ours: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", "1"); // no other site can set a header
    return request;
  },
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return response;
    const problem = new Problem(response.status, await response.json().catch(() => ({ title: response.statusText })));
    if (problem.code === "not-signed-in") signIn();
    throw problem;
  },
  onError({ error }) {
    throw error instanceof Problem ? error : Problem.network(error);
  },
};
api.use(ours);

/** Leaves for the page where people sign in, which comes back here. */
export function signIn() {
  location.assign("/sign-in?" + new URLSearchParams({ return_to: location.pathname + location.search }).toString());
}

/** The address of a file of the API, for links that download. */
export function fileAddress(path: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  return "/api/v1" + path + (given.length ? "?" + new URLSearchParams(given).toString() : "");
}
