import { useAll, useAsk } from "../../api/query";
import { useCan } from "../../ui/me";
import { useDeclared } from "../group/declared";
import { type Facts, type MissingRate, missingRates } from "./facts";

/** Everything that the page says of a month; asked again while somebody works on it. */
export function useMonth(period: string) {
  const can = useCan();
  const path = { params: { path: { period } } };
  const status = useAsk("/api/v1/months/{period}", path, { every: 20_000 });
  const readiness = useAsk("/api/v1/months/{period}/readiness", path);
  const documents = useAll("/api/v1/invoices", { params: { query: { period } } }, { when: can("invoices.read") });
  const needs = useAsk("/api/v1/months/{period}/needs", path, { when: can("invoices.read") && !!status.data?.rated });
  const reseller = useDeclared<{ approval?: string }>("reseller", can("config.read") ? "reseller" : undefined);
  const facts: Facts | undefined = status.data && readiness.data && {
    period, status: status.data, payers: readiness.data.payers, documents: documents.data?.rows, needs: needs.data, approval: reseller.data?.spec.approval,
  };
  // What is next is said only once everything is known that it depends on.
  const settled = !documents.isLoading && !needs.isLoading && !reseller.isLoading;
  return { facts, settled, error: status.error ?? readiness.error, again: () => { void status.refetch(); void readiness.refetch(); } };
}

/** The rates that the month's invoices will ask for and nobody has entered, each with the one of the month before. */
export function useMissingRates(facts: Facts, before: string): (MissingRate & { last?: string })[] {
  const can = useCan();
  const when = can("config.read");
  const rates = useAll("/api/v1/exchange-rates", undefined, { when });
  const groups = useAll("/api/v1/billing-groups", undefined, { when });
  if (!rates.data || !groups.data) return [];
  const providers = [...new Set(facts.status.loads.flatMap((l) => Object.keys(l.billed)))].sort();
  const payers = [...new Set(facts.status.loads.map((l) => l.payer))];
  return missingRates(facts.period, providers, payers, groups.data.rows, rates.data.rows).map((m) => ({
    ...m, last: rates.data.rows.find((r) => r.month === before && r.level === "common" && r.from === m.from && r.to === m.to)?.rate,
  }));
}
