import { Anchor, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { path, toneOf, type Transfer } from "./known";
import { OfPayer } from "./payer";
import { useTerms } from "./words";

/** Whose bills does a payer get, and who gets its own? */
export function Transfers({ add }: { add?: ReactNode }) {
  return <OfPayer>{(payer, select) => <Of key={payer} payer={payer} select={select} add={add} />}</OfPayer>;
}

function Of({ payer, select, add }: { payer: string; select: ReactNode; add?: ReactNode }) {
  const t = useWords("member");
  const f = useFormats();
  const terms = useTerms();
  const go = useNavigate();
  const credentials = useAll("/api/v1/credentials");
  const opened = credentials.data?.rows.some((c) => c.provider === "aws" && c.purpose === "pricing") ?? false;
  const all = useAll("/api/v1/payers/{payer}/transfers", { params: { path: { payer } } }, { when: opened });
  const other = (x: Transfer) => (x.direction === "inbound" ? x.source : x.target);
  const columns: Column<Transfer>[] = [
    { id: "state", title: t("column.state"), value: (x) => terms.state(x.state), show: (x) => <State tone={toneOf(x.state)}>{terms.state(x.state)}</State>, width: 130 },
    { id: "name", title: t("column.transfer"), width: 180, value: (x) => x.name ?? x.id, show: (x) => <div>{x.name && <Text size="sm" fw={560}>{x.name}</Text>}<Text size="xs" c="dimmed" className="id">{x.id}</Text></div> },
    { id: "direction", title: t("column.direction"), value: (x) => t(`direction.${x.direction}`) },
    { id: "other", title: t("column.other"), kind: "id", value: other },
    { id: "start", title: t("column.start"), kind: "day", value: (x) => x.start, show: (x) => <span className="num">{x.start ? f.period(x.start.slice(0, 7), true) : "–"}</span> },
    { id: "end", title: t("column.end"), kind: "day", value: (x) => x.end, show: (x) => <span className="num">{x.end ? f.period(x.end.slice(0, 7), true) : t("noEnd")}</span> },
    { id: "here", title: t("column.here"), value: (x) => (x.invitation ? t("here") : t("elsewhere")) },
  ];
  if (credentials.data && !opened) {
    return (
      <Card title={<Group gap="xs">{select}</Group>}>
        <Empty title={t("transfers.closed")} action={<Anchor component={Link} to="/settings/credentials">{t("transfers.credentials")}</Anchor>}>{t("transfers.closedHelp")}</Empty>
      </Card>
    );
  }
  if (credentials.error) return <Card title={<Group gap="xs">{select}</Group>}><Failed error={credentials.error} again={() => void credentials.refetch()} /></Card>;
  if (all.error) return <Card title={<Group gap="xs">{select}</Group>}><Failed error={all.error} again={() => void all.refetch()} /></Card>;
  return (
    <Card flush label={t("tabs.transfers")}>
      <DataTable
        name="payer-transfers" label={t("tabs.transfers")} columns={columns} rows={all.data?.rows} rowKey={(x) => `${x.direction} ${x.id}`} sort="-start"
        onOpen={(x) => { if (x.invitation) void go(path(x.invitation)); }} tools={select}
        empty={<Empty title={t("transfers.none")} action={add}>{t("transfers.noneHelp")}</Empty>}
      />
    </Card>
  );
}
