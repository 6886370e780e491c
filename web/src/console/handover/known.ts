import { type Schema, useAll } from "../../api/query";
import { root, useCan } from "../../ui/me";
import type { Tone } from "../../ui/state";

export type Route = Schema<"HandoverRoute">;
export type Parcel = Schema<"StoreHandover">;
export type Kind = Schema<"HandoverKind">;
export type DocumentLink = Schema<"StoreHandoverLink">;

/** What is read again after something was handed over, or a route changed. */
export const touched = ["/api/v1/handover", "/api/v1/invoices"];

export const tones: Record<string, Tone> = { waiting: "info", sent: "good", failed: "bad", "gave-up": "bad", bounced: "bad", cancelled: "quiet" };

/** Whether somebody must do something about it. */
export const stuck = (p: Parcel) => p.state === "failed" || p.state === "gave-up" || p.state === "bounced";

/** Whether it can be taken out of the queue. */
export const waits = (p: Parcel) => p.state === "waiting";

/** Where the subject of a hand-over is shown, where it is a document. */
export const documentOf = (p: Parcel): string | undefined => (p.what === "invoice" || p.what === "credit-note" || p.what === "reminder" ? p.subject : undefined);

/** Names of customers and groups, by their ids. */
export function useNames() {
  const can = useCan();
  const customers = useAll("/api/v1/customers", undefined, { when: can("config.read") });
  const groups = useAll("/api/v1/billing-groups", undefined, { when: can("config.read") });
  return {
    customers: customers.data?.rows ?? [],
    groups: groups.data?.rows ?? [],
    customer: (id: string) => customers.data?.rows.find((c) => c.id === id)?.name ?? id,
    group: (id: string) => groups.data?.rows.find((g) => g.id === id)?.name ?? id,
  };
}

/** The customer that a document's group belongs to; the reseller itself where it has none. */
export const customerOr = (id: string | undefined) => id || root;

/** To whom or where a route brings things, in short. */
export const destination = (r: Route): string => (r.by === "mail" ? (r.to ?? []).join(", ") : (r.target ?? ""));

/** The description of routes that the server makes for one document. */
export const byHand = "by hand";
