// How documents look, as it is declared under invoice_layouts. What a layout does not
// say is as in the look that it is based on.
import type { Schema } from "../../api/query";
import { differences, same } from "../group/form/layers";

export type Layout = Schema<"BillingLayout">;
export type Picture = Schema<"BillingLayoutPicture">;
export type Words = Schema<"BillingLayoutWords">; // all that have no words of their own where there is no language
export type Label = Schema<"DeliverLabel">; // with the text that comes with Sluice; each place for a number or a name is {}
export type Choices = Schema<"LayoutChoices">; // what layouts can say
export type Piece = Schema<"ArtworkPiece">; // a picture or a font that is kept for layouts

export const colourNames = ["accent", "ink", "muted", "line", "band"] as const;
export type ColourName = (typeof colourNames)[number];

/** The lists whose order counts. */
export type ListName = "facts" | "columns" | "sections" | "annexes";

export const lookOf = (choices: Choices, layout: Pick<Layout, "based_on">): Layout => choices.looks.find((l) => l.id === layout.based_on) ?? choices.looks[0]!;

/** The layout with one field changed; what is as in the look is not said. */
export function changed<Name extends keyof Layout>(layout: Layout, look: Layout, name: Name, to: Layout[Name]): Layout {
  const next = { ...layout };
  if (to === undefined || isNothing(to) && isNothing(look[name]) || same(to, look[name]) && name !== "id" && name !== "based_on") delete next[name];
  else next[name] = to;
  return next;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0) || (typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isNothing));

/** As it is declared: without texts and parts in which nothing stands. The words of a language keep their place. */
export function declaredOf(layout: Layout): Layout {
  const words = layout.words?.map(({ labels, ...texts }) => {
    const said = Object.fromEntries(Object.entries(labels ?? {}).filter(([, text]) => text !== ""));
    return { ...withoutNothing(texts), ...(Object.keys(said).length ? { labels: said } : {}) };
  });
  const { colours, ...rest } = layout;
  const own = withoutNothing(colours ?? {});
  return { ...rest, ...(Object.keys(own).length ? { colours: own } : {}), ...(words?.length ? { words } : {}) };
}

const withoutNothing = <T extends object>(of: T): T => Object.fromEntries(Object.entries(of).filter(([, value]) => !isNothing(value))) as T;

/** In how many places two layouts differ. */
export const changesOf = (before: Layout, after: Layout): number => differences(declaredOf(before), declaredOf(after)).length;

/** A list with an entry elsewhere. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const next = [...list];
  const [entry] = next.splice(from, 1);
  next.splice(Math.max(0, Math.min(list.length - 1, to)), 0, entry!);
  return next;
}

/** How many places for numbers and names a text has. */
export const placesIn = (text: string): number => text.split("{}").length - 1;

/** How bright a colour is, of 255, as the server weighs it (ITU-R BT.601). */
export function brightness(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return (red * 299 + green * 587 + blue * 114) / 1000;
}

export const isColour = (text: string | undefined): text is string => text !== undefined && /^#[0-9a-f]{6}$/i.test(text);

/** The path of a field within a layout, of a fault that the server found in one. */
export const inLayout = (location: string | undefined): string => (location ?? "").replace(/^(body\.layout|invoice_layouts\[[^\]]*\]|body)\.?/, "");
