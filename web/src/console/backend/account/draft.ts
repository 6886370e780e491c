import type { Schema } from "../../../api/query";
import { type Account, type CredentialForm, freeId, idOf } from "../known";

export type Body = Schema<"SaveServiceAccountInputBody">;

/** A service account being written. */
export interface Draft {
  backend: string;
  schema: string;
  name: string;
  id: string; // empty: made of the name
  organization: string;
  group: string;
  from: string;
  values: Record<string, string>; // of the credential's fields, those that are secret among them
  payer: string;
  invoiceIds: boolean;
}

export function draftOf(account: Account | undefined, day: string, backend = ""): Draft {
  return {
    backend: account?.backend ?? backend, schema: account?.schema ?? "", name: account?.name ?? "", id: account?.id ?? "", organization: account?.organization ?? "",
    group: account?.group ?? "", from: account ? account.from ?? "" : `${day.slice(0, 7)}-01`, values: { ...account?.fields }, payer: account?.payer ?? "", invoiceIds: false,
  };
}

/** The forms of a backend's credentials. */
export const formsOf = (forms: CredentialForm[], backend: string): CredentialForm[] => forms.filter((f) => f.backend === backend);

/** The form that a draft is filled in: the one that is named, else the only one. A saved schema names the backend alone where that has one form. */
export function formOf(forms: CredentialForm[], draft: Pick<Draft, "backend" | "schema">): CredentialForm | undefined {
  const of = formsOf(forms, draft.backend);
  return of.find((f) => f.schema === draft.schema) ?? (of.length === 1 ? of[0] : undefined);
}

/** The id under which a draft is saved. */
export const savedAs = (draft: Draft, taken: string[]): string => draft.id || freeId(idOf(draft.name) || idOf(draft.backend), taken);

export type Lack = "backend" | "schema" | "name" | "organization" | "from" | { field: string };

/** What is missing before it can be tried. Secrets that were saved before need not be given again. */
export function lacking(draft: Draft, form: CredentialForm | undefined, saved: boolean): Lack[] {
  const lacks: Lack[] = [];
  if (!draft.backend) lacks.push("backend");
  else if (!form) lacks.push("schema");
  if (!draft.name.trim()) lacks.push("name");
  for (const f of form?.fields ?? []) if (f.needed && !(draft.values[f.name] ?? "") && !(saved && f.secret)) lacks.push({ field: f.title || f.name });
  if (!draft.organization) lacks.push("organization");
  if (!saved && !/^\d{4}-\d\d-\d\d$/.test(draft.from)) lacks.push("from");
  return lacks;
}

/** A draft as the API takes it: secret fields apart, and only what was given. */
export function bodyOf(draft: Draft, form: CredentialForm): Body {
  const given = form.fields.filter((f) => (draft.values[f.name] ?? "") !== "");
  const those = (secret: boolean) => Object.fromEntries(given.filter((f) => f.secret === secret).map((f) => [f.name, draft.values[f.name]!]));
  return {
    backend: draft.backend, name: draft.name.trim(), organization: draft.organization, schema: form.schema, fields: those(false), secrets: those(true),
    ...(draft.group ? { group: draft.group } : {}), ...(draft.payer.trim() ? { payer: draft.payer.trim() } : {}), ...(draft.from ? { from: draft.from } : {}),
    ...(draft.invoiceIds ? { invoice_ids: true } : {}),
  };
}
