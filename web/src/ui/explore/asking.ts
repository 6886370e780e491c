import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

import type { Problem } from "../../api/problem";
import { hasWord, useWords } from "../../words/words";
import { usePeriod } from "../period";
import { allConditions, changed, formatCondition, type Look, lookOf, monthsBefore, monthsBetween, type Question } from "./question";
import type { Dimension, KnownValue, Source, Sum } from "./source";

/** What the address says is looked at, and a way to look at something else. */
export function useLook(source: Source): { look: Look; show: (change: Partial<Look>) => void } {
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const look = useMemo(() => lookOf(params, period, source), [params, period, source]);
  const show = useCallback((change: Partial<Look>) => setParams((before) => changed(before, change)), [setParams]);
  return { look, show };
}

const minute = 60_000;

export interface Answered {
  question: Question;
  rows: Sum[];
}

/** The sums of what is looked at: for the chart by the first dimension and time, for the table by all, and those of the months before. */
export function useSums(source: Source, look: Look) {
  const months = { from: look.from, to: look.to };
  const where = allConditions(look).map(formatCondition);
  const several = monthsBetween(look.from, look.to) > 1;
  // A quantity has a unit only by the kind of usage.
  const first = look.measure === "quantity" ? [...look.by].sort((a, b) => Number(b === "usage_type") - Number(a === "usage_type")).slice(0, 1) : look.by.slice(0, 1);
  const chart: Question = { ...months, by: first, grain: look.grain, where, top: first.length && first[0] !== "margin_source" ? look.top : undefined }; // sources are few, and the largest may be below zero
  const table: Question = { ...months, by: look.by, grain: several ? "month" : undefined, where };
  const ask = (question: Question, when = true) => ({
    queryKey: ["explore", source.key, "sums", question], staleTime: minute, placeholderData: keepPreviousData, enabled: when,
    // What is shown while the next answer is on its way has the names of its own question.
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Answered> => ({ question, rows: await source.ask(question, signal) }),
  });
  return {
    question: table,
    chart: useQuery<Answered, Problem>(ask(chart)),
    table: useQuery<Answered, Problem>(ask(table)),
    before: useQuery<Answered, Problem>(ask({ ...monthsBefore(look), by: look.by, where, grain: several ? "month" : undefined }, look.compared)),
  };
}

/** What can be summed by. */
export function useDimensions(source: Source, look: Pick<Look, "from" | "to">): Dimension[] {
  const months = { from: look.from, to: look.to };
  const asked = useQuery<Dimension[], Problem>({ queryKey: ["explore", source.key, "dimensions", months], staleTime: minute, placeholderData: keepPreviousData, queryFn: ({ signal }) => source.dimensions(months, signal) });
  return asked.data ?? none;
}

const none: Dimension[] = [];

export function useValues(source: Source, look: Pick<Look, "from" | "to">, dimension: string, contains: string) {
  const months = { from: look.from, to: look.to };
  return useQuery<KnownValue[], Problem>({
    queryKey: ["explore", source.key, "values", dimension, contains, months], staleTime: minute, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => source.values(dimension, contains, months, signal),
  });
}

export interface Names {
  dimension: (name: string) => string;
  value: (dimension: string, value: string) => string;
}

const named = ["provider", "customer", "group", "owner", "account"]; // values that have a name beside their id

/** Words for dimensions and their values: the names of customers and accounts, and of what the server has codes for. */
export function useNames(source: Source, look: Look): Names {
  const t = useWords("explore");
  const months = { from: look.from, to: look.to };
  const wanted = named.filter((d) => look.by.includes(d) || allConditions(look).some((c) => c.dimension === d));
  const labels = useQueries({
    queries: wanted.map((d) => ({ queryKey: ["explore", source.key, "values", d, "", months], staleTime: minute, queryFn: ({ signal }: { signal: AbortSignal }) => source.values(d, "", months, signal) })),
    combine: (answers) => new Map(answers.flatMap((a, i) => (a.data ?? []).flatMap((v): [string, string][] => (v.label ? [[`${wanted[i]} ${v.value}`, v.label]] : [])))),
  });
  return useMemo(() => ({
    dimension: (name) => (name.startsWith("tag:") ? t("tag", { key: name.slice(4) }) : hasWord("explore", `dimension.${name}`) ? t(`dimension.${name}` as "dimension.service") : name),
    value: (dimension, value) => {
      if (value === "") return hasWord("explore", `without.${dimension}`) ? t(`without.${dimension}` as "without.commitment") : t("without.any");
      const code = `value.${dimension}.${value}`;
      const label = labels.get(`${dimension} ${value}`);
      if (label) return label;
      if (hasWord("explore", code)) return t(code as "value.class.usage");
      return dimension === "commitment" ? value.split(/[/:]/).at(-1)! : value;
    },
  }), [t, labels]);
}
