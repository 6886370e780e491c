import { api } from "../../api/client";
import { askOnce } from "../../api/query";
import type { Question } from "../../ui/explore/question";
import type { Source } from "../../ui/explore/source";

const asked = ({ by, ...question }: Question) => ({ ...question, by: by.join(",") || undefined });

/** The reseller's books: cost, price and margin of everything. */
export const books: Source = {
  key: "books",
  page: "explore",
  measures: ["price", "cost", "margin", "list_cost", "quantity"],
  by: ["customer"],
  async ask(question, signal) {
    const answer = await askOnce("/api/v1/explore", { params: { query: asked(question) }, signal });
    return answer.rows;
  },
  async dimensions(months, signal) {
    const page = await askOnce("/api/v1/explore/dimensions", { params: { query: { ...months, limit: 1000 } }, signal });
    return page.items;
  },
  async values(dimension, contains, months, signal) {
    const page = await askOnce("/api/v1/explore/values", { params: { query: { ...months, dimension, contains: contains || undefined, limit: 100 } }, signal });
    return page.items;
  },
  async csv(question) {
    const { data } = await api.GET("/api/v1/explore/rows", { params: { query: asked(question) }, headers: { Accept: "text/csv" }, parseAs: "text" });
    return data as unknown as string;
  },
};
