import { ActionIcon, Button, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconRoute } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { changeOnce, refresh, useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Answer, Empty, useExplain } from "../../../ui/state";
import { refused } from "../../../ui/told";
import { useWords } from "../../../words/words";
import classes from "../backend.module.css";
import { RuleForm } from "./form";
import { Managed } from "./managed";
import { inOrder, parted, renamed, type Rule } from "./rule";
import { useRuleWords } from "./words";

const kind = "source_rules";

/** The rules that say whose rows are, in the order in which they hold. */
export function Rules() {
  const t = useWords("backend");
  const ui = useWords("ui");
  const write = useCan()("config.write");
  const declared = useAll("/api/v1/config/{kind}", { params: { path: { kind } } });
  const [editing, setEditing] = useState<{ rule?: Rule }>();
  const rules = inOrder((declared.data?.rows ?? []).map((r) => r.spec as Rule));
  const move = useMoving(rules);
  const add = write && <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEditing({})}>{t("rule.add")}</Button>;
  return (
    <Stack gap="md">
      <Text c="dimmed" maw={760}>{t("rule.help")}</Text>
      <Managed />
      <Card title={t("rule.own")} tools={rules.length > 0 && add}>
        <Answer of={declared} height={200}>
          {() => rules.length === 0 ? <Empty icon={IconRoute} title={t("rule.none")} action={add}>{t("rule.noneHelp")}</Empty> : (
            <ol className={classes.rules} ref={move.list}>
              {rules.map((rule, i) => (
                <li key={rule.id}>
                  <Text className="num" c="dimmed" ta="end">{i + 1}</Text>
                  <Said rule={rule} />
                  {write && (
                    <div className={classes.acts}>
                      <Tooltip label={t("rule.up")}><ActionIcon data-up aria-label={t("rule.upOf", { name: parted(rule.id).name })} disabled={i === 0 || move.busy} onClick={() => void move.to(i, i - 1)}><IconArrowUp size={16} /></ActionIcon></Tooltip>
                      <Tooltip label={t("rule.down")}><ActionIcon data-down aria-label={t("rule.downOf", { name: parted(rule.id).name })} disabled={i === rules.length - 1 || move.busy} onClick={() => void move.to(i, i + 1)}><IconArrowDown size={16} /></ActionIcon></Tooltip>
                      <Button size="compact-sm" variant="default" aria-label={t("rule.editOf", { name: parted(rule.id).name })} onClick={() => setEditing({ rule })}>{ui("edit")}</Button>
                    </div>
                  )}
                </li>
              ))}
            </ol>
          )}
        </Answer>
      </Card>
      <Text size="sm" c="dimmed">{t("rule.rest")}</Text>
      <div role="status" className="sr-only">{move.said}</div>
      <Modal opened={!!editing} onClose={() => setEditing(undefined)} size="min(860px, 96vw)" title={editing?.rule ? t("rule.editOf", { name: parted(editing.rule.id).name }) : t("rule.add")} closeButtonProps={{ "aria-label": ui("close") }}>
        {editing && <RuleForm given={editing.rule} rules={rules} close={() => setEditing(undefined)} />}
      </Modal>
    </Stack>
  );
}

/** A rule as a sentence. */
export function Said({ rule }: { rule: Rule }) {
  const t = useWords("backend");
  const words = useRuleWords();
  return (
    <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
      <Text>{words.sentence(rule)}</Text>
      <Text size="sm" c="dimmed"><span className="id">{rule.id}</span>{` · ${rule.source ? t("rule.ofSource", { source: rule.source }) : t("rule.allSources")} · ${words.after(rule)}`}</Text>
    </div>
  );
}

/** Moves rules: what is moved is declared under the id of its new place, all at once, and is gone from the old one after that. */
function useMoving(rules: Rule[]) {
  const t = useWords("backend");
  const explain = useExplain();
  const queries = useQueryClient();
  const list = useRef<HTMLOListElement>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  return {
    busy, said, list,
    to: async (from: number, to: number) => {
      const wanted = [...rules];
      wanted.splice(to, 0, ...wanted.splice(from, 1));
      const ids = renamed(wanted, to);
      setBusy(true);
      try {
        await changeOnce("post", "/api/v1/config/apply", { body: { config: { [kind]: wanted.filter((r) => ids.has(r.id)).map((r) => ({ ...r, id: ids.get(r.id)! })) } } });
        const kept = new Set(wanted.map((r) => ids.get(r.id) ?? r.id));
        for (const old of ids.keys()) if (!kept.has(old)) await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind, id: old } } });
        setSaid(t("rule.moved", { name: parted(wanted[to]!.id).name, place: to + 1 }));
      } catch (error) {
        refused(t("rule.notMoved"), explain(error));
      }
      await refresh(queries, ["/api/v1/config"]);
      setBusy(false);
      // The button goes with the rule: pressed again, it moves on.
      requestAnimationFrame(() => {
        const row = list.current?.children[to];
        const same = row?.querySelector<HTMLButtonElement>(to < from ? "[data-up]:not(:disabled)" : "[data-down]:not(:disabled)");
        (same ?? row?.querySelector<HTMLButtonElement>("[data-up]:not(:disabled), [data-down]:not(:disabled)"))?.focus();
      });
    },
  };
}
