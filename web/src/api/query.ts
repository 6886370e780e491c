import { QueryClient, useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { HttpMethod, PathsWithMethod } from "openapi-typescript-helpers";

import { api } from "./client";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

/** A type of the API by its name in the OpenAPI document. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Init<Path extends PathsWithMethod<paths, Method>, Method extends HttpMethod> = MaybeOptionalInit<paths[Path], Extract<Method, keyof paths[Path]>>;
type Data<Path extends PathsWithMethod<paths, Method>, Method extends HttpMethod> = FetchResponse<
  Extract<paths[Path][Extract<Method, keyof paths[Path]>], Record<string | number, unknown>>,
  object,
  "application/json"
>["data"];

export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        // What was refused stays refused; what the network lost is asked again.
        retry: (count, error) => count < 3 && error instanceof Problem && (error.code === "network" || error.status >= 502),
      },
    },
  });
}

/**
 * Asks an operation that reads. Its answer is kept under the path and the input;
 * `useChange` refreshes it by the path. `when: false` waits.
 *
 *     const months = useAsk("/api/v1/months");
 *     const invoice = useAsk("/api/v1/invoices/{id}", { params: { path: { id } } });
 */
export function useAsk<Path extends PathsWithMethod<paths, "get">>(
  path: Path,
  init?: Init<Path, "get">,
  options: { when?: boolean; every?: number; keep?: boolean } = {},
): UseQueryResult<NonNullable<Data<Path, "get">>, Problem> {
  return useQuery({
    queryKey: [path, init ?? {}],
    queryFn: ({ signal }) => askOnce(path, { ...init, signal } as unknown as Init<Path, "get">),
    enabled: options.when ?? true,
    refetchInterval: options.every ?? false,
    placeholderData: options.keep ? (before: unknown) => before as never : undefined,
  }) as UseQueryResult<NonNullable<Data<Path, "get">>, Problem>;
}

/** Asks an operation that reads, outside of a component. */
export async function askOnce<Path extends PathsWithMethod<paths, "get">>(path: Path, init: Init<Path, "get">): Promise<NonNullable<Data<Path, "get">>> {
  // The client's own overloads cannot be called with a path that is a type parameter.
  const get = api.GET as unknown as (path: string, init: unknown) => Promise<{ data?: unknown }>;
  return (await get(path, init)).data as NonNullable<Data<Path, "get">>;
}

interface Listed<Row> {
  items: Row[];
  next?: string;
  total?: number;
}

/**
 * Reads a list to its end, page by page, up to `most` rows (10,000): tables sort
 * and filter at once what is here. `cut` says that there are more.
 */
export function useAll<Path extends PathsWithMethod<paths, "get">>(
  path: Path,
  init?: Init<Path, "get">,
  options: { when?: boolean; every?: number; most?: number } = {},
): UseQueryResult<{ rows: RowOf<Path>[]; cut: boolean }, Problem> {
  const most = options.most ?? 10_000;
  return useQuery({
    queryKey: [path, init ?? {}, "all", most],
    enabled: options.when ?? true,
    refetchInterval: options.every ?? false,
    queryFn: async ({ signal }) => {
      const rows: RowOf<Path>[] = [];
      let cursor: string | undefined;
      do {
        const given = init as { params?: { query?: Record<string, unknown> } } | undefined;
        const query = { limit: 1000, ...given?.params?.query, cursor };
        const page = (await askOnce(path, { ...given, params: { ...given?.params, query }, signal } as unknown as Init<Path, "get">)) as unknown as Listed<RowOf<Path>>;
        rows.push(...page.items);
        cursor = page.next;
      } while (cursor && rows.length < most);
      return { rows, cut: cursor !== undefined };
    },
  }) as UseQueryResult<{ rows: RowOf<Path>[]; cut: boolean }, Problem>;
}

/** What a list has a row of. */
export type RowOf<Path extends PathsWithMethod<paths, "get">> = NonNullable<Data<Path, "get">> extends { items: (infer Row)[] } ? Row : never;

type Changing = "post" | "put" | "patch" | "delete";

/**
 * Does an operation that changes something. What was read by the paths in
 * `refreshes` (or below them) is read again after it; without them, everything.
 *
 *     const approve = useChange("post", "/api/v1/invoices/approve", { refreshes: ["/api/v1/invoices"] });
 *     approve.mutate({ body: { ids } });
 */
export function useChange<Method extends Changing, Path extends PathsWithMethod<paths, Method>>(method: Method, path: Path, options: { refreshes?: string[] } = {}) {
  const queries = useQueryClient();
  return useMutation<NonNullable<Data<Path, Method>>, Problem, Init<Path, Method>>({
    mutationFn: (init) => changeOnce(method, path, init),
    onSuccess: () => refresh(queries, options.refreshes),
  });
}

/** Does an operation that changes something, outside of a component. */
export async function changeOnce<Method extends Changing, Path extends PathsWithMethod<paths, Method>>(
  method: Method,
  path: Path,
  init: Init<Path, Method>,
): Promise<NonNullable<Data<Path, Method>>> {
  const call = api[method.toUpperCase() as Uppercase<Method>] as unknown as (path: string, init: unknown) => Promise<{ data?: unknown }>;
  return (await call(path, init)).data as NonNullable<Data<Path, Method>>;
}

/** Reads again what stands under paths that begin so. */
export function refresh(queries: QueryClient, beginnings?: string[]) {
  return queries.invalidateQueries({
    predicate: (query) => !beginnings || beginnings.some((b) => String(query.queryKey[0]).startsWith(b)),
  });
}
