import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";

import { type Schema, useAsk } from "../../../api/query";
import { isZero, minus } from "../../../ui/decimal";
import { useFormats } from "../../../ui/format";
import { Answer, Empty, Notice } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import classes from "../invoice.module.css";
import type { How } from "./how";

type Charged = Schema<"AnswerCharge">;

/** Which of a line's charges are asked for; nothing where it is all of them. */
export interface Only { service?: string; type?: string }

const most = 200; // a table draws more than that only in rows of one height

/** The charges a line of the document is made of, the largest first, with the exact sum of all of them; each leads to how its price came about. */
export function Charges({ usage, only, group, period, open }: { usage: NonNullable<How["usage"]>; only: Only; group: string; period: string; open: (id: string) => void }) {
  const t = useWords("invoice");
  const f = useFormats();
  const charges = useAsk("/api/v1/months/{period}/charges", {
    params: { path: { period }, query: { group, account: usage.account, service: usage.service ?? only.service, usage_type: only.type, place: usage.place, limit: most } },
  });
  const columns = useColumns(!usage.service && !only.service, open);
  return (
    <Answer of={charges} lines={8}>
      {({ total, sums, items }) => {
        if (total === 0) return <Empty title={t("charges.none")}>{t("usage.noneHelp")}</Empty>;
        const whole = sums.length === 1 && !only.type && !only.service ? sums[0] : undefined;
        return (
          <Stack gap="sm">
            {sums.map((s) => (
              <div key={s.currency}>
                <Text c="dimmed" size="sm">{t("charges.count", { count: s.charges, number: f.number(s.charges) })}</Text>
                <Text fz="1.25rem" fw={620} className="num" style={{ overflowWrap: "anywhere" }}>{f.whole(s.price, s.currency)}</Text>
              </div>
            ))}
            {whole && usage.cost !== undefined && usage.currency === whole.currency && (isZero(minus(usage.cost, whole.price))
              ? <Notice tone="good">{t("charges.adds")}</Notice>
              : <Notice tone="info">{t("charges.off", { rest: f.whole(minus(usage.cost, whole.price), whole.currency) })}</Notice>)}
            <DataTable plain name="why-charges" label={t("why.charges")} columns={columns} rows={items} rowKey={(c) => c.id} onOpen={(c) => open(c.id)} sort="-price" maxHeight={520} />
            {total > items.length && <Text size="sm" c="dimmed">{t("charges.more", { count: total - items.length, number: f.number(total - items.length), listed: f.number(items.length) })}</Text>}
          </Stack>
        );
      }}
    </Answer>
  );
}

function useColumns(service: boolean, open: (id: string) => void): Column<Charged>[] {
  const t = useWords("invoice");
  const f = useFormats();
  return useMemo((): Column<Charged>[] => [
    { id: "day", title: t("charges.day"), kind: "day", value: (c) => c.day, show: (c) => <button type="button" className={`${classes.drill} num`} style={{ whiteSpace: "nowrap" }} title={t("why.charge", { id: c.id })} onClick={() => open(c.id)}>{f.shortDay(c.day)}</button> },
    {
      id: "what", title: t("charges.what"), value: (c) => [c.service, c.usage_type, c.resource].filter(Boolean).join(" "), width: 150,
      show: (c) => (
        <div style={{ padding: "4px 0", overflowWrap: "anywhere", whiteSpace: "normal" }}>
          <div>{[service ? c.service : "", c.usage_type || c.description].filter(Boolean).join(" · ") || "–"}</div>
          {c.resource && <Text size="xs" c="dimmed">{c.resource}</Text>}
        </div>
      ),
    },
    { id: "quantity", title: t("usage.quantity"), kind: "number", value: (c) => c.quantity, show: (c) => <span className="num" title={c.quantity}>{f.number(c.quantity, 2)} <span className="soft">{c.unit}</span></span> },
    { id: "price", title: t("usage.price"), kind: "amount", value: (c) => c.price, currency: (c) => c.currency },
    {
      id: "rule", title: t("charges.rule"), value: (c) => c.rule, width: 124,
      show: (c) => (c.rule ? <div style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}><div>{c.rule}</div><Text size="xs" c="dimmed">{c.book}</Text></div> : <span className="soft">–</span>),
    },
  ], [t, f, service, open]);
}
