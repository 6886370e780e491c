import type { Schema } from "../../api/query";

export type Status = Schema<"PipelineStatus">;
export type Finding = Schema<"StoreFinding">;
export type Payer = Schema<"PipelinePayerReadiness">;
export type Document = Schema<"ListedInvoice">;
export type Needs = Schema<"DeskNeeds">;

/** All that is known of a month; what the person may not see is undefined. */
export interface Facts {
  period: string;
  status: Status;
  payers: Payer[];
  documents?: Document[];
  needs?: Needs;
  /** Who must have looked at a draft before it is issued: "required" or "four-eyes". */
  approval?: string;
}

const closedStates = ["closed", "restated"];
const ratedStates = ["rated", ...closedStates];
const isClosedState = (state: string) => closedStates.some((s) => state === s || state.startsWith(`${s} `));

/** How far a payer's month is. */
export function reached(payer: Payer): { collected: boolean; ready: boolean; rated: boolean; closed: boolean } {
  const rated = ratedStates.some((s) => payer.state === s || payer.state.startsWith(`${s} `));
  return { collected: payer.state !== "open", ready: payer.ready || rated, rated, closed: isClosedState(payer.state) };
}

export const isClosed = (status: Status): boolean => status.payers.length > 0 && status.payers.every((p) => isClosedState(p.state));

/** The findings that are in somebody's way: of the close, or of the issue of one draft. */
export const holding = (findings: Finding[]): Finding[] => findings.filter((x) => x.severity === "hold" && !x.waived);
export const unexpected = (findings: Finding[]): Finding[] => findings.filter((x) => x.stage === "approval" && x.severity !== "info" && !x.waived);

/** The payers whose month the provider has not closed, and nobody has waived that. */
export function unready({ status, payers }: Facts): Payer[] {
  const waived = (payer: string) => {
    const found = status.findings.filter((x) => x.code === "not-final" && x.subject.split(" ")[0] === payer);
    return found.length > 0 && found.every((x) => x.waived);
  };
  return payers.filter((p) => !p.ready && !reached(p).closed && !waived(p.payer));
}

export interface Drafts {
  /** Drafts nobody has looked at yet. */
  fresh: Document[];
  approved: Document[];
  /** Those that something unexpected keeps from being approved and issued. */
  blocked: Document[];
  issued: Document[];
  unpublished: Document[];
}

/** The month's documents by what is next for them. */
export function sorted({ status, documents = [] }: Facts): Drafts {
  const scopes = new Set(unexpected(status.findings).map((x) => x.scope));
  const drafts = documents.filter((d) => d.state === "draft");
  const issued = documents.filter((d) => d.state === "issued");
  const free = drafts.filter((d) => !scopes.has(d.group));
  return {
    fresh: free.filter((d) => d.standing.position !== "approved"),
    approved: free.filter((d) => d.standing.position === "approved"),
    blocked: drafts.filter((d) => scopes.has(d.group)),
    issued,
    unpublished: issued.filter((d) => !d.standing.published && d.standing.position !== "voided"),
  };
}

export type Step =
  | { kind: "load" | "close" | "again" | "settle" | "draft" | "done" }
  | { kind: "accept" | "approve" | "issue" | "publish"; documents: Document[] };

/** The next right step of a month: load, close, draft, approve, issue, publish. */
export function nextStep(facts: Facts): Step {
  const { status, needs } = facts;
  if (status.loads.length === 0 || unready(facts).length > 0) return { kind: "load" };
  if (holding(status.findings).length > 0) return { kind: "again" };
  if (status.rated && status.proved === false && !status.stale && !status.preview) return { kind: "settle" };
  if (!isClosed(status) || status.preview || status.groups?.length || status.stale || needs?.rating?.length) return { kind: isClosed(status) ? "again" : "close" };
  if (needs?.drafts?.some((d) => d.change !== "undraftable")) return { kind: "draft" };
  if (needs?.drafts?.length) return { kind: "settle" };
  const documents = sorted(facts);
  if (facts.approval === "required" || facts.approval === "four-eyes") {
    if (documents.fresh.length > 0) return { kind: "approve", documents: documents.fresh };
    if (documents.approved.length > 0) return { kind: "issue", documents: documents.approved };
  } else if (documents.fresh.length + documents.approved.length > 0) {
    return { kind: "issue", documents: [...documents.approved, ...documents.fresh] };
  }
  if (documents.blocked.length > 0) return { kind: "accept", documents: documents.blocked };
  if (documents.unpublished.length > 0) return { kind: "publish", documents: documents.unpublished };
  return { kind: "done" };
}

export interface MissingRate { from: string; to: string; groups: string[] }

/** The exchange rates that a month's invoices will ask for and nobody has entered. A common rate serves everybody; else every payer needs one, or every group. */
export function missingRates(
  period: string,
  providers: string[],
  payers: string[],
  groups: { id: string; currency: string }[],
  rates: { month: string; from: string; to: string; level: string; payer?: string; group?: string }[],
): MissingRate[] {
  const missing = new Map<string, MissingRate>();
  for (const from of providers) {
    for (const group of groups.filter((g) => g.currency !== from)) {
      const pair = rates.filter((r) => r.month === period && r.from === from && r.to === group.currency);
      const served = pair.some((r) => r.level === "common") || pair.some((r) => r.level === "group" && r.group === group.id)
        || (payers.length > 0 && payers.every((p) => pair.some((r) => r.level === "payer" && r.payer === p)));
      if (served) continue;
      const key = `${from} ${group.currency}`;
      const known = missing.get(key) ?? { from, to: group.currency, groups: [] };
      missing.set(key, { ...known, groups: [...known.groups, group.id] });
    }
  }
  return [...missing.values()];
}

/** Amounts by currency: totals of documents, which are never added across currencies. */
export function byCurrency(documents: Document[]): { currency: string; digits: number; totals: string[] }[] {
  const all = new Map<string, { currency: string; digits: number; totals: string[] }>();
  for (const d of documents) {
    const known = all.get(d.currency) ?? { currency: d.currency, digits: d.digits, totals: [] };
    all.set(d.currency, { ...known, totals: [...known.totals, d.total] });
  }
  return [...all.values()];
}

/** Rows by what they have in common, in the order in which that comes first. */
export function grouped<Row>(rows: Row[], by: (row: Row) => string): [string, Row[]][] {
  const all = new Map<string, Row[]>();
  for (const row of rows) all.set(by(row), [...(all.get(by(row)) ?? []), row]);
  return [...all];
}
