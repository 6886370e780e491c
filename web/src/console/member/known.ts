import { type Schema, useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import type { Tone } from "../../ui/state";

export type Invitation = Schema<"MembershipInvitation">;
export type Member = Schema<"MembershipMember">;
export type MemberEvent = Schema<"MembershipEvent">;
export type Transfer = Schema<"MembershipTransfer">;
export type InvitationState = Invitation["state"];

/** What is read again after something was done with an invitation, or accounts were read. */
export const touched = ["/api/v1/account-invitations", "/api/v1/accounts", "/api/v1/payers", "/api/v1/billing-groups"];

export const path = (id: string) => `/accounts/invitations/${encodeURIComponent(id)}`;

const tones: Record<InvitationState, Tone> = {
  SENDING: "info", REQUESTED: "info", OPEN: "info", ACCEPTED: "good", REFUSED: "bad", DECLINED: "warn", EXPIRED: "warn", CANCELED: "quiet", WITHDRAWN: "quiet",
};
export const toneOf = (state: string): Tone => tones[state as InvitationState] ?? "quiet";

/** Whether AWS or the customer is waited for. */
export const waits = (i: Pick<Invitation, "state">) => i.state === "SENDING" || i.state === "REQUESTED" || i.state === "OPEN";

/** Whether somebody must do something about it. */
export const stuck = (i: Invitation) => !!i.problem && !i.replaced_by;

/** What can be done with an invitation, as the server allows it. */
export function offered(i: Invitation) {
  return {
    cancel: waits(i),
    resend: i.kind === "account" && i.state !== "ACCEPTED" && !i.replaced_by,
    /** A transfer is invited anew, with another month. */
    again: i.kind === "transfer" && !waits(i) && i.state !== "ACCEPTED",
    end: i.kind === "transfer" && i.state === "ACCEPTED" && !!i.transfer,
    place: i.kind === "account" && !i.registered,
  };
}

/** So many months from one on, such as 2026-12. */
export function monthsFrom(first: string, count: number): string[] {
  const [year, month] = first.split("-").map(Number) as [number, number];
  return Array.from({ length: count }, (_, i) => new Date(Date.UTC(year, month - 1 + i, 1)).toISOString().slice(0, 7));
}

/** The months that a transfer can begin in: those to come, in UTC. */
export const startMonths = (now: Date) => monthsFrom(now.toISOString().slice(0, 7), 13).slice(1);

/** The months that a transfer can end with: this one or later, and none before its first. */
export function endMonths(now: Date, first?: string): string[] {
  const present = now.toISOString().slice(0, 7);
  return monthsFrom(first && first > present ? first : present, 24);
}

/** Payers on AWS, customers and groups, and their names. */
export function useNames() {
  const can = useCan();
  const when = can("config.read");
  const payers = useAll("/api/v1/payers", undefined, { when });
  const customers = useAll("/api/v1/customers", undefined, { when });
  const groups = useAll("/api/v1/billing-groups", undefined, { when });
  return {
    asked: payers,
    payers: (payers.data?.rows ?? []).filter((p) => (p.provider ?? "aws") === "aws"),
    customers: customers.data?.rows ?? [],
    groups: groups.data?.rows ?? [],
    payer: (id: string) => payers.data?.rows.find((p) => p.id === id)?.name || id,
    customer: (id: string) => customers.data?.rows.find((c) => c.id === id)?.name || id,
  };
}
