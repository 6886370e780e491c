import { type Completion, type CompletionContext, type CompletionResult, snippetCompletion } from "@codemirror/autocomplete";

import { askOnce, type Schema } from "../../api/query";
import { formatsNow } from "../../ui/format";
import { fields } from "./book";
import { type Place, placeAt } from "./place";
import { keysAt, type SchemaNode, valuesAt } from "./schema";
import { scalar } from "./yaml";

type Value = Schema<"BookuseCatalogValue">;

/** What can be written in the text of a price book: keys of the schema, and what the bills of a month have. */
export function completions(schema: () => SchemaNode | undefined, period: string, rules: () => string[]) {
  const asked = new Map<string, Promise<Value[]>>();
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeAt(context.state.doc.toString(), context.pos);
    if (!context.explicit && place.word === "" && place.at === "key") return null;
    const options = place.at === "key" ? keys(schema(), place.path) : await values(place);
    return options.length ? { from: place.from, options, filter: true, validFor: /^[^,{}[\]\n]*$/ } : null;
  };

  async function values(place: Place): Promise<Completion[]> {
    const { path } = place;
    if (path[0] === "examples" && path.at(-1) === "rule") return rules().map((name) => ({ label: name, apply: scalar(name), type: "variable" }));
    const fixed = schema() ? valuesAt(schema()!, path) : [];
    if (fixed.length) return fixed.map((label) => ({ label, type: "enum" }));
    const field = catalogField(path);
    if (!field) return [];
    const prefix = place.word.replace(/^["']/, "");
    const found = await ask(field, place.siblings.service, prefix.length > 2 ? prefix.slice(0, 3) : "");
    return found.filter((v) => v.value !== "").map((v, i): Completion => {
      const [cost] = Object.entries(v.cost ?? {});
      return { label: v.value, apply: scalar(v.value), detail: [v.label, cost && formatsNow().money(cost[1], cost[0])].filter(Boolean).join(" · "), type: "text", boost: -i / 100 };
    });
  }

  function ask(field: string, service: string | undefined, prefix: string): Promise<Value[]> {
    const key = `${field}|${service ?? ""}|${prefix}`;
    const known = asked.get(key);
    if (known) return known;
    const answer = askOnce("/api/v1/months/{period}/catalog", { params: { path: { period }, query: { field: [field], service, prefix: prefix || undefined, limit: 300 } } })
      .then((catalog) => catalog.fields[0]?.values ?? [], () => []);
    asked.set(key, answer);
    return answer;
  }
}

const snippets = new Map([
  ["rules", "rules:\n  - name: ${name}\n    match: {${}}\n    percent: \"${0}\""],
  ["match", "match: {${}}"],
  ["tiers", "tiers:\n  - {up_to: \"${100}\", unit_price: \"${0.1}\"}\n  - {unit_price: \"${0.09}\"}"],
]);
const quoted = new Set(["percent", "unit_price", "fee", "floor", "cap", "managed", "round_unit_to", "up_to", "price", "cost", "list_cost", "usage", "free_tier_rate"]);

function keys(schema: SchemaNode | undefined, path: string[]): Completion[] {
  if (!schema) return [];
  return keysAt(schema, path).map(({ name, about }): Completion => {
    const snippet = snippets.get(name) ?? (quoted.has(name) ? `${name}: "\${}"` : undefined);
    const completion: Completion = { label: name, type: "property", info: about, apply: `${name}: ` };
    return snippet ? snippetCompletion(snippet, completion) : completion;
  });
}

/** The field of the bill whose values stand at a path, such as usage_type. */
export function catalogField(path: string[]): string | undefined {
  const at = path.indexOf("match") >= 0 ? path.indexOf("match") : path.indexOf("line");
  if (at < 0) return undefined;
  const [field, name, ...more] = path.slice(at + 1);
  if (field === "tags" || field === "cost_categories") return name === undefined ? undefined : `${field === "tags" ? "tag" : "cost_category"}:${name}`;
  if (!(fields as readonly string[]).includes(field ?? "")) return undefined;
  const comparison = [name, ...more].at(-1);
  return comparison === undefined || comparison === "not" || comparison === "prefix" || comparison === "equal" ? field : undefined;
}
