import { Group, Text } from "@mantine/core";

import { useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Answer, Empty } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import classes from "./invoice.module.css";

/** Who did what with a document, the newest first: from the audit. */
export function History({ id }: { id: string }) {
  const t = useWords("invoice");
  const f = useFormats();
  const audit = useAsk("/api/v1/audit", { params: { query: { subject: id, limit: 200 } } });
  return (
    <Answer of={audit} lines={8}>
      {({ items }) => items.length === 0 ? <Empty title={t("history.none")} /> : (
        <ol className={classes.events}>
          {items.map((e) => (
            <li key={e.seq}>
              <Text size="sm" c="dimmed" className="num">{f.time(e.at)}</Text>
              <div style={{ minWidth: 0 }}>
                <Group gap={8}>
                  <Text fw={560}>{hasWord("invoice", `history.${e.action}`) ? t(`history.${e.action}` as "history.none") : e.action}</Text>
                  <Text size="sm" c="dimmed">{t("history.by", { who: e.by, via: e.via ?? "–" })}</Text>
                </Group>
                {e.reason && <Text>{e.reason}</Text>}
                {e.detail && <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>{e.detail}</Text>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Answer>
  );
}
