import { useQuery } from "@tanstack/react-query";

import { api } from "../../api/client";
import type { Problem } from "../../api/problem";
import { type Schema, useAll } from "../../api/query";
import type { Over } from "./preview";

export type Spec = Schema<"BillingBillingGroup">;

export interface Template {
  id: string;
  name?: string;
  invoice: Over;
}

/** A declared thing, and the tag that a change sends along: what somebody else changed meanwhile is not overwritten. */
export interface Tagged<T> {
  spec: T;
  version: number;
  tag: string;
}

export function useDeclared<T>(kind: string, id: string | undefined) {
  return useQuery<Tagged<T>, Problem>({
    queryKey: ["/api/v1/config/{kind}/{id}", kind, id, "tagged"],
    enabled: id !== undefined && id !== "",
    queryFn: async ({ signal }) => {
      const { data, response } = await api.GET("/api/v1/config/{kind}/{id}", { params: { path: { kind, id: id! } }, signal });
      return { spec: data!.spec as T, version: data!.version, tag: response.headers.get("ETag") ?? "" };
    },
  });
}

/** Declares a thing whole; refused where it is not what `tag` was given for. */
export async function declare(kind: string, id: string, spec: unknown, tag?: string): Promise<Schema<"Applied">> {
  const { data } = await api.PUT("/api/v1/config/{kind}/{id}", {
    params: { path: { kind, id }, header: tag ? { "If-Match": tag } : {} },
    body: spec as never,
  });
  return data!;
}

/** The things of a section of the configuration, by id. */
export function useSection<T>(kind: string, when = true): Map<string, T> {
  const all = useAll("/api/v1/config/{kind}", { params: { path: { kind } } }, { when });
  return new Map((all.data?.rows ?? []).map((r) => [r.id, r.spec as T]));
}

/** The id of the price book that is attached, where there is one: several have dates. */
export function bookOf(attached: unknown): string | undefined {
  if (typeof attached === "string") return attached;
  if (Array.isArray(attached)) return attached.length === 1 ? (attached[0] as { book: string }).book : undefined;
  return undefined;
}

export const accountsOf = (group: Spec): string[] => [...new Set((group.claims ?? []).flatMap((c) => c.accounts))];

/** What the reseller sells by, where neither group nor customer has a price book. */
export function useSellingBook(): string | undefined {
  return bookOf(useSection<{ selling_book?: unknown }>("reseller").values().next().value?.selling_book);
}
