import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { Layout } from "./layout";

export interface Asked {
  layout: Layout;
  invoice: string; // the id of a document, or a sample's, which is sample: and its kind
  language: string; // the document's own where it is empty
}

/** The samples that the server invents, beside documents. */
export const samples = ["invoice", "credit-note"] as const;

/** The kind of the sample that is meant, where it is one. */
export const sampleOf = (invoice: string) => samples.find((kind) => invoice === `sample:${kind}`);

/** Prints a document in a layout that is not saved. */
export async function print({ layout, invoice, language }: Asked, signal?: AbortSignal): Promise<Blob> {
  const sample = sampleOf(invoice);
  const of = sample ? { kind: sample } : { kind: "invoice" as const, invoice };
  const { data } = await api.POST("/api/v1/invoice-layouts/preview", { body: { layout: layout as unknown as Record<string, unknown>, ...of, ...(language ? { language } : {}) }, parseAs: "blob", signal });
  return data as unknown as Blob;
}

/** The address of the PDF of a document in the layout: the last one that could be printed stays until the next is there. */
export function usePrinted(asked: Asked) {
  const query = useQuery<Blob, Problem>({
    queryKey: ["layout-preview", asked], queryFn: ({ signal }) => print(asked, signal),
    placeholderData: keepPreviousData, retry: false, gcTime: 30_000, staleTime: Infinity, refetchOnWindowFocus: false,
  });
  const [last, setLast] = useState<Blob>();
  if (query.data && query.data !== last) setLast(query.data);
  const address = useAddress(last);
  return { address, error: query.error, busy: query.isFetching, again: () => void query.refetch() };
}

function useAddress(of: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!of) return;
    const made = URL.createObjectURL(of);
    setAddress(made);
    // What is in sight now goes a little later, when the next one has been drawn.
    return () => { setTimeout(() => URL.revokeObjectURL(made), 10_000); };
  }, [of]);
  return address;
}
