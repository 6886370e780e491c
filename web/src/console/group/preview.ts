import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, type Schema } from "../../api/query";

/** Settings by name, as under `invoice` in the configuration; null takes one away. */
export type Over = Record<string, unknown>;

export type Declared = Schema<"DeclaredChange">;

/** What would be drafted; `fields` of a change are the marks of its document. */
export type Preview = Schema<"DeskInvoicePreview">;

export interface Trying {
  period: string;
  group: string;
  layer: "month" | "group";
  settings?: Over;
  changes?: Declared[];
}

export function preview({ period, ...body }: Trying, signal?: AbortSignal): Promise<Preview> {
  return changeOnce("post", "/api/v1/months/{period}/preview", { params: { path: { period } }, body: { ...body, anew: true }, signal });
}

/** What a group's documents would be; the last answer stays while the next is on its way, or is refused. */
export function usePreview(trying: Trying, when = true) {
  const [last, setLast] = useState<Preview>();
  const query = useQuery<Preview, Problem>({
    queryKey: ["preview", trying],
    queryFn: ({ signal }) => preview(trying, signal),
    enabled: when && trying.group !== "" && trying.period !== "",
    placeholderData: (before) => before,
    retry: false,
  });
  if (query.isSuccess && !query.isPlaceholderData && query.data !== last) setLast(query.data);
  return { ...query, shown: query.data ?? last };
}

export type Previewed = ReturnType<typeof usePreview>;
