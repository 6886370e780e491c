import { useMemo } from "react";

import { useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { planIDs, planName } from "../../../ui/invoice/labels";
import type { Named } from "./context";
import type { Names } from "./fields";

interface Service { id: string; name: string; currency: string }
interface Coupon { code: string; label?: string }

/** What fields of settings may name. `claimed` are the accounts of the group; without, all are. */
export function useNames(claimed?: string[]): Record<Names, Named[]> {
  const can = useCan();
  const when = can("config.read");
  const services = useAll("/api/v1/config/{kind}", { params: { path: { kind: "billing_services" } } }, { when });
  const coupons = useAll("/api/v1/config/{kind}", { params: { path: { kind: "coupons" } } }, { when });
  const layouts = useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_layouts" } } }, { when });
  const accounts = useAll("/api/v1/accounts", undefined, { when });
  const only = claimed?.join(" ");
  return useMemo(() => {
    const ids = only === undefined ? undefined : new Set(only.split(" "));
    const named = new Map((accounts.data?.rows ?? []).map((a) => [a.id, a.name]));
    const all = ids ? [...ids].filter(Boolean) : [...named.keys()];
    return {
      billing_services: (services.data?.rows ?? []).map((r) => ({ value: r.id, label: `${(r.spec as Service).name} (${(r.spec as Service).currency})` })),
      coupons: (coupons.data?.rows ?? []).map((r) => ({ value: (r.spec as Coupon).code, label: (r.spec as Coupon).label ? `${(r.spec as Coupon).label} · ${(r.spec as Coupon).code}` : (r.spec as Coupon).code })),
      accounts: all.map((id) => ({ value: id, label: named.get(id) ? `${named.get(id)} · ${id}` : id })),
      layouts: (layouts.data?.rows ?? []).map((r) => ({ value: r.id, label: (r.spec as { name?: string }).name ?? r.id })),
      plans: planIDs.map((id) => ({ value: id, label: planName(id) })),
    };
  }, [services.data, coupons.data, layouts.data, accounts.data, only]);
}
