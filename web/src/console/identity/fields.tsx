import { createContext, type ReactNode, useContext } from "react";

import { type Identity, withValue } from "./identity";

interface Form {
  spec: Identity;
  set: (path: string[], value: unknown) => void;
  /** What is wrong with a field such as bank.iban. */
  at: (field: string) => string | undefined;
  readOnly: boolean;
}

const Context = createContext<Form | undefined>(undefined);

/** Around the fields of a customer or of the reseller. */
export function IdentityForm<T extends Identity>({ spec, change, at, readOnly, children }: { spec: T; change: (by: (before: T) => T) => void; at: Form["at"]; readOnly: boolean; children: ReactNode }) {
  return <Context value={{ spec, at, readOnly, set: (path, value) => change((before) => withValue(before, path, value)) }}>{children}</Context>;
}

/** What a field of text needs: its value, how it is changed, what is wrong, and where links find it. */
export function useIdentity() {
  const form = useContext(Context);
  if (!form) throw new Error("useIdentity is for what stands inside IdentityForm");
  const text = (...path: string[]) => ({
    value: (path.reduce<unknown>((of, name) => (of as Record<string, unknown> | undefined)?.[name], form.spec) as string | undefined) ?? "",
    error: form.at(path.join(".")), readOnly: form.readOnly, "data-field": path.join("."), autoComplete: "off",
    onChange: (e: { currentTarget: { value: string } }) => form.set(path, e.currentTarget.value),
  });
  return { ...form, text };
}
