import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Empty, Failed, State, type Tone } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { type MemberEvent, useNames } from "./known";
import classes from "./member.module.css";
import { useTerms } from "./words";

const tones: Record<string, Tone> = { created: "info", invited: "good", moved: "info", left: "warn", suspended: "warn", closing: "warn", closed: "quiet", active: "good" };

/** What happened to accounts, and what follows from it? */
export function Events() {
  const t = useWords("member");
  const f = useFormats();
  const terms = useTerms();
  const names = useNames();
  const all = useAll("/api/v1/accounts/events");
  const columns: Column<MemberEvent>[] = [
    { id: "day", title: t("column.day"), kind: "day", value: (e) => e.at, show: (e) => <span className="num">{f.day(e.day)}</span> },
    { id: "kind", title: t("column.event"), value: (e) => terms.event(e.kind), show: (e) => <State tone={tones[e.kind] ?? "quiet"}>{terms.event(e.kind)}</State>, width: 110 },
    { id: "account", title: t("column.account"), kind: "id", value: (e) => e.account, show: (e) => <Anchor component={Link} inherit className="id" to={`/accounts?search=${encodeURIComponent(e.account)}`}>{e.account}</Anchor> },
    { id: "payer", title: t("column.payer"), value: (e) => names.payer(e.payer) },
    { id: "says", title: t("column.says"), width: 260, value: (e) => e.says, show: (e) => <Text size="sm" className={classes.says}>{e.says}</Text> },
    { id: "advice", title: t("column.advice"), width: 260, value: (e) => e.advice, show: (e) => (e.advice ? <Text size="sm" className={classes.says}>{e.advice}</Text> : <span className="soft">–</span>) },
    { id: "noticed", title: t("column.noticed"), kind: "time", value: (e) => e.noticed_at, hidden: true },
  ];
  if (all.error) return <Card><Failed error={all.error} again={() => void all.refetch()} /></Card>;
  return (
    <Card flush label={t("tabs.events")}>
      <DataTable
        name="account-events" label={t("tabs.events")} columns={columns} rows={all.data?.rows} rowKey={(e) => e.id} sort="-day" mark={(e) => (e.advice ? "warn" : undefined)}
        empty={<Empty title={t("events.none")}>{t("events.noneHelp")}</Empty>}
      />
    </Card>
  );
}
