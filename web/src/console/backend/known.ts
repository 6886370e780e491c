import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";

import { type RowOf, type Schema, useAll } from "../../api/query";

export type Account = RowOf<"/api/v1/vendor-accounts">;
export type Backend = RowOf<"/api/v1/backends">;
export type CredentialForm = RowOf<"/api/v1/credential-schemas">;
export type FormField = CredentialForm["fields"][number];
export type Pushed = RowOf<"/api/v1/pushed">;
export type Standing = Schema<"SourceStanding">;
export type Verified = Schema<"VerifiedBackend">;
export type Organization = RowOf<"/api/v1/organizations">;

/** What is read again after a service account, backend or rule was changed. */
export const touched = ["/api/v1/vendor-accounts", "/api/v1/backends", "/api/v1/credential-schemas", "/api/v1/config", "/api/v1/sources", "/api/v1/payers"];

/** Good data older than this many hours is said to be old: a server reads every night. */
const oldAfter = 48;

export type Condition = "failing" | "never" | "old" | "good";

/** How it stands with what is read. */
export function conditionOf(of: Pick<Standing, "failing" | "good_at" | "age_hours"> | undefined): Condition {
  if (of?.failing) return "failing";
  if (!of?.good_at) return "never";
  return (of.age_hours ?? 0) > oldAfter ? "old" : "good";
}

const worst: Condition[] = ["failing", "old", "never", "good"];

/** Those in trouble first; the others as they were. */
export const byTrouble = <T extends { standing?: Standing }>(all: T[]): T[] =>
  all.map((x, i) => ({ x, i, at: worst.indexOf(conditionOf(x.standing)) })).sort((a, b) => a.at - b.at || a.i - b.i).map(({ x }) => x);

/** The worst of several. */
export const worstOf = (all: Standing[]): Condition | undefined => worst.find((c) => all.some((s) => conditionOf(s) === c));

/** An age as people say it: hours up to two days, then days. */
export const ageOf = (hours: number): { unit: "hours" | "days"; count: number } => (hours < 48 ? { unit: "hours", count: hours } : { unit: "days", count: Math.floor(hours / 24) });

/** An id made of a name; what no id can have becomes a hyphen. */
export const idOf = (name: string): string => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);

/** One that is not taken yet. */
export function freeId(wished: string, taken: string[]): string {
  if (!wished || !taken.includes(wished)) return wished;
  for (let n = 2; ; n++) if (!taken.includes(`${wished}-${n}`)) return `${wished}-${n}`;
}

/** The customers and their units, and how they are called. */
export function useOrganizations() {
  const all = useAll("/api/v1/organizations");
  const byId = new Map((all.data?.rows ?? []).map((o) => [o.id, o]));
  return { all, rows: all.data?.rows ?? [], path: (id: string) => pathOf(byId, id) };
}

/** The names from the customer down to a unit. */
export function pathOf(byId: Map<string, Organization>, id: string): string[] {
  const names: string[] = [];
  for (let at = byId.get(id); at && names.length < 20; at = at.kind === "unit" ? byId.get(at.parent ?? "") : undefined) names.unshift(at.name);
  return names.length ? names : [id];
}

/** What a backend said when it was asked, or why it said nothing. */
export type Answered = { verified: Verified; problem?: undefined } | { verified?: undefined; problem: string };

/** What backends said when they were last asked, while the page is open. */
export function useVerified() {
  const queries = useQueryClient();
  const key = ["what backends said"];
  const said = useQuery<Record<string, Answered>>({ queryKey: key, queryFn: skipToken, initialData: {}, gcTime: Infinity });
  return { said: said.data ?? {}, keep: (name: string, answered: Answered) => queries.setQueryData<Record<string, Answered>>(key, (before) => ({ ...before, [name]: answered })) };
}
