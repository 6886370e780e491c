import type { Icon } from "@tabler/icons-react";

export interface Choice {
  id: string;
  title: string;
  detail?: string;
  section: "action" | "page" | "found";
  icon?: Icon;
  /** Words that it is found by, besides its title. */
  also?: string;
  to?: string;
  do: () => void;
}

/** As people type: capitals, and full-width and half-width letters, do not matter. */
export const folded = (text: string): string => text.normalize("NFKC").toLocaleLowerCase();

/** The choices that have all words of a text, those first whose title begins with it. */
export function matching(choices: Choice[], text: string): Choice[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  const rank = (c: Choice): number => {
    const title = folded(c.title);
    const whole = `${title} ${folded(c.also ?? "")}`;
    if (!words.every((w) => whole.includes(w))) return -1;
    if (title.startsWith(words.join(" "))) return 0;
    return words.every((w) => title.split(/[\s:：・]+/).some((part) => part.startsWith(w))) ? 1 : 2;
  };
  return choices.map((c) => [rank(c), c] as const).filter(([r]) => r >= 0).sort(([a], [b]) => a - b).map(([, c]) => c);
}

/** Where a thing that was found is shown; a document is named by month and group. */
export function addressOf(kind: string, id: string, where: string): string | undefined {
  const part = encodeURIComponent(id);
  switch (kind) {
    case "customer": return `/customers/${part}`;
    case "billing-group": return `/groups/${part}`;
    case "account": return `/accounts?search=${part}`;
    case "invoice": return `/invoices/${part}`;
    case "month": return `/month?month=${part}`;
    case "payer": return "/sources";
    case "price-book": return `/prices/${part}`;
    case "commitment": return `/commitments/${part}`;
    case "user": return `/settings/people?search=${part}`;
    default: return where.startsWith("/console") ? where.slice("/console".length) : undefined;
  }
}
