import type { Schema } from "../../../api/query";

export type MailServer = Schema<"MailroomMailServer">;
export type ServerBody = Schema<"MailServerInputBody">;

export const securities = ["starttls", "tls", "none"] as const;
export type Security = (typeof securities)[number];
export const portOf: Record<Security, number> = { starttls: 587, tls: 465, none: 25 };

/** The settings as they are being written; secrets are what was typed. */
export interface Draft {
  host: string;
  port: string;
  security: Security;
  user: string;
  password: string;
  helo: string;
  bounces: string;
  domain: string;
  selector: string;
  key: string;
}

export const draftOf = (s: MailServer): Draft => ({
  host: s.host ?? "", port: s.port ? String(s.port) : "", security: (s.security || "starttls") as Security, user: s.user ?? "", password: "", helo: s.helo ?? "", bounces: s.bounces ?? "",
  domain: s.dkim_domain ?? "", selector: s.dkim_selector ?? "", key: "",
});

/** Whether the password must be typed: a kept one is not sent to another server. */
export const asksPassword = (d: Draft, was: MailServer) => d.user.trim() !== "" && (!was.has_password || d.host.trim() !== (was.host ?? ""));

/** What is sent. A secret that was not typed stays; one that nothing uses any more is taken away. */
export function bodyOf(d: Draft, was: MailServer): ServerBody {
  const signs = d.domain.trim() !== "" || d.selector.trim() !== "";
  return {
    host: d.host.trim(), security: d.security, ...(d.port ? { port: Number(d.port) } : {}), ...text("user", d.user), ...text("helo", d.helo), ...text("bounces", d.bounces),
    ...text("dkim_domain", d.domain), ...text("dkim_selector", d.selector),
    ...secret("password", d.password, was.has_password && !d.user.trim()), ...secret("dkim_key", d.key.trim(), was.has_dkim_key && !signs),
  };
}

const text = (name: string, value: string) => (value.trim() ? { [name]: value.trim() } : {});

const secret = (name: string, typed: string, useless: boolean) => (useless ? { [name]: "" } : typed ? { [name]: typed } : {});
