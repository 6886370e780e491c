import { Text } from "@mantine/core";
import type { ReactNode } from "react";

import { useWords } from "../../words/words";
import { useFormats } from "../format";
import { providerName } from "../invoice/labels";
import { Card } from "../page";
import { Empty, State } from "../state";
import { type Column, DataTable } from "../table";
import type { Standing } from "./spend";

/** The billing accounts that bills are read from: when last, how old that is, and what went wrong. */
export function Sources({ of, names, tools }: { of: Standing[]; names?: Record<string, string>; tools?: ReactNode }) {
  const t = useWords("spend");
  const f = useFormats();
  const age = (hours: number) => (hours < 1 ? t("sources.now") : hours < 48 ? t("sources.hours", { count: hours }) : t("sources.days", { count: Math.floor(hours / 24) }));
  const condition = (s: Standing) => (s.failing ? "failing" : s.good_at ? "fine" : "never");
  const columns: Column<Standing>[] = [
    { id: "state", title: t("sources.state"), value: condition, show: (s) => <State tone={s.failing ? "bad" : s.good_at ? "good" : "quiet"}>{t(`sources.${condition(s)}`)}</State> },
    { id: "source", title: t("sources.source"), width: 170, value: (s) => s.source, show: (s) => <>{s.source}{s.provider && <Text size="xs" c="dimmed">{providerName(s.provider, names)}</Text>}</> },
    ...(of.some((s) => s.payer) ? [{ id: "payer", title: t("sources.payer"), kind: "id", value: (s) => s.payer } satisfies Column<Standing>] : []),
    { id: "good", title: t("sources.good"), kind: "time", value: (s) => s.good_at, show: (s) => (s.good_at ? <><span className="num">{f.time(s.good_at)}</span>{s.good_period && <Text size="xs" c="dimmed">{f.period(s.good_period)}</Text>}</> : <span className="soft">{t("sources.never")}</span>) },
    { id: "age", title: t("sources.age"), kind: "number", value: (s) => s.age_hours, show: (s) => (s.age_hours == null ? <span className="soft">–</span> : age(s.age_hours)) },
    { id: "problem", title: t("sources.problem"), width: 220, value: (s) => s.problem, show: (s) => (s.failing ? <Text size="sm">{s.problem}{s.failed_at && <Text span size="xs" c="dimmed" display="block">{t("sources.failedAt", { time: f.time(s.failed_at) })}</Text>}</Text> : <span className="soft">–</span>) },
  ];
  return (
    <Card flush title={t("sources.title")} tools={tools}>
      <DataTable name="spend-sources" label={t("sources.title")} plain columns={columns} rows={of} rowKey={(s) => s.source} mark={(s) => (s.failing ? "bad" : undefined)} empty={<Empty title={t("sources.none")}>{t("sources.noneHelp")}</Empty>} />
    </Card>
  );
}
