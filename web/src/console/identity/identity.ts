import { put } from "../group/form/layers";

/** Whom to ask (BG-6, BG-9 of EN 16931). */
export interface ContactPoint {
  name?: string;
  phone?: string;
  email?: string;
}

/** Where invoices are paid to: by IBAN, or where there is none by a number with the code of bank and branch. */
export interface BankAccount {
  holder?: string;
  iban?: string;
  bic?: string;
  bank?: string;
  branch?: string;
  kind?: string; // in Japan: ordinary or current
  number?: string;
  code?: string;
}

export interface Address {
  lines?: string[];
  city?: string;
  postal_code?: string;
  region?: string;
  country: string; // ISO 3166
}

/** Who a seller or buyer is: as documents print it, and as programs read it. */
export interface Identity {
  name: string;
  address?: Address;
  tax_registration?: string;
  contact?: string;
  payment?: string[];
  legal_id?: string;
  endpoint?: string;
  contact_point?: ContactPoint;
  bank?: BankAccount;
}

/** With another value at a place; parts that say nothing any more are left out, from the inside. */
export function withValue<T extends Identity>(spec: T, path: string[], value: unknown): T {
  const [first, ...rest] = path as [string, ...string[]];
  const old = (spec as unknown as Record<string, unknown>)[first];
  const said = value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
  if (rest.length === 0) return put(spec, [first], said) as T;
  const inner = put(old ?? {}, rest, said) as Record<string, unknown>;
  return put(spec, [first], Object.keys(inner).length > 0 ? inner : undefined) as T;
}

/** What is wrong with a field, such as bank.iban, of whoever was declared. */
export function faultAt(errors: { location?: string; message: string }[] | undefined, field: string): string | undefined {
  return errors?.find((e) => e.location === field || e.location?.endsWith(`.${field}`))?.message;
}
