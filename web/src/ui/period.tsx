import { ActionIcon, Group, Select } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useSearchParams } from "react-router";

import { useWords } from "../words/words";
import { useFormats } from "./format";

interface Months {
  /** The month that all pages are about, such as 2026-10. */
  period: string;
  /** All months there are, the newest first. */
  periods: string[];
  choose: (period: string) => void;
}

const Context = createContext<Months>({ period: "", periods: [], choose: () => undefined });

export const usePeriod = () => useContext(Context);

/** The month before, or so many before. */
export function monthBefore(period: string, by = 1): string {
  const [year, month] = period.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 - by, 1)).toISOString().slice(0, 7);
}

/** Keeps the chosen month while one goes from page to page: the address has it as `month`, and so can be sent to others. */
export function PeriodProvider({ periods, first, children }: { periods: string[]; first: string; children: ReactNode }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get("month");
  const period = asked && /^\d{4}-\d\d$/.test(asked) ? asked : sessionStorage.getItem("month") ?? first;
  const value = useMemo(() => ({
    period,
    periods: periods.includes(period) ? periods : [period, ...periods].sort().reverse(),
    choose: (chosen: string) => {
      sessionStorage.setItem("month", chosen);
      setParams((before) => {
        const next = new URLSearchParams(before);
        next.set("month", chosen);
        return next;
      });
    },
  }), [period, periods, setParams]);
  if (asked === period) sessionStorage.setItem("month", period);
  return <Context value={value}>{children}</Context>;
}

export function PeriodPicker() {
  const t = useWords("ui");
  const f = useFormats();
  const { period, periods, choose } = usePeriod();
  const at = periods.indexOf(period);
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label={t("month")}>
      <ActionIcon visibleFrom="sm" aria-label={t("monthBefore")} disabled={at < 0 || at === periods.length - 1} onClick={() => choose(periods[at + 1]!)}><IconChevronLeft size={16} /></ActionIcon>
      <Select aria-label={t("month")} w={138} size="xs" allowDeselect={false} value={period} onChange={(p) => p && choose(p)} data={periods.map((p) => ({ value: p, label: f.period(p) }))} comboboxProps={{ transitionProps: { duration: 80 } }} />
      <ActionIcon visibleFrom="sm" aria-label={t("monthAfter")} disabled={at <= 0} onClick={() => choose(periods[at - 1]!)}><IconChevronRight size={16} /></ActionIcon>
    </Group>
  );
}
