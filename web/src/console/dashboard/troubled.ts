import type { RowOf } from "../../api/query";

type Source = RowOf<"/api/v1/source-states">;
type Account = Pick<RowOf<"/api/v1/vendor-accounts">, "id" | "name" | "standing">;

/** A source whose month the figures do not have as they should. */
export interface Troubled {
  key: string;
  name: string;
  /** Where it is looked at, and mended. */
  to: string;
  /** Its last try failed; else its data is older than expected. */
  failing: boolean;
  /** Why it failed, and what to do. */
  problem?: string;
  /** How late data is said: what has no new delivery, what was not read, or what was not pushed. */
  late: "export" | "backend" | "pushed";
  /** When there was good data last, of which month, and its whole hours since. */
  at?: string;
  month?: string;
  hours?: number;
}

/** Up to when data can reach: when it came last, but no further than the end of its month. */
function reachOf(at: string | undefined, month: string | undefined): Date | undefined {
  if (!at || !month) return undefined;
  const [year, of] = month.split("-").map(Number) as [number, number];
  return new Date(Math.min(new Date(at).getTime(), Date.UTC(year, of, 1)));
}

/** Sources that fail or are late, those that fail first, the oldest data of each first. A service account stands for its source. */
export function troubledOf(sources: Source[], accounts: Account[], now: Date): Troubled[] {
  const accountOf = new Map(accounts.flatMap((a) => (a.standing ? [[a.standing.source, a] as const] : [])));
  return sources.filter((s) => s.failing || s.late).map((s) => {
    const account = accountOf.get(s.source);
    const late: Troubled["late"] = s.kind === "backend" || s.kind === "pushed" ? s.kind : "export";
    // What was read last is what a failure leaves in force; how old it is says less of an export that is read every night and brings nothing.
    const read = s.failing || late === "backend";
    const reaches = read ? undefined : reachOf(s.data_at, s.data_period);
    return {
      key: s.source, name: account?.name ?? s.source, to: account ? `/backends/accounts/${encodeURIComponent(account.id)}` : `/sources/${encodeURIComponent(s.source)}/check`,
      failing: s.failing, problem: s.failing ? s.problem : undefined, late,
      at: read ? s.good_at : reaches?.toISOString(), month: read ? s.good_period : s.data_period, hours: read ? s.age_hours : reaches && Math.floor((now.getTime() - reaches.getTime()) / 3_600_000),
    };
  }).sort((a, b) => Number(b.failing) - Number(a.failing) || (b.hours ?? Infinity) - (a.hours ?? Infinity) || a.name.localeCompare(b.name));
}
