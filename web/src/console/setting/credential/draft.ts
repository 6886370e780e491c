import type { RowOf, Schema } from "../../../api/query";

export type Row = RowOf<"/api/v1/credentials">;
export type Form = RowOf<"/api/v1/credential-schemas">;
export type Body = Schema<"SaveCredentialInputBody">;

/** A credential being written. Secrets are written and never read. */
export interface Draft {
  id: string;
  name: string;
  organization: string;
  purpose: "pricing" | "account";
  provider: string;
  schema: string;
  account: string;
  billingOnly: boolean;
  fields: Record<string, string>;
  secrets: Record<string, string>;
}

export const draftOf = (row?: Partial<Row>): Draft => ({
  id: row?.id ?? "", name: row?.name ?? "", organization: row?.organization ?? "reseller", purpose: row?.purpose === "account" ? "account" : "pricing", provider: row?.provider ?? "",
  schema: row?.schema || "aws-role", account: row?.account ?? "", billingOnly: row?.billing_only ?? false, fields: { ...row?.fields }, secrets: {},
});

/** Which fields are still missing; secrets that were kept before stay. */
export function lacking(draft: Draft, form: Form | undefined, kept: boolean): string[] {
  return (form?.fields ?? []).filter((x) => x.needed && !(x.secret ? draft.secrets[x.name] || kept : draft.fields[x.name]?.trim())).map((x) => x.name);
}

export function bodyOf(draft: Draft, form: Form | undefined, unverified: boolean): Body {
  const known = new Set((form?.fields ?? []).map((x) => x.name));
  const given = (of: Record<string, string>) => Object.fromEntries(Object.entries(of).filter(([name, value]) => value.trim() !== "" && (known.size === 0 || known.has(name))));
  const plain = given(draft.fields);
  const secret = given(draft.secrets);
  return {
    schema: draft.schema, organization: draft.organization, purpose: draft.purpose,
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}), ...(draft.provider ? { provider: draft.provider } : {}), ...(draft.account.trim() ? { account: draft.account.trim() } : {}),
    ...(draft.billingOnly || draft.schema === "aws-account" ? { billing_only: true } : {}),
    ...(Object.keys(plain).length ? { fields: plain } : {}), ...(Object.keys(secret).length ? { secrets: secret } : {}), ...(unverified ? { unverified: true } : {}),
  };
}
