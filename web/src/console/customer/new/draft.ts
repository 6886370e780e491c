import type { Schema } from "../../../api/query";
import type { Spec } from "../../group/declared";
import type { Declared } from "../../group/preview";

/** What is entered for a new customer, or for a new billing group of one that is there. */
export interface Draft {
  existing?: string; // id of the customer that gets another billing group
  id: string;
  name: string;
  contact: string;
  taxNumber: string;
  country: string;
  postal: string;
  region: string;
  city: string;
  lines: string;
  groupId: string;
  groupName: string;
  parent: string; // the billing group that sells to it
  project: string;
  currency: string;
  language: string;
  basis: string;
  template: string;
  book: string;
  due: string;
  taxLabel: string;
  taxPercent: string;
  accounts: { id: string; name: string }[];
  from: string; // the first day; empty for all days
}

export const empty: Draft = {
  id: "", name: "", contact: "", taxNumber: "", country: "", postal: "", region: "", city: "", lines: "", groupId: "", groupName: "", parent: "", project: "",
  currency: "", language: "", basis: "", template: "", book: "", due: "", taxLabel: "", taxPercent: "", accounts: [], from: "",
};

export const steps = ["accounts", "group", "invoice", "preview", "done"] as const;
export type Step = (typeof steps)[number];

/** An id as the configuration takes it, out of a name; nothing where it has no such letters. */
export function slug(name: string): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, " ").trim().split(" ").filter((w) => !/^(inc|llc|ltd|gmbh|ag|co|corp|kk|sa|sas|the|company|limited)$/.test(w));
  return words.slice(0, 3).join("-").slice(0, 40);
}

/** The ids that are in force: what was typed, else what follows from the name. */
export const idOf = (d: Draft): string => d.existing ?? (d.id.trim() || slug(d.name));
export const groupIdOf = (d: Draft): string => d.groupId.trim() || (idOf(d) ? `${idOf(d)}-main` : "");

/** Rows as they are pasted: an id, and where wanted a name behind a comma or tab. */
export function pastedAccounts(text: string): { id: string; name: string }[] {
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const [id = "", ...rest] = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, ""));
    const name = rest.join(" ").trim();
    // Several ids in a line are several accounts.
    if (/^\S+(\s+\d{6,})+$/.test(id)) return id.split(/\s+/).map((one) => ({ id: one, name: "" }));
    if (/^(account|アカウント)/i.test(id)) return [];
    return id ? [{ id: /^[\d-]+$/.test(id) && id.replaceAll("-", "").length === 12 ? id.replaceAll("-", "") : id, name }] : [];
  });
  return rows.filter((r, i) => rows.findIndex((x) => x.id === r.id) === i);
}

/** Who has an account on some day from `from` on: `a group`, `pool …`, or the reseller itself. */
export function ownersOf(groups: Spec[], pools: { id: string; accounts: string[]; to?: string }[], own: string[], from: string): Map<string, { kind: "group" | "pool" | "reseller"; id: string }> {
  const owners = new Map<string, { kind: "group" | "pool" | "reseller"; id: string }>();
  const reaches = (to: string | undefined) => !to || from === "" || to > from;
  for (const account of own) owners.set(account, { kind: "reseller", id: "" });
  for (const p of pools) if (reaches(p.to)) for (const account of p.accounts) owners.set(account, { kind: "pool", id: p.id });
  for (const g of groups) for (const c of g.claims ?? []) if (reaches(c.to)) for (const account of c.accounts) owners.set(account, { kind: "group", id: g.id });
  return owners;
}

/** What is declared by a draft. `named` are the accounts that have a name already. */
export function declaredBy(d: Draft, named: Map<string, string>): Declared[] {
  const filled = (of: Record<string, unknown>) => Object.fromEntries(Object.entries(of).filter(([, v]) => v !== "" && v !== undefined));
  const lines = d.lines.split("\n").map((l) => l.trim()).filter(Boolean);
  const address = d.country ? filled({ country: d.country, postal_code: d.postal.trim(), region: d.region.trim(), city: d.city.trim(), lines: lines.length > 0 ? lines : undefined }) : undefined;
  const customer = d.existing ? [] : [{ kind: "customers", id: idOf(d), value: filled({ id: idOf(d), name: d.name.trim(), contact: d.contact.trim(), tax_registration: d.taxNumber.trim(), address }) }];
  const invoice = filled({
    terms: d.due ? { due: d.due } : undefined,
    tax: d.taxPercent.trim() !== "" ? [{ category: "standard", label: d.taxLabel.trim() || "Tax", percent: d.taxPercent.trim() }] : undefined,
  });
  const group = filled({
    id: groupIdOf(d), customer: idOf(d), name: d.groupName.trim(), currency: d.currency, language: d.language, cost_basis: d.basis, template: d.template, price_book: d.book, parent: d.parent, project: d.project.trim(),
    claims: d.accounts.length > 0 ? [filled({ accounts: d.accounts.map((a) => a.id), from: d.from })] : undefined,
    invoice: Object.keys(invoice).length > 0 ? invoice : undefined,
  });
  const accounts = d.accounts.filter((a) => a.name && a.name !== a.id && named.get(a.id) !== a.name).map((a) => ({ kind: "accounts", id: a.id, value: { id: a.id, name: a.name } }));
  return [...customer, { kind: "billing_groups", id: groupIdOf(d), value: group }, ...accounts];
}

/** The same as a configuration, for operations that take one. */
export function configOf(declared: Declared[]): Record<string, unknown[]> {
  const config: Record<string, unknown[]> = {};
  for (const one of declared) (config[one.kind] ??= []).push(one.value);
  return config;
}

export type Wrong = "missing" | "taken" | "badId" | "owned" | "percent" | "country";

/** What keeps a step from being done, by field. */
export function wrongWith(d: Draft, step: Step, known: { customers: Schema<"BillingCustomer">[]; groups: Spec[]; owners: Map<string, unknown> }): Partial<Record<keyof Draft, Wrong>> {
  const wrong: Partial<Record<keyof Draft, Wrong>> = {};
  const id = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
  if (step === "accounts" && d.accounts.some((a) => known.owners.has(a.id))) wrong.accounts = "owned";
  if (step === "group") {
    if (!d.existing) {
      if (!d.name.trim()) wrong.name = "missing";
      if (!idOf(d)) wrong.id = "missing";
      else if (!id.test(idOf(d))) wrong.id = "badId";
      else if (known.customers.some((c) => c.id === idOf(d))) wrong.id = "taken";
      if (!d.country && (d.postal || d.region || d.city || d.lines)) wrong.country = "country";
    }
    if (!groupIdOf(d)) wrong.groupId = "missing";
    else if (!id.test(groupIdOf(d))) wrong.groupId = "badId";
    else if (known.groups.some((g) => g.id === groupIdOf(d))) wrong.groupId = "taken";
  }
  if (step === "invoice") {
    if (!/^[A-Z]{3}$/.test(d.currency)) wrong.currency = "missing";
    if (d.taxPercent.trim() !== "" && !/^\d+(\.\d+)?$/.test(d.taxPercent.trim())) wrong.taxPercent = "percent";
  }
  return wrong;
}
