import { Anchor, CloseButton, Group, Text, TextInput } from "@mantine/core";
import { IconCornerDownRight, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { root } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, Notice } from "../../ui/state";
import { Told } from "../../ui/spend/figure";
import { found, placed } from "../../ui/spend/spend";
import classes from "../../ui/spend/spend.module.css";
import { useWords } from "../../words/words";
import { useDay } from "../../ui/spend/day";

const most = 500;

/** Everybody who spends, from the reseller down to projects in projects. */
export default function ProjectsPage() {
  const t = useWords("spend");
  const ui = useWords("ui");
  const f = useFormats();
  const day = useDay();
  const [search, setSearch] = useState("");
  const organizations = useAll("/api/v1/organizations");
  const spend = useAsk("/api/v1/spend", { params: { query: { organization: root, day } } }, { keep: true });
  const s = spend.data;
  const parts = new Map(s && [...s.below, ...s.parts].filter((p) => p.organization !== root).map((p) => [p.organization, p]));
  const kind = (k: string) => (k === "unit" ? t("kind.unit") : k === "reseller" ? t("kind.reseller") : t("kind.customer"));
  return (
    <Page title={t("tree.title")} question={t("tree.question")} wide>
      {spend.isError && <Notice tone="warn" title={t("tree.noSums")} />}
      <Card flush label={t("tree.title")}>
        <Answer of={organizations} lines={8}>
          {({ rows }) => {
            const tree = found(placed(rows), search);
            return (
              <>
                <Group gap="xs" px="sm" py="xs">
                  <TextInput value={search} onChange={(e) => setSearch(e.currentTarget.value)} placeholder={ui("table.search")} aria-label={ui("table.searchIn", { label: t("tree.title") })} leftSection={<IconSearch size={14} aria-hidden />} rightSection={search ? <CloseButton size="xs" aria-label={ui("clear")} onClick={() => setSearch("")} /> : undefined} w={240} />
                  <Text size="sm" c="dimmed" ml="auto">{s ? t("tree.in", { currency: s.currency, day: f.day(s.day) }) : ""}</Text>
                </Group>
                <div className={classes.scroll}>
                  <table className={classes.tree}>
                    <thead><tr><th scope="col">{t("tree.name")}</th><th scope="col" className={classes.wide}>{t("tree.kind")}</th><th scope="col" data-kind="amount">{s ? f.period(s.period, true) : t("tree.month")}</th><th scope="col" data-kind="amount">{t("parts.last")}</th></tr></thead>
                    <tbody>
                      {tree.slice(0, most).map((o) => {
                        const part = parts.get(o.id);
                        const [month, last] = o.id === root ? [s?.to_date, s?.last_month] : [part?.month, part?.last_month];
                        return (
                          <tr key={o.id}>
                            <td>
                              <div className={classes.name} style={{ paddingInlineStart: Math.min(o.depth, 8) * 20 }}>
                                {o.depth > 0 && <IconCornerDownRight size={14} className={classes.turn} aria-hidden />}
                                <span><Anchor component={Link} to={`/projects/${encodeURIComponent(o.id)}`} size="sm" fw={o.kind === "unit" ? undefined : 560}>{o.name || o.id}</Anchor> {o.id !== o.name && <Text span size="xs" c="dimmed" className="id">{o.id}</Text>}<span className="sr-only"> {t("tree.level", { level: o.depth + 1 })}</span></span>
                              </div>
                            </td>
                            <td className={classes.wide}><Text size="sm" c="dimmed">{kind(o.kind)}</Text></td>
                            <td data-kind="amount"><Told of={month} currency={s?.currency ?? ""} bare /></td>
                            <td data-kind="amount"><Told of={last} currency={s?.currency ?? ""} bare /></td>
                          </tr>
                        );
                      })}
                    </tbody>
                  </table>
                </div>
                {tree.length === 0 && <Empty title={ui("table.noMatch")} />}
                {tree.length > most && <Text size="sm" c="dimmed" p="sm">{t("tree.cut", { count: tree.length - most })}</Text>}
              </>
            );
          }}
        </Answer>
      </Card>
    </Page>
  );
}
