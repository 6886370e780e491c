import { Text } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconClock, IconHandStop } from "@tabler/icons-react";
import { useEffect, useRef } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { usePeriod } from "../../ui/period";
import { useWords } from "../../words/words";
import { isClosed, type Status } from "./facts";
import classes from "./month.module.css";

const looks = {
  issued: { icon: IconCheck, colour: "var(--good)" },
  closed: { icon: IconCheck, colour: "var(--good)" },
  held: { icon: IconHandStop, colour: "var(--bad)" },
  running: { icon: IconClock, colour: "var(--info)" },
  open: { icon: IconCircleDashed, colour: "var(--soft)" },
} as const;

function standingOf(status: Status): keyof typeof looks {
  const { draft = 0, issued = 0 } = status.invoices ?? {};
  if (isClosed(status)) return draft === 0 && issued > 0 ? "issued" : "closed";
  if (status.held > 0 && !status.preview) return "held";
  return status.loads.length > 0 ? "running" : "open";
}

/** The months there are, each with where it stands; a click goes there. */
export function Strip() {
  const t = useWords("month");
  const f = useFormats();
  const { period, choose } = usePeriod();
  const months = useAll("/api/v1/months");
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => { void here.current?.scrollIntoView({ block: "nearest", inline: "nearest" }); }, [period, months.data]);
  const rows = [...(months.data?.rows ?? [])].sort((a, b) => a.period.localeCompare(b.period)).slice(-18);
  if (rows.length < 2) return null;
  return (
    <nav aria-label={t("strip.label")} className="no-print">
      <ul className={classes.months}>
        {rows.map((m) => {
          const standing = standingOf(m);
          const look = looks[standing];
          return (
            <li key={m.period}>
              <button type="button" aria-current={m.period === period || undefined} ref={m.period === period ? here : undefined} onClick={() => choose(m.period)}>
                <Text span size="sm" fw={600}>{f.period(m.period, true)}</Text>
                <Text span size="xs" c="dimmed" style={{ display: "inline-flex", gap: 4, alignItems: "center", whiteSpace: "nowrap" }}><look.icon size={12} color={look.colour} stroke={2.4} aria-hidden />{t(`strip.${standing}`)}</Text>
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
