import type { Over } from "../preview";

/** Where a setting comes from. A template comes before the group's own; a month before both. */
export type Source = "month" | "template" | "group" | "default";

/** The layer that is edited: one month alone, what a group declares, or a template. */
export type Layer = "month" | "group" | "template";

export interface Layers {
  layer: Layer;
  template: Over; // of the group's template; of a template, its own
  own: Over; // of the group
  month: Over; // of the month; where it has none of its own, the master's
}

/** What holds before anything is changed here: settings are taken whole, name by name. */
export function inForce(l: Layers): Over {
  switch (l.layer) {
    case "month": return l.month;
    case "template": return l.template;
    case "group": return { ...l.own, ...l.template };
  }
}

/** What would hold with the changes. */
export function withChanges(base: Over, over: Over): Over {
  const all = { ...base, ...over };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

export function sourceOf(l: Layers, name: string, over: Over): Source {
  if (l.layer === "template") return name in withChanges(l.template, over) ? "template" : "default";
  const master = { ...l.own, ...l.template };
  const shown = withChanges(inForce(l), over);
  if (l.layer === "month" && !same(shown[name], master[name])) return "month";
  if (name in l.template) return "template";
  return name in shown ? "group" : "default";
}

/** Whether the layer cannot decide on a setting: a group where its template does. */
export const isOverruled = (l: Layers, name: string): boolean => l.layer === "group" && name in l.template;

/** The change that gives a setting back to the layer above; undefined where it has nothing to give back. */
export function reverted(l: Layers, name: string, over: Over): { to: unknown } | undefined {
  const shown = withChanges(inForce(l), over);
  switch (l.layer) {
    case "month": {
      const master = { ...l.own, ...l.template };
      return same(shown[name], master[name]) ? undefined : { to: master[name] ?? null };
    }
    case "group": return isOverruled(l, name) || !(name in shown) ? undefined : { to: null };
    case "template": return name in shown ? { to: null } : undefined;
  }
}

/** The changes with one more; one that leaves things as they are is none. */
export function changed(base: Over, over: Over, name: string, value: unknown): Over {
  const next = { ...over };
  const to = isNothing(value) ? null : value;
  if (same(to ?? undefined, base[name])) delete next[name];
  else next[name] = to;
  return next;
}

/** Settings that say nothing are left out of the configuration. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0) || (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0);

/** Whether two values of JSON are the same, in whatever order their names stand. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [a as Over, b as Over];
  return [...new Set([...Object.keys(x), ...Object.keys(y)])].every((key) => same(x[key], y[key]));
}

/** A value with one below it replaced: a part of a path is a name or a place in a list. Nothing takes it away. */
export function put(value: unknown, path: (string | number)[], to: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return to;
  if (typeof first === "number") {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[first] = put(list[first], rest, to);
    return list;
  }
  const object = { ...(value as Over | undefined) };
  const inner = put(object[first], rest, to);
  if (inner === undefined || inner === null || inner === "") delete object[first];
  else object[first] = inner;
  return object;
}

/** Says of values of JSON by what they differ, by path, for people. */
export function differences(before: unknown, after: unknown, path = ""): { path: string; before: unknown; after: unknown }[] {
  if (same(before, after)) return [];
  const object = (v: unknown): v is Over => typeof v === "object" && v !== null && !Array.isArray(v);
  if (object(before) && object(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
  }
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(object)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => differences(before[i] as unknown, after[i] as unknown, `${path}[${i}]`)).flat();
  }
  return [{ path, before, after }];
}
