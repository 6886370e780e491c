import { Anchor, Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Failed, Notice, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useActing } from "./acting";
import type { Member } from "./known";
import { OfPayer } from "./payer";
import { useTerms } from "./words";

/** Which accounts are in a payer's organization, and whose are they? */
export function Members() {
  return <OfPayer>{(payer, select) => <Of key={payer} payer={payer} select={select} />}</OfPayer>;
}

function Of({ payer, select }: { payer: string; select: ReactNode }) {
  const t = useWords("member");
  const f = useFormats();
  const can = useCan();
  const terms = useTerms();
  const acting = useActing();
  const all = useAll("/api/v1/payers/{payer}/accounts", { params: { path: { payer } } });
  const readings = useAll("/api/v1/accounts/readings");
  const reading = readings.data?.rows.find((r) => r.payer === payer);
  const columns: Column<Member>[] = [
    { id: "name", title: t("column.name"), width: 170, value: (m) => m.name, show: (m) => m.name || <span className="soft">–</span> },
    { id: "account", title: t("column.account"), kind: "id", value: (m) => m.account, show: (m) => <Id value={m.account} /> },
    { id: "email", title: t("column.email"), value: (m) => m.email, hidden: true },
    {
      id: "state", title: t("column.state"), value: (m) => (m.left_at ? t("left") : terms.member(m.state)), width: 110,
      show: (m) => (m.left_at ? <State tone="quiet">{t("left")}</State> : <State tone={m.state === "ACTIVE" ? "good" : "warn"}>{terms.member(m.state)}</State>),
    },
    {
      id: "group", title: t("column.group"), width: 160, value: (m) => m.group ?? m.owner,
      show: (m) => m.group ? <Anchor component={Link} inherit to={`/groups/${encodeURIComponent(m.group)}?tab=accounts`}>{m.group}</Anchor>
        : m.owner ? <span>{m.owner}</span> : m.left_at ? <span className="soft">–</span>
        : <State tone="warn">{t("nobody")}</State>,
    },
    { id: "joined", title: t("column.joined"), kind: "day", value: (m) => m.joined_at, show: (m) => <span className="num">{f.day(m.joined_at)}{m.joined_by && <Text size="xs" c="dimmed">{terms.joinedBy(m.joined_by)}</Text>}</span> },
    { id: "left", title: t("column.left"), kind: "day", value: (m) => m.left_at, hidden: true },
    { id: "seen", title: t("column.seen"), kind: "time", value: (m) => m.last_seen, hidden: true },
  ];
  const sync = can("config.write") && (
    <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} loading={acting.busy === `sync ${payer}`} onClick={() => void acting.sync(payer)}>{t("members.sync")}</Button>
  );
  return (
    <>
      {reading?.problem && <Notice tone="bad" title={t("members.failed", { time: f.time(reading.tried_at) })}>{reading.problem}</Notice>}
      <Card flush label={t("tabs.members")}>
        {all.error ? <Failed error={all.error} again={() => void all.refetch()} /> : (
          <DataTable
            name="payer-accounts" label={t("tabs.members")} columns={columns} rows={all.data?.rows} rowKey={(m) => m.account} sort="name"
            mark={(m) => (m.left_at ? "quiet" : m.owner ? undefined : "warn")}
            tools={<>{select}{sync}{reading?.at && <Text size="sm" c="dimmed">{t("members.readAt", { time: f.time(reading.at) })}</Text>}</>}
            empty={<Empty title={t("members.none")}>{t("members.noneHelp")}</Empty>}
          />
        )}
      </Card>
    </>
  );
}
