import { Anchor, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";

import { type Schema, useAll } from "../../../api/query";
import { compare, isZero, minus, sum } from "../../../ui/decimal";
import { useFormats } from "../../../ui/format";
import { Answer, Empty, Notice } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import classes from "../invoice.module.css";
import type { Only } from "./charges";
import type { How } from "./how";

type Explored = Schema<"Explored">;

/** What a line of the document was used for: its kinds of usage, with what the provider charged and what is asked for it. */
export function Usage({ usage, group, period, toCharges }: { usage: NonNullable<How["usage"]>; group: string; period: string; toCharges: ((only: Only) => void) | undefined }) {
  const t = useWords("invoice");
  const f = useFormats();
  const where = [`group:in:${plain(group)}`, `account:in:${plain(usage.account)}`, ...(usage.service ? [`service:in:${plain(usage.service)}`] : [])];
  const rows = useAll("/api/v1/explore/rows", { params: { query: { from: period, by: usage.service ? "usage_type,region" : "service,usage_type,region", where } } });
  const columns = useMemo((): Column<Explored>[] => [
    ...(usage.service ? [] : [{ id: "service", title: t("usage.service"), value: (r: Explored) => r.by.service }]),
    { id: "type", title: t("usage.type"), value: (r) => r.by.usage_type, show: (r) => (toCharges && r.by.usage_type ? <button type="button" className={classes.drill} onClick={() => toCharges({ type: r.by.usage_type, service: r.by.service })}>{r.by.usage_type}</button> : r.by.usage_type || "–") },
    { id: "region", title: t("usage.region"), value: (r) => r.by.region, show: (r) => <span style={{ whiteSpace: "nowrap" }}>{r.by.region || "–"}</span> },
    { id: "quantity", title: t("usage.quantity"), kind: "number", value: (r) => r.quantity, show: (r) => (r.quantity ? <span className="num" title={r.quantity}>{f.number(r.quantity, 2)} <span className="soft">{r.unit}</span></span> : <span className="soft">–</span>) },
    { id: "cost", title: t("usage.cost"), kind: "amount", value: (r) => r.cost, currency: (r) => r.currency, total: true },
    { id: "price", title: t("usage.price"), kind: "amount", value: (r) => r.price, currency: (r) => r.currency, total: true },
    { id: "lines", title: t("usage.lines"), kind: "number", value: (r) => r.lines, hidden: true },
  ], [t, f, usage.service, toCharges]);
  const explore = `/explore?${new URLSearchParams([["from", period], ["by", "usage_type"], ...where.map((w): [string, string] => ["where", w])]).toString()}`;
  return (
    <Answer of={rows} lines={6}>
      {(data) => {
        if (data.rows.length === 0) return <Empty title={t("usage.none")}>{t("usage.noneHelp")}</Empty>;
        const all = sum(data.rows.map((r) => r.price));
        const off = usage.cost === undefined ? undefined : minus(usage.cost, all);
        return (
          <Stack gap="sm">
            <DataTable name="why-usage" label={t("why.usage")} columns={columns} rows={data.rows} rowKey={(r) => Object.values(r.by).join(" ")} sort="-price" plain maxHeight={460} />
            {off !== undefined && usage.currency && (isZero(off)
              ? <Notice tone="good">{t("usage.adds", { amount: f.whole(all, usage.currency) })}</Notice>
              : <Notice tone="info">{t(compare(off, "0") > 0 ? "usage.more" : "usage.less", { amount: f.whole(all, usage.currency), rest: f.whole(off, usage.currency) })}</Notice>)}
            <Text size="sm"><Anchor component={Link} to={explore}>{t("usage.explore")}</Anchor></Text>
          </Stack>
        );
      }}
    </Answer>
  );
}

// A backslash before | takes it as it is.
const plain = (value: string) => value.replaceAll("\\", "\\\\").replaceAll("|", "\\|");
