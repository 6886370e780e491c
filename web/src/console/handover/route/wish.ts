import type { Schema } from "../../../api/query";
import type { Kind, Route } from "../known";
import { type Place, placeOf, type Store, targetOf, type Way } from "../target";

export type WishBody = Schema<"ChangeRouteInputBody">;

/** A route as it is being written. */
export interface Draft {
  customer: string;
  groups: string[];
  what: string[];
  formats: string[];
  by: Way;
  on: string;
  day: number;
  hour: number;
  zone: string;
  to: string[];
  cc: string[];
  asLink: boolean;
  linkDays: number;
  place: Place;
  hostKey: string;
  /** What was typed; nothing keeps the secret of before. */
  secret: string;
  /** The id of an S3 key, which goes before the secret. */
  keyID: string;
  description: string;
}

export const usualDays = 14;

export function draftOf(r: Route | undefined, customer: string, zone: string): Draft {
  return {
    customer: r?.customer ?? customer, groups: r?.groups ?? [], what: r?.what ?? ["invoice", "credit-note"], formats: r?.formats ?? ["pdf"], by: (r?.by ?? "mail") as Way,
    on: r?.when.on ?? "publish", day: r?.when.day || 1, hour: r?.when.hour ?? 9, zone: r ? (r.when.zone ?? "UTC") : zone,
    to: r?.to ?? [], cc: r?.cc ?? [], asLink: (r?.link_days ?? 0) > 0, linkDays: r?.link_days || usualDays,
    place: placeOf(r?.target), hostKey: r?.host_key ?? "", secret: "", keyID: "", description: r?.description ?? "",
  };
}

/** Whether a kind can go by a way: reminders are letters, and Peppol takes e-invoices. */
export function goesBy(what: string, by: Way): boolean {
  if (what === "reminder") return by === "mail";
  return by !== "peppol" || what === "invoice" || what === "credit-note";
}

export const isDocument = (what: string) => what === "invoice" || what === "credit-note" || what === "reminder";

/** Formats that one or another of the chosen kinds has, in the order of the kinds. */
export const formatsOf = (what: string[], kinds: Kind[]): string[] => [...new Set(kinds.filter((k) => what.includes(k.what)).flatMap((k) => k.formats))];

/** Chosen kinds that none of the chosen formats is for. */
export const withoutFormat = (d: Draft, kinds: Kind[]): string[] => kinds.filter((k) => d.what.includes(k.what) && goesBy(k.what, d.by) && !k.formats.some((f) => d.formats.includes(f))).map((k) => k.what);

export const scheduled = (on: string) => on === "daily" || on === "monthly";

export const asksSecret = (by: Way) => by === "sftp" || by === "bucket";

/** What is sent: only what the chosen way and time have a use for. */
export function bodyOf(d: Draft, kinds: Kind[], hadSecret: boolean): WishBody {
  const what = d.what.filter((w) => goesBy(w, d.by));
  const offered = formatsOf(what, kinds);
  return {
    ...(d.groups.length ? { groups: d.groups } : {}),
    what, formats: offered.length ? d.formats.filter((f) => offered.includes(f)) : d.formats, by: d.by,
    when: { on: d.on as "publish", ...(d.on === "monthly" ? { day: d.day } : {}), ...(scheduled(d.on) ? { hour: d.hour, zone: d.zone } : {}) },
    ...(d.by === "mail" ? { to: d.to, ...(d.cc.length ? { cc: d.cc } : {}), ...(d.asLink ? { link_days: d.linkDays } : {}) } : {}),
    target: targetOf(d.by, d.place),
    ...(d.by === "sftp" && d.hostKey.trim() ? { host_key: d.hostKey.trim() } : {}),
    ...(d.description.trim() ? { description: d.description.trim() } : {}),
    secret: secretOf(d, hadSecret),
  };
}

/** The secret that is sent: none where it stays, an empty one where the way has no use for it. */
function secretOf(d: Draft, had: boolean): string | undefined {
  if (!asksSecret(d.by)) return had ? "" : undefined;
  if (!d.secret.trim()) return undefined;
  return d.by === "bucket" && d.place.store === "s3" ? `${d.keyID.trim()}:${d.secret.trim()}` : d.secret;
}

/** Whether the server will ask for the secret again: it is for one server and user alone. */
export function asksAgain(d: Draft, was: Route | undefined): boolean {
  if (!asksSecret(d.by)) return false;
  if (!was?.has_secret || was.by !== d.by) return true;
  const elsewhere = (p: Place) => JSON.stringify([d.by === "bucket" ? p.store : "", p.user, d.by === "sftp" ? p.host + p.port : p.name, p.region, p.endpoint, p.pathStyle, p.account, p.more]);
  return elsewhere(placeOf(was.target)) !== elsewhere(d.place) || (was.host_key ?? "") !== d.hostKey.trim();
}

/** What the form still lacks, as names of its parts. */
export function lacking(d: Draft, was: Route | undefined): string[] {
  const place = d.place;
  const needs: Record<Way, [string, boolean][]> = {
    mail: [["to", d.to.length > 0]],
    sftp: [["host", !!place.host.trim()], ["user", !!place.user.trim()], ["hostKey", !!d.hostKey.trim()]],
    bucket: [["bucket", !!place.name.trim()], ...storeNeeds(place)],
    folder: [["folder", !!place.folder.trim()]],
    peppol: [],
  };
  const secret = asksAgain(d, was) && (!d.secret.trim() || d.by === "bucket" && place.store === "s3" && !d.keyID.trim());
  return [
    ...(d.customer ? [] : ["customer"]), ...(d.what.some((w) => goesBy(w, d.by)) ? [] : ["what"]), ...(d.formats.length ? [] : ["formats"]),
    ...needs[d.by].filter(([, there]) => !there).map(([name]) => name), ...(secret ? ["secret"] : []),
  ];
}

const storeNeeds = (p: Place): [string, boolean][] => ({ s3: [["region", !!(p.region.trim() || p.endpoint.trim())]], gs: [], azblob: [["account", !!p.account.trim()]] } satisfies Record<Store, [string, boolean][]>)[p.store];
