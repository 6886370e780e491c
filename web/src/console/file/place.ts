import { sections } from "../group/form/fields";
import type { Gap } from "../../ui/file/types";

/** The page and field where a gap is filled in; undefined where no form has it. */
export function placeOf(gap: Pick<Gap, "kind" | "of" | "inner">): string | undefined {
  const { kind, of, inner } = gap;
  if (!kind || !inner) return undefined;
  if (kind === "reseller") return `/settings/reseller?field=${encodeURIComponent(inner)}`;
  if (!of) return undefined;
  if (kind === "customers") return `/customers/${encodeURIComponent(of)}?tab=details&field=${encodeURIComponent(inner)}`;
  if (kind !== "billing_groups") return undefined;
  const path = inner.replace(/^invoice\.?/, "");
  const open = sections.find((s) => s.fields.some((f) => f.name === path.split(".")[0]))?.name;
  const query = new URLSearchParams({ tab: "settings", ...(open ? { open } : {}), ...(path ? { field: path } : {}) });
  return `/groups/${encodeURIComponent(of)}?${query.toString()}`;
}

/** The name of a field's words in the identity namespace, or in the customer's; undefined of settings of an invoice. */
export function wordOf(gap: Pick<Gap, "kind" | "inner">): { namespace: "identity" | "customer"; key: string } | undefined {
  if (gap.kind === "billing_groups" || !gap.inner) return undefined;
  const own: Record<string, string> = {
    legal_id: "legal", endpoint: "endpoint", contact_point: "contactPoint", "contact_point.name": "contactName", "contact_point.phone": "contactPhone", "contact_point.email": "contactEmail",
    bank: "bank", "bank.iban": "iban", "bank.bic": "bic", "bank.holder": "holder", "bank.number": "number", "bank.code": "bankCode", "bank.bank": "bankName",
  };
  const shared: Record<string, string> = {
    name: "name", tax_registration: "taxNumber", address: "address", "address.lines": "lines", "address.city": "city", "address.postal_code": "postal", "address.region": "region", "address.country": "country",
  };
  if (own[gap.inner]) return { namespace: "identity", key: own[gap.inner]! };
  return shared[gap.inner] ? { namespace: "customer", key: `details.${shared[gap.inner]!}` } : undefined;
}
