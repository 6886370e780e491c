import { Button, SegmentedControl, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useActing } from "./acting";
import { type Invitation, path, stuck, toneOf, useNames } from "./known";
import { useTerms } from "./words";

/** Who is invited, and how does it stand? */
export function Invitations({ add }: { add?: ReactNode }) {
  const t = useWords("member");
  const f = useFormats();
  const can = useCan();
  const terms = useTerms();
  const names = useNames();
  const acting = useActing();
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const all = useAll("/api/v1/account-invitations");
  const open = params.get("show") === "open";
  const rows = all.data?.rows.filter((i) => !open || !i.settled);
  const columns: Column<Invitation>[] = [
    {
      id: "state", title: t("column.state"), value: (i) => terms.state(i.state), width: 130,
      show: (i) => <State tone={stuck(i) && i.state === "ACCEPTED" ? "warn" : toneOf(i.state)}>{terms.state(i.state)}</State>,
    },
    {
      id: "target", title: t("column.target"), width: 190, value: (i) => [i.name, i.target].filter(Boolean).join(" "),
      show: (i) => <div>{i.name && <Text size="sm" fw={560}>{i.name}</Text>}<Text size={i.name ? "xs" : "sm"} c={i.name ? "dimmed" : undefined} className={i.target_kind === "ACCOUNT" ? "id" : undefined}>{i.target}</Text></div>,
    },
    { id: "kind", title: t("column.kind"), width: 100, value: (i) => terms.kind(i.kind) },
    { id: "customer", title: t("column.customer"), width: 150, value: (i) => names.customer(i.customer ?? ""), show: (i) => <span>{i.customer ? names.customer(i.customer) : <span className="soft">–</span>}{i.group && <Text size="xs" c="dimmed">{i.group}</Text>}</span> },
    { id: "payer", title: t("column.payer"), width: 100, hidden: true, value: (i) => names.payer(i.payer) },
    { id: "problem", title: t("column.problem"), width: 200, value: (i) => i.problem, show: (i) => (i.problem ? <Text size="sm" lineClamp={2} maw={380} title={i.problem} c={i.replaced_by ? "dimmed" : undefined}>{i.problem}</Text> : <span className="soft">–</span>) },
    { id: "expires", title: t("column.expires"), kind: "day", value: (i) => i.expires, show: (i) => <span className="num">{f.day(i.expires)}</span> },
    { id: "joined", title: t("column.joined"), kind: "time", value: (i) => i.joined_at, hidden: true },
    { id: "created", title: t("column.created"), kind: "day", value: (i) => i.created_at, show: (i) => <span className="num">{f.day(i.created_at)}</span> },
    { id: "by", title: t("column.by"), value: (i) => i.created_by, hidden: true },
  ];
  if (all.error) return <Card><Failed error={all.error} again={() => void all.refetch()} /></Card>;
  const count = all.data?.rows.filter((i) => !i.settled).length ?? 0;
  return (
    <Card flush label={t("tabs.invitations")}>
      <DataTable
        name="account-invitations" label={t("tabs.invitations")} columns={columns} rows={rows} rowKey={(i) => i.id} sort="-created"
        onOpen={(i) => void go(path(i.id))} mark={(i) => (i.replaced_by || i.state === "CANCELED" ? "quiet" : stuck(i) ? "warn" : undefined)}
        tools={(
          <>
            <SegmentedControl
              size="xs" aria-label={t("show.label")} value={open ? "open" : "all"} onChange={(v) => setParams(v === "open" ? { show: "open" } : {}, { replace: true })}
              data={[{ value: "all", label: t("show.all") }, { value: "open", label: `${t("show.open")} (${f.number(count)})` }]}
            />
            {can("config.write") && <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} loading={acting.busy === "ask"} disabled={count === 0} onClick={() => void acting.ask()}>{t("ask")}</Button>}
          </>
        )}
        empty={open ? <Empty title={t("noneOpen")}>{t("noneOpenHelp")}</Empty> : <Empty title={t("none")} action={add}>{t("noneHelp")}</Empty>}
      />
    </Card>
  );
}
