import { useMemo } from "react";

import { useAll } from "../../api/query";

/** What names a layout: the reseller for all documents, templates, groups. */
export interface Users {
  reseller: boolean;
  templates: { id: string; name: string }[];
  groups: { id: string; name: string }[];
}

interface Named { id: string; name?: string; invoice?: { layout?: string } }

/** Who uses which layout, and the reseller's own choice for all documents. */
export function useUsers() {
  const reseller = useAll("/api/v1/config/{kind}", { params: { path: { kind: "reseller" } } });
  const templates = useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_templates" } } });
  const groups = useAll("/api/v1/config/{kind}", { params: { path: { kind: "billing_groups" } } });
  const standard = (reseller.data?.rows[0]?.spec as { layout?: string } | undefined)?.layout ?? "";
  const of = useMemo(() => {
    const naming = (rows: { spec?: unknown }[] | undefined, layout: string) => (rows ?? []).map((r) => r.spec as Named).filter((s) => s.invoice?.layout === layout).map((s) => ({ id: s.id, name: s.name || s.id }));
    return (layout: string): Users => ({ reseller: standard === layout, templates: naming(templates.data?.rows, layout), groups: naming(groups.data?.rows, layout) });
  }, [standard, templates.data, groups.data]);
  return { of, standard, reseller: reseller.data?.rows[0], ready: !!reseller.data && !!templates.data && !!groups.data, error: reseller.error ?? templates.error ?? groups.error };
}

export const countOf = (users: Users): number => Number(users.reseller) + users.templates.length + users.groups.length;
