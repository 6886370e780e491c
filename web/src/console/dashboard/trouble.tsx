import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import classes from "./dashboard.module.css";

const most = 4;

/** Sources that cannot be read: since when the figures below do not have what they charge. Nothing where all is well. */
export default function Trouble() {
  const t = useWords("dashboard");
  const f = useFormats();
  const accounts = useAll("/api/v1/vendor-accounts");
  const failing = (accounts.data?.rows ?? []).filter((a) => a.standing?.failing);
  if (failing.length === 0) return null;
  const age = (hours?: number) => (hours === undefined ? undefined : hours < 1 ? t("trouble.now") : hours < 48 ? t("trouble.hours", { count: hours }) : t("trouble.days", { count: Math.floor(hours / 24) }));
  return (
    <Card title={t("trouble.title")} tools={<Anchor component={Link} to="/backends" size="sm">{t("trouble.all", { count: failing.length })}</Anchor>}>
      <ul className={classes.trouble}>
        {failing.slice(0, most).map(({ standing: s, ...a }) => (
          <li key={a.id}>
            <State tone="bad">{t("trouble.failing")}</State>
            <div>
              <Text fw={560}><Anchor component={Link} to={`/backends/accounts/${encodeURIComponent(a.id)}`} inherit>{a.name}</Anchor></Text>
              <Text size="sm" lineClamp={3}>{s?.problem}</Text>
            </div>
            <Text size="sm" c="dimmed">{s?.good_at ? `${t("trouble.good", { time: f.time(s.good_at) })} · ${age(s.age_hours)}` : t("trouble.never")}</Text>
          </li>
        ))}
      </ul>
    </Card>
  );
}
