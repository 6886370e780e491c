import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Notice, State, type Tone, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { MappingState } from "./mapping_state";
import { countsOf, type Line } from "./sheet";

interface Props {
  mapping: MappingState;
  choices: { value: string; label: string }[];
  close: () => void;
}

const tones: Record<Line["state"], Tone> = { new: "good", moved: "info", same: "quiet", refused: "bad" };

/** What would become of each row. Those that are refused are mended here, or left out. */
export function Checked({ mapping, choices, close }: Props) {
  const t = useWords("account");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const lines = useMemo(() => mapping.lines ?? [], [mapping.lines]);
  const counts = countsOf(lines);
  const changes = mapping.answer?.changes.length ?? 0;
  const closed = mapping.answer?.closed_months ?? [];
  const columns = useColumns(mapping, choices);

  async function apply() {
    if (closed.length === 0) return mapping.apply();
    const yes = await confirm({ title: t("checked.closedTitle"), children: t("checked.closedSure", { months: f.list(closed.map((c) => f.period(c.period))) }), yes: t("checked.force"), danger: true, reason: true });
    if (yes) await mapping.apply(yes.reason);
  }

  return (
    <Stack gap="md">
      <Group gap="xs" aria-live="polite">
        {(["new", "moved", "same", "refused"] as const).filter((s) => counts[s] > 0).map((s) => <State key={s} tone={tones[s]}>{t(`counts.${s}`, { count: counts[s] })}</State>)}
        {mapping.answer?.sheet && <Text size="sm" c="dimmed">{t("checked.sheet", { sheet: mapping.answer.sheet })}</Text>}
        {!!mapping.answer?.ignored_columns.length && <Text size="sm" c="dimmed">{t("checked.ignored", { columns: f.list(mapping.answer.ignored_columns) })}</Text>}
      </Group>
      {mapping.problem && <Notice tone="bad" title={t("checked.notDone")}>{mapping.problem.code === "changed" ? t("checked.moved") : explain(mapping.problem)}</Notice>}
      <DataTable
        name="mapping" label={t("checked.rows")} plain columns={columns} rows={lines} rowKey={(r) => String(r.line)} maxHeight={420}
        mark={(r) => (r.state === "refused" ? "bad" : r.state === "same" ? "quiet" : undefined)}
      />
      {counts.refused > 0 && (
        <Notice tone="warn" action={<Button size="compact-sm" variant="default" disabled={mapping.busy} onClick={() => void mapping.check(lines.filter((l) => l.state !== "refused"))}>{t("checked.leaveOut", { count: counts.refused })}</Button>}>
          {t("checked.mend")}
        </Notice>
      )}
      {closed.length > 0 && (
        <Notice tone="warn" title={t("checked.closed", { months: f.list(closed.map((c) => f.period(c.period))) })}>
          {can("closed.change") ? t("checked.closedHelp") : t("checked.closedDenied")}
        </Notice>
      )}
      <Group justify="space-between" gap="xs">
        <Button variant="default" leftSection={<IconArrowLeft size={15} />} onClick={mapping.restart}>{t("checked.back")}</Button>
        <Group gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button disabled={counts.refused > 0 || changes === 0 || (closed.length > 0 && !can("closed.change"))} loading={mapping.busy} onClick={() => void apply()}>
            {counts.refused === 0 && counts.new + counts.moved === 0 ? t(changes === 0 ? "checked.nothing" : "checked.rename") : t("checked.apply", { count: counts.new + counts.moved })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function useColumns(mapping: MappingState, choices: Props["choices"]): Column<Line>[] {
  const t = useWords("account");
  const ui = useWords("ui");
  const f = useFormats();
  const [editing, setEditing] = useState<Set<number>>(new Set());
  return useMemo((): Column<Line>[] => {
    const { lines = [] } = mapping;
    const change = (line: Line, to: Partial<Line>) => void mapping.check(lines.map((l) => (l.line === line.line ? { ...l, ...to, touched: true } : l)));
    const edits = (l: Line) => l.state === "refused" || editing.has(l.line);
    const owner = (l: Line) => {
      const o = l.present_owner;
      if (!o) return undefined;
      return o.kind === "reseller" ? t("owner.reseller") : o.kind === "pool" ? t("owner.pool", { pool: o.id ?? "" }) : o.id;
    };
    return [
      { id: "line", title: t("checked.line"), kind: "number", value: (l) => l.line },
      { id: "state", title: t("checked.state"), value: (l) => l.state, show: (l) => <State tone={tones[l.state]}>{t(`state.${l.state}`)}</State> },
      {
        id: "account", title: t("column.account"), value: (l) => l.account, width: 170,
        show: (l) => (edits(l) ? <Typed label={t("edit.account", { line: l.line })} value={l.account} done={(account) => change(l, { account })} /> : <span className="id">{l.account}</span>),
      },
      { id: "name", title: t("column.name"), value: (l) => l.name, width: 140, show: (l) => <div>{l.name ?? <span className="soft">–</span>}{l.renamed_from && <Text size="xs" c="dimmed">{t("checked.renamed", { name: l.renamed_from })}</Text>}</div> },
      {
        id: "group", title: t("column.owner"), value: (l) => l.group, width: 210,
        show: (l) => (
          <div>
            {edits(l)
              ? <Select size="xs" aria-label={t("edit.group", { line: l.line })} searchable placeholder={l.group ?? t("edit.choose")} data={choices} value={choices.some((c) => c.value === l.group) ? l.group! : null} onChange={(group) => group && change(l, { group })} />
              : <Text span size="sm" fw={560}>{l.group ?? "–"}</Text>}
            {owner(l) && <Text size="xs" c="dimmed">{t(l.state === "moved" ? "checked.movedFrom" : "checked.isOf", { owner: owner(l) })}</Text>}
          </div>
        ),
      },
      {
        id: "from", title: t("column.from"), value: (l) => l.from, width: 150,
        show: (l) => (edits(l) ? <Typed type="date" label={t("edit.from", { line: l.line })} value={l.from ?? ""} done={(from) => change(l, { from: from || undefined })} /> : l.from ? <span className="num">{f.day(l.from)}</span> : <span className="soft">{t("always")}</span>),
      },
      ...(lines.some((l) => l.to) ? [{ id: "to", title: t("column.to"), kind: "day" as const, value: (l: Line) => l.to }] : []),
      ...(lines.some((l) => l.problem) ? [{ id: "problem", title: t("checked.why"), value: (l: Line) => l.problem, width: 220, show: (l: Line) => (l.problem ? <Text span size="sm" c="var(--bad)">{l.problem}</Text> : null) }] : []),
      {
        id: "actions", title: "", value: () => "",
        show: (l) => (
          <Group gap={0} wrap="nowrap">
            {l.state !== "refused" && !editing.has(l.line) && <Tooltip label={ui("edit")}><ActionIcon size="sm" aria-label={t("edit.line", { line: l.line })} onClick={() => setEditing((before) => new Set([...before, l.line]))}><IconPencil size={14} /></ActionIcon></Tooltip>}
            <Tooltip label={ui("remove")}><ActionIcon size="sm" aria-label={t("edit.remove", { line: l.line })} onClick={() => void mapping.check(lines.filter((x) => x.line !== l.line))}><IconTrash size={14} /></ActionIcon></Tooltip>
          </Group>
        ),
      },
    ];
  }, [mapping, choices, editing, t, ui, f]);
}

/** An input that is done when one leaves it or presses Enter: each change is asked about. */
function Typed({ value, done, label, type }: { value: string; done: (value: string) => void; label: string; type?: "date" }) {
  const [text, setText] = useState(value);
  const end = () => { if (text.trim() !== value) done(text.trim()); };
  return <TextInput size="xs" type={type} aria-label={label} value={text} onChange={(e) => setText(e.currentTarget.value)} onBlur={end} onKeyDown={(e) => { if (e.key === "Enter") { e.preventDefault(); end(); } }} className={type ? undefined : "id"} />;
}
