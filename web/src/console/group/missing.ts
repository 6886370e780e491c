import type { Schema } from "../../api/query";
import type { Spec } from "./declared";
import type { Over } from "./preview";

export type Gap = "address" | "book" | "tax" | "claims" | "registration";

/**
 * What a group lacks for an invoice that can be issued; in the order of how much it matters. `settings` are all layers together,
 * `sellingBook` what the reseller sells by where nothing nearer is attached.
 */
export function gapsOf(group: Spec, customer: Schema<"BillingCustomer"> | undefined, settings: Over, sellingBook: unknown): Gap[] {
  const gaps: Gap[] = [];
  if (!group.claims?.length) gaps.push("claims");
  if (!customer?.address) gaps.push("address");
  if (settings.tax_by !== "regime" && !(settings.tax as unknown[] | undefined)?.length) gaps.push("tax");
  if (!group.price_book && !customer?.price_book && !sellingBook && !group.parent) gaps.push("book");
  if (settings.tax_by === "regime" && !customer?.tax_registration) gaps.push("registration");
  return gaps;
}
