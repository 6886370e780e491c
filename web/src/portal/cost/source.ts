import { api } from "../../api/client";
import { askOnce, type RowOf } from "../../api/query";
import { allConditions, formatCondition, type Look, type Question } from "../../ui/explore/question";
import type { Source, Sum } from "../../ui/explore/source";

type Usage = RowOf<"/api/v1/portal/usage">;

export const start = { measures: ["price", "quantity"] as const, by: ["service"] };

const escaped = (value: string) => value.replace(/[\\|]/g, "\\$&");

/** One's own usage at one's own price. With `groups`, of these billing groups alone: of whom sells on, bought and sold are two things. */
export function usageOf(organization: string, groups: string[] | undefined): Source {
  const bound = groups ? [`group:in:${groups.map(escaped).join("|")}`] : [];
  const asked = ({ by, where, ...question }: Question) => ({ ...question, organization, by: by.length ? by.join(",") : "group", where: [...where, ...bound] });
  return {
    key: `usage ${organization} ${bound.join()}`,
    page: "costs",
    organization,
    ...start,
    async ask(question, signal) {
      const rows: Usage[] = [];
      let cursor: string | undefined;
      do {
        const page = await askOnce("/api/v1/portal/usage", { params: { query: { ...asked(question), limit: 1000, cursor } }, signal });
        rows.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return rows.map((row) => sumOf(row, question.by));
    },
    async dimensions(months, signal) {
      return (await askOnce("/api/v1/portal/usage/dimensions", { params: { query: { ...months, organization, limit: 1000 } }, signal })).items;
    },
    async values(dimension, contains, months, signal) {
      return (await askOnce("/api/v1/portal/usage/values", { params: { query: { ...months, organization, dimension, contains: contains || undefined, limit: 100 } }, signal })).items;
    },
    async csv(question) {
      const { data } = await api.GET("/api/v1/portal/usage", { params: { query: asked(question) }, headers: { Accept: "text/csv" }, parseAs: "text" });
      return data as unknown as string;
    },
  };
}

/** A row of the API as the explorer has it. */
export function sumOf(row: Usage, by: string[]): Sum {
  const value = (dimension: string) => (dimension.startsWith("tag:") ? row.tags?.[dimension.slice(4)] : row[dimension as "service"]) ?? "";
  return { keys: by.map(value), date: row.day ?? row.month, other: row.other, currency: row.currency, price: row.amount, quantity: row.quantity, unit: row.unit, lines: row.lines };
}

/** What is looked at as the question of a report, which has no months: it is about the newest. */
export function questionOf(look: Look): string {
  const question = new URLSearchParams({ by: [look.grain, ...look.by].join(",") });
  for (const condition of allConditions(look)) question.append("where", formatCondition(condition));
  return question.toString();
}
