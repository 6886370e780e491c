import type { Schema } from "../../../api/query";

export const steps = ["payer", "access", "find", "check", "history"] as const;
export type Step = (typeof steps)[number];

/** What is known of a source that is being added. It is kept in the address, so that it can be gone on with later; nothing of it is secret. */
export interface Wish {
  step: Step;
  provider: string;
  payer: string;
  by: "template" | "keys" | "known" | "environment";
  credential: string;
  /** The external id of the template that was made; it is in the template, and no secret. */
  external: string;
  url: string;
  kind: string;
  name: string;
}

export const providers = ["aws", "azure", "gcp", "oci", "alibaba"] as const;

/** Kinds of source by whose exports they are; the usual one first. */
export const kindsOf: Record<string, string[]> = {
  aws: ["aws-cur2", "focus", "aws-cur"], azure: ["azure", "focus", "partner-center"], gcp: ["google", "focus"], oci: ["focus"], alibaba: ["alibaba", "focus"],
};

const text = (params: URLSearchParams, name: string) => params.get(name) ?? "";

export function wishOf(params: URLSearchParams): Wish {
  const step = steps.find((s) => s === params.get("step")) ?? "payer";
  const provider = text(params, "provider") || "aws";
  const ways = waysOf(provider);
  return {
    step, provider, payer: text(params, "payer"), by: ways.find((w) => w === params.get("by")) ?? ways[0]!,
    credential: text(params, "credential"), external: text(params, "external"), url: text(params, "url"), kind: text(params, "kind"), name: text(params, "name"),
  };
}

export function paramsOf(wish: Wish): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value) params.set(name, value as string);
  return params;
}

/** How Sluice can come into a payer's account at a provider. */
export const waysOf = (provider: string): Wish["by"][] =>
  provider === "aws" ? ["template", "keys", "known", "environment"] : schemaOf(provider) ? ["keys", "known", "environment"] : ["environment", "known"];

/** Which credential opens a provider's buckets with keys. */
export const schemaOf = (provider: string): string => ({ aws: "aws-key", gcp: "google-key", azure: "azure-sas" })[provider] ?? "";

/** How far one may go: a step needs what those before it found. */
export function reachable(wish: Wish, step: Step): boolean {
  switch (step) {
    case "payer": return true;
    case "access": return wish.payer !== "";
    case "find": return wish.payer !== "" && (wish.by === "environment" || wish.credential !== "");
    default: return wish.name !== "" && wish.payer !== "";
  }
}

/** The address of one export that was found in a place. */
export function addressOf(place: string, report: Pick<Schema<"SourceReport">, "folder">): string {
  const folder = report.folder.replace(/^\/+|\/+$/g, "");
  const cloud = /^([a-z][a-z0-9+]*:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(place);
  if (cloud && !place.startsWith("file:")) return cloud[1]! + (folder ? `/${folder}` : "") + (cloud[2] ?? "");
  return folder ? `${place.replace(/\/+$/, "")}/${folder}` : place;
}

/** A name that no other source has. */
export function nameOf(wished: string, taken: string[]): string {
  const name = wished.normalize("NFKD").toLowerCase().replace(/[^a-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "exports";
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) if (!taken.includes(`${name}-${n}`)) return `${name}-${n}`;
}
