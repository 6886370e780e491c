import { Button, Drawer, Group, MultiSelect, SegmentedControl, Select, Stack, Switch, Text } from "@mantine/core";
import { useMemo, useState } from "react";

import { fileAddress } from "../../api/client";
import { type Schema, useAll } from "../../api/query";
import { byUse, sizeText, useFormatWords } from "../../ui/file/format";
import { type FileFormat, useFileFormats } from "../../ui/file/types";
import { useFormats } from "../../ui/format";
import { JobLine } from "../../ui/jobs";
import { Answer, Notice, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { type Choice, choiceBody, ChoiceFields } from "./choice";
import type { GapFormat } from "./gaps";
import { Left } from "./left";
import { MonthGaps } from "./month_gaps";
import { useOrder } from "./order";

/** Writes the documents of a month into files: as an archive, or all in one. */
export function ExportDrawer({ period, opened, close }: { period: string; opened: boolean; close: () => void }) {
  const t = useWords("file");
  const ui = useWords("ui");
  const f = useFormats();
  const formats = useFileFormats(opened);
  return (
    <Drawer opened={opened} onClose={close} position="right" size="lg" closeButtonProps={{ "aria-label": ui("close") }} title={<Text fw={620} size="lg">{t("export.title", { month: f.period(period) })}</Text>}>
      <Answer of={formats} lines={10}>{({ items }) => <Form key={period} period={period} formats={items} />}</Answer>
    </Drawer>
  );
}

type ExportFormat = Schema<"ExportInputBody">["format"];
type State = "all" | "issued" | "draft";

function Form({ period, formats }: { period: string; formats: FileFormat[] }) {
  const t = useWords("file");
  const f = useFormats();
  const words = useFormatWords();
  const explain = useExplain();
  const order = useOrder<Schema<"Export">>();
  const groups = useAll("/api/v1/billing-groups");
  const invoices = useAll("/api/v1/invoices", { params: { query: { period } } });
  const [name, setName] = useState("pdf");
  const [state, setState] = useState<State>("all");
  const [chosen, setChosen] = useState<string[]>([]);
  const [together, setTogether] = useState(false);
  const [choice, setChoice] = useState<Choice>({});
  const format = formats.find((x) => x.name === name) ?? formats[0]!;
  const documents = invoices.data?.rows.filter((i) => (state === "all" || i.state === state) && (chosen.length === 0 || chosen.includes(i.group)));
  const one = together && format.together;
  // Addresses list values behind commas.
  const query = { ...(chosen.length ? { groups: [chosen.join(",")] } : {}), ...(state === "all" ? {} : { state }) };
  const gaps = useAll("/api/v1/months/{period}/gaps", { params: { path: { period }, query: { format: format.name as GapFormat, ...query } } }, { when: format.gaps });
  // What lacks something is left out.
  const lacking = format.gaps ? new Set(gaps.data?.rows.map((g) => g.document)).size : 0;
  const count = documents && documents.length - lacking;
  const fault = (field: string) => order.problem?.at(field);
  const options = useMemo(() => byUse(formats).map((g) => ({ group: t(`use.${g.use}`), items: g.formats.map((x) => ({ value: x.name, label: words.title(x) })) })), [formats, t, words]);
  // What was made is of what was asked for then.
  const anew = <T,>(set: (value: T) => void) => (value: T) => { set(value); order.forget(); };
  const pick = anew((to: string) => { setName(to); setChoice({}); });

  return (
    <Stack gap="md">
      <Select label={t("export.format")} description={words.about(format)} inputWrapperOrder={["label", "input", "description", "error"]} allowDeselect={false} searchable data={options} value={format.name} error={fault("format")} onChange={(v) => v && pick(v)} maxDropdownHeight={420} />
      {format.together && <Switch label={t("export.together")} description={t("export.togetherHelp")} checked={together} onChange={(e) => anew(setTogether)(e.currentTarget.checked)} />}
      {format.columns.length > 0 && <ChoiceFields format={format} choice={choice} onChange={anew(setChoice)} fault={fault} />}
      <div>
        <Text size="sm" fw={500} mb={4}>{t("export.which")}</Text>
        <SegmentedControl aria-label={t("export.which")} value={state} onChange={(v) => anew(setState)(v as State)} data={(["all", "issued", "draft"] as const).map((value) => ({ value, label: t(`export.state.${value}`) }))} />
      </div>
      <MultiSelect label={t("export.groups")} placeholder={chosen.length ? undefined : t("export.allGroups")} searchable clearable hidePickedOptions data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: g.name && g.name !== g.id ? `${g.name} · ${g.id}` : g.id }))} value={chosen} error={fault("groups")} onChange={anew(setChosen)} />
      {format.gaps && !order.made && <MonthGaps of={gaps} format={words.title(format)} documents={documents?.length ?? 0} />}
      {order.problem && <Notice tone="bad" title={t("export.failed")}>{explain(order.problem)}</Notice>}
      {order.running ? <JobLine job={order.running} /> : !order.made && (
        <Group gap="sm">
          <Button disabled={count === 0 || (format.by_tag && !choice.tag?.trim())} loading={order.busy} onClick={() => void order.begin("/api/v1/months/{period}/export", period, { format: format.name as ExportFormat, ...choiceBody(choice), ...(one ? { together: true } : {}), ...(chosen.length ? { groups: chosen } : {}), ...(state === "all" ? {} : { state }) })}>
            {count === undefined ? t("export.doAll") : t("export.do", { count })}
          </Button>
          {documents?.length === 0 && <Text size="sm" c="dimmed">{t("export.none")}</Text>}
        </Group>
      )}
      {order.cancelled && <Notice tone="quiet">{t("cancelled")}</Notice>}
      {order.made && (
        <Stack gap="sm">
          <Notice
            tone={order.made.left.length > 0 ? "warn" : "good"} title={order.made.files === 0 ? t("export.nothing") : t("export.done", { count: order.made.files, size: sizeText(order.made.bytes, f.language) })}
            action={order.made.files > 0 && <Button component="a" href={fileAddress(`/exports/${encodeURIComponent(order.made.id)}`)} download>{t("download")}</Button>}
          >{order.made.files > 0 && t("until", { time: f.time(order.made.until) })}</Notice>
          <Left of={order.made.left} />
          <div><Button variant="default" onClick={order.forget}>{t("another")}</Button></div>
        </Stack>
      )}
    </Stack>
  );
}
