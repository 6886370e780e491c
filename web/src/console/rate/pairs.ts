import type { Schema } from "../../api/query";

export type Rate = Schema<"BillingExchangeRate">;

/** A pair and for whom, with its rate in each month. */
export interface Row {
  key: string;
  from: string;
  to: string;
  level: string;
  target?: string; // the payer or billing group
  rates: Map<string, Rate>;
  missing: boolean; // in the month that is looked at
}

/** What a month needs converted: currencies that payers bill, and those of invoices. */
export interface Needs {
  billed: { payer: string; currencies: string[] }[];
  invoiced: string[];
}

const keyOf = (r: { from: string; to: string; level: string; target?: string }) => [r.from, r.to, r.level, r.target ?? ""].join(" ");
const targetOf = (r: Rate) => r.payer ?? r.group;

/** The id of a rate in the configuration. */
export const idOf = (r: Rate): string => [r.month, r.from, r.to, r.level, targetOf(r)].filter(Boolean).join(" ");

/** All pairs that have a rate or need one, those that lack it first. */
export function rowsOf(rates: Rate[], needs: Needs, month: string): Row[] {
  const rows = new Map<string, Row>();
  for (const rate of rates) {
    const row = { from: rate.from, to: rate.to, level: rate.level, target: targetOf(rate) };
    const known = rows.get(keyOf(row)) ?? { ...row, key: keyOf(row), rates: new Map<string, Rate>(), missing: false };
    known.rates.set(rate.month, rate);
    rows.set(known.key, known);
  }
  for (const { from, to } of lacking(rates.filter((r) => r.month === month), needs)) {
    const row = { from, to, level: "common" };
    rows.set(keyOf(row), { ...(rows.get(keyOf(row)) ?? { ...row, key: keyOf(row), rates: new Map<string, Rate>() }), missing: true });
  }
  return [...rows.values()].sort((a, b) => Number(b.missing) - Number(a.missing) || a.key.localeCompare(b.key));
}

/** Pairs for which an invoice of the month may find no rate: no common one, and not one for each payer. */
export function lacking(rates: Rate[], needs: Needs): { from: string; to: string }[] {
  const pairs = new Map<string, { from: string; to: string }>();
  for (const { payer, currencies } of needs.billed) {
    for (const from of currencies) {
      for (const to of needs.invoiced) {
        const there = from === to || rates.some((r) => r.from === from && r.to === to && (r.level === "common" || (r.level === "payer" && r.payer === payer)));
        if (!there) pairs.set(`${from} ${to}`, { from, to });
      }
    }
  }
  return [...pairs.values()];
}
