import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import classes from "./dashboard.module.css";
import { type Troubled, troubledOf } from "./troubled";

const most = 4;

/** Sources that cannot be read, or whose data is older than expected: what the figures below do not have. Nothing where all is well. */
export default function Trouble() {
  const t = useWords("dashboard");
  const sources = useAll("/api/v1/source-states", undefined, { every: 60_000 });
  const accounts = useAll("/api/v1/vendor-accounts");
  if (!sources.data || accounts.isPending) return null; // so that no name changes under the reader
  const troubled = troubledOf(sources.data.rows, accounts.data?.rows ?? [], new Date(sources.dataUpdatedAt));
  if (troubled.length === 0) return null;
  return (
    <Card title={t("trouble.title")} tools={<Anchor component={Link} to="/sources" size="sm">{t("trouble.all", { count: troubled.length })}</Anchor>}>
      <ul className={classes.trouble}>{troubled.slice(0, most).map((x) => <Row key={x.key} of={x} />)}</ul>
    </Card>
  );
}

function Row({ of: x }: { of: Troubled }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const month = x.month && f.period(x.month);
  const age = x.hours === undefined ? "" : x.hours < 1 ? t("trouble.now") : x.hours < 48 ? t("trouble.hours", { count: x.hours }) : t("trouble.days", { count: Math.floor(x.hours / 24) });
  return (
    <li>
      {x.failing ? <State tone="bad">{t("trouble.failing")}</State> : <State tone="warn">{t("trouble.late")}</State>}
      <div>
        <Text fw={560}><Anchor component={Link} to={x.to} inherit>{x.name}</Anchor></Text>
        <Text size="sm" lineClamp={3} title={x.problem}>{x.failing ? x.problem : month ? t(`trouble.lately.${x.late}`, { month }) : t("trouble.nothing")}</Text>
      </div>
      <Text size="sm" c="dimmed" className={classes.lastGood}>{x.at ? <>{t(x.failing || x.late === "backend" ? "trouble.good" : "trouble.newest", { time: f.time(x.at) })}<br />{month} · {age}</> : t("trouble.never")}</Text>
    </li>
  );
}
