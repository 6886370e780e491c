import type { Declared } from "./backend_form";

/** A backend being written: numbers and options as they are typed. */
export interface Draft {
  name: string;
  address: string;
  protocol: string;
  provider: string;
  newProvider?: { id: string; name: string };
  currency: string;
  options: { key: string; value: string }[];
  idle: string;
  rows: string;
}

export const draftOf = (b?: Declared): Draft => ({
  name: b?.name ?? "", address: b?.address ?? "", protocol: b?.protocol || "sluice", provider: b?.provider ?? "", currency: b?.currency ?? "",
  options: Object.entries(b?.options ?? {}).map(([key, value]) => ({ key, value })), idle: b?.idle_seconds ? String(b.idle_seconds) : "", rows: b?.most_rows ? String(b.most_rows) : "",
});

/** As the configuration has it; what has its default is left out. */
export function declaredOf(d: Draft): Declared {
  const options = d.options.filter((o) => o.key.trim() !== "");
  return {
    name: d.name, address: d.address.trim(), provider: d.newProvider ? d.newProvider.id : d.provider, ...(d.protocol === "sluice" ? {} : { protocol: d.protocol }), ...(d.currency ? { currency: d.currency.toUpperCase() } : {}),
    ...(options.length ? { options: Object.fromEntries(options.map((o) => [o.key.trim(), o.value])) } : {}), ...(d.idle ? { idle_seconds: parseInt(d.idle, 10) } : {}), ...(d.rows ? { most_rows: parseInt(d.rows, 10) } : {}),
  };
}

/** Whether an address is one that a backend can have. */
export const isAddress = (text: string): boolean => /^grpcs?:\/\/(\[[0-9a-f:]+\]|[^\s/:@?#]+):\d+\/?$/i.test(text.trim()) || /^unix:\/\/\/[^\s?#]+$/.test(text.trim());

export const whole = (d: Draft): boolean =>
  d.name !== "" && isAddress(d.address) && (d.newProvider ? d.newProvider.id !== "" && d.newProvider.name.trim() !== "" : d.provider !== "") && (d.currency === "" || /^[A-Za-z]{3}$/.test(d.currency));
