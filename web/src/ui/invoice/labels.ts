import type en from "./label/en.json";
import type { Decimal } from "../decimal";

/** The words and signs of a document in one language, as the PDF has them (internal/deliver/label_*.go). */
export type Labels = typeof en;

const files = import.meta.glob<{ default: Labels }>("./label/*.json");

// In the order of looking a language up: the longest that it begins with.
const tags: [tag: string, file: string][] = [
  ["zh-tw", "zh-TW"], ["zh-hk", "zh-TW"], ["zh-mo", "zh-TW"], ["zh-hant", "zh-TW"], ["zh", "zh-CN"],
  ["ja", "ja"], ["de", "de"], ["fr", "fr"], ["es", "es"], ["ko", "ko"], ["en", "en"],
];

/** The languages that documents can be in. */
export const documentLanguages = ["en", "ja", "de", "fr", "es", "ko", "zh-CN", "zh-TW"];

export function labelFile(language: string): string {
  const wanted = language.toLowerCase();
  return tags.find(([tag]) => wanted === tag || wanted.startsWith(`${tag}-`))?.[1] ?? "en";
}

const loaded = new Map<string, Promise<Labels>>();

/** The labels of a BCP 47 language; of a language that has none, the English ones. The same promise each time, so that React can `use` it. */
export function labelsOf(language: string): Promise<Labels> {
  const file = labelFile(language);
  let labels = loaded.get(file);
  if (!labels) {
    labels = files[`./label/${file}.json`]!().then((module) => module.default);
    loaded.set(file, labels);
  }
  return labels;
}

/** Puts texts in the places of a label: "%s on %s". */
export function put(label: string, ...texts: (string | number)[]): string {
  let next = 0;
  return label.replace(/%[sd]/g, () => String(texts[next++] ?? ""));
}

/** A plain decimal with the language's signs; exact, whatever its length. */
export function separate(l: Labels, plain: Decimal): string {
  const [whole = "0", fraction] = plain.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, l.group);
  return (plain.startsWith("-") ? "−" : "") + grouped + (fraction ? l.point + fraction : "");
}

/** With so many digits behind the point, half-up: what is exact is shown so; amounts of a document are rounded already. */
export function fixed(l: Labels, value: Decimal, digits: number): string {
  const rounded = new Intl.NumberFormat("en", { useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfExpand" }).format(value as Intl.StringNumericLiteral);
  return separate(l, rounded);
}

export const percentage = (l: Labels, value: Decimal): string => separate(l, value) + l.percent;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day such as 2026-10-31 as the language writes it on documents. */
export function day(l: Labels, value: string): string {
  const [year, month, of] = value.slice(0, 10).split("-") as [string, string, string];
  return l.date.replace(/2006|Jan|0[12]|[12]/g, (part) => {
    switch (part) {
      case "2006": return year;
      case "Jan": return months[Number(month) - 1]!;
      case "01": return month;
      case "02": return of;
      case "1": return String(Number(month));
      default: return String(Number(of));
    }
  });
}

/** The first and the last day of a month such as 2026-10, or of several. */
export function days(l: Labels, first: string, last = first): string {
  const [year, month] = last.split("-").map(Number) as [number, number];
  const end = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return `${day(l, `${first}-01`)} – ${day(l, end)}`;
}

/** Begins a text with a capital letter, where its script has them. */
export const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const providers: Record<string, string> = { aws: "AWS", azure: "Microsoft Azure", gcp: "Google Cloud", oci: "Oracle Cloud", alibaba: "Alibaba Cloud" };
/** The name of a provider: one that is declared as the answer tells it, with what it names providers by. */
export const providerName = (id: string, declared?: Record<string, string>): string => declared?.[id] ?? providers[id] ?? id;

// What the providers call their support plans, in every language.
const plans: Record<string, string> = {
  "aws-developer": "AWS Developer", "aws-business": "AWS Business", "aws-enterprise-on-ramp": "AWS Enterprise On-Ramp",
  "aws-enterprise": "AWS Enterprise", "aws-partner-led": "AWS Partner-Led", "aws-business-plus": "AWS Business Support+",
  "aws-enterprise-2026": "AWS Enterprise (2026)", "aws-unified-operations": "AWS Unified Operations",
  "gcp-standard": "Google Cloud Standard", "gcp-enhanced": "Google Cloud Enhanced", "gcp-premium": "Google Cloud Premium",
  "azure-developer": "Azure Developer", "azure-standard": "Azure Standard", "azure-pro-direct": "Azure Professional Direct",
};
export const planName = (id: string): string => plans[id] ?? id;
export const planIDs = Object.keys(plans);
