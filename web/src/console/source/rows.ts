import type { Schema } from "../../api/query";
import type { Decimal } from "../../ui/decimal";

export type Source = Schema<"BillingSource">;
export type Load = Schema<"PipelineLoaded">;

/** A source or files that were uploaded, with what a month has from there. */
export interface Delivery {
  key: string;
  source?: Source;
  payer: string;
  load?: Load;
  billed: { currency: string; amount: Decimal }[];
}

/** What a month has from where: a row per report, and a row for each source that has given nothing yet. */
export function deliveries(sources: Source[], loads: Load[]): Delivery[] {
  const declared = sources.flatMap((source): Delivery[] => {
    const own = loads.filter((l) => l.source === source.name);
    if (own.length === 0) return [{ key: source.name, source, payer: source.payer, billed: [] }];
    return own.map((load) => ({ key: `${source.name} ${load.report}`, source, payer: load.payer, load, billed: billedBy(load) }));
  });
  const others = loads.filter((l) => !sources.some((s) => s.name === l.source));
  return [...declared, ...others.map((load): Delivery => ({ key: `${load.payer} ${load.report}`, payer: load.payer, load, billed: billedBy(load) }))];
}

const billedBy = (load: Load) => Object.entries(load.billed).map(([currency, amount]) => ({ currency, amount }));

const endings = [".csv", ".csv.gz", ".csv.zip", ".parquet"];

/** Whether a file can be loaded at all. */
export const canBeLoaded = (name: string): boolean => endings.some((end) => name.toLowerCase().endsWith(end));

/** Bytes in the unit that people say them in. */
export function size(bytes: number): { value: number; unit: "byte" | "kilobyte" | "megabyte" | "gigabyte" } {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const at = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return { value: bytes / 1000 ** at, unit: units[at]! };
}
