import type { Schema } from "../../api/query";

/** A tax as settings have it. */
export interface Tax {
  category: string;
  percent: string;
  label?: string;
  reason?: string;
  from?: string;
  to?: string; // the first day on which it does not hold any more
}

export type Settings = { tax?: Tax[]; tax_by?: "settings" | "regime"; tax_inclusive?: boolean } & Record<string, unknown>;
export type Group = Schema<"BillingBillingGroup">;

export interface Template {
  id: string;
  name?: string;
  invoice?: Settings;
}

/** How the tax of a group is decided, and where that is written: a template goes before the group's own. */
export interface Decided {
  by: "settings" | "regime";
  taxes: Tax[];
  inclusive: boolean;
  source: "template" | "group" | "nowhere";
}

export function decided(group: Group, template: Template | undefined): Decided {
  const own = (group.invoice ?? {}) as Settings;
  const shared = template?.invoice ?? {};
  const by = shared.tax_by ?? own.tax_by ?? "settings";
  const taxes = shared.tax ?? own.tax ?? [];
  const inShared = by === "regime" ? shared.tax_by !== undefined : shared.tax !== undefined;
  const inOwn = by === "regime" ? own.tax_by !== undefined : own.tax !== undefined;
  return { by, taxes, inclusive: shared.tax_inclusive ?? own.tax_inclusive ?? false, source: inShared ? "template" : inOwn ? "group" : "nowhere" };
}

/** Whether a tax holds on a day: its last day is the one before `to`. */
export const holds = (tax: Tax, day: string): boolean => (!tax.from || tax.from <= day) && (!tax.to || day < tax.to);

export const lastDay = (period: string): string => {
  const [year, month] = period.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

/** A declared rate, with what has it. */
export interface Used {
  key: string;
  tax: Tax;
  templates: string[];
  groups: string[]; // that have it themselves
  reaches: string[]; // groups whose invoices it is on
}

export const keyOf = (tax: Tax): string => JSON.stringify([tax.category, tax.percent, tax.label ?? "", tax.reason ?? "", tax.from ?? "", tax.to ?? ""]);

/** All declared rates, each once. */
export function usedOf(groups: Group[], templates: Template[]): Used[] {
  const all = new Map<string, Used>();
  const at = (tax: Tax) => {
    const key = keyOf(tax);
    const known = all.get(key) ?? { key, tax, templates: [], groups: [], reaches: [] };
    all.set(key, known);
    return known;
  };
  for (const template of templates) for (const tax of template.invoice?.tax ?? []) at(tax).templates.push(template.id);
  for (const group of groups) for (const tax of ((group.invoice ?? {}) as Settings).tax ?? []) at(tax).groups.push(group.id);
  for (const group of groups) {
    const how = decided(group, templates.find((x) => x.id === group.template));
    if (how.by === "settings") for (const tax of how.taxes) at(tax).reaches.push(group.id);
  }
  return [...all.values()].sort((a, b) => a.tax.category.localeCompare(b.tax.category) || b.reaches.length - a.reaches.length);
}

/** Settings in which a rate ends the day before, and another goes on from the day. */
export function changed<S extends Settings>(settings: S, key: string, percent: string, day: string): S {
  const taxes = (settings.tax ?? []).flatMap((tax) => (keyOf(tax) === key ? [{ ...tax, to: day }, { ...tax, percent, from: day }] : [tax]));
  return { ...settings, tax: taxes };
}
