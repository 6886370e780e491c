import type { Schema } from "../../../api/query";

export interface Draft {
  kind: "account" | "transfer";
  payer: string;
  target: string;
  name: string;
  customer: string;
  group: string;
  from: string; // first day of the billing group; empty for the day of joining
  start: string; // first month of a transfer
  language: string;
  notes: string;
  relationship: string;
  program_account: string;
}

export const empty: Draft = { kind: "account", payer: "", target: "", name: "", customer: "", group: "", from: "", start: "", language: "", notes: "", relationship: "", program_account: "" };

export type Lacking = "payer" | "target" | "name" | "start";

/** What must be said before anybody can be invited. */
export function lacking(d: Draft): Lacking[] {
  const asked: Lacking[] = d.kind === "transfer" ? ["payer", "target", "name", "start"] : ["payer", "target"];
  return asked.filter((field) => !d[field].trim());
}

/** An account as people write it, with its hyphens or spaces, by its 12 digits; anything else as it is. */
export function targetOf(written: string): string {
  const digits = written.replace(/[\s-]/g, "");
  return /^\d{12}$/.test(digits) ? digits : written.trim();
}

const given = <T extends object>(of: T): Partial<T> => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== "")) as Partial<T>;

const shared = (d: Draft) => given({ customer: d.customer, language: d.language, notes: d.notes.trim(), relationship: d.relationship.trim(), program_account: d.program_account.trim() });

export function accountWish(d: Draft): Schema<"AccountWish"> {
  return { payer: d.payer, target: targetOf(d.target), ...given({ name: d.name.trim(), group: d.group, from: d.from }), ...shared(d) };
}

export function transferWish(d: Draft): Schema<"TransferWish"> {
  return { payer: d.payer, target: targetOf(d.target), name: d.name.trim(), start: `${d.start}-01`, ...shared(d) };
}
