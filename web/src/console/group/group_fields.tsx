import { Accordion, Group as Row, Select, Text, TextInput } from "@mantine/core";

import { IconPencil } from "@tabler/icons-react";

import { useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { State } from "../../ui/state";
import { documentLanguages } from "../../ui/invoice/labels";
import { hasWord, useWords } from "../../words/words";
import { bookOf, type Spec, type Template, useSection } from "./declared";
import { useForm } from "./form/context";
import classes from "./form/form.module.css";
import { changed as withChange, type Layer } from "./form/layers";
import type { Over } from "./preview";

const bases = ["true-unblended", "unblended", "net", "amortized", "blended", "list"];

interface Props {
  group: Spec;
  changed: Over;
  onChange: (changed: Over) => void;
  layer: Layer;
}

/** What a group says beside the settings of its invoice; it holds for all months. */
export function GroupFields({ group, changed, onChange, layer }: Props) {
  const t = useWords("group");
  const can = useCan();
  const form = useForm();
  const templates = useSection<Template>("invoice_templates");
  const books = useAll("/api/v1/config/{kind}", { params: { path: { kind: "price_books" } } }, { when: can("prices.read") });
  const projects = useSection<{ code: string; name?: string }>("projects");
  const now = { ...(group as unknown as Over), ...changed };
  const closed = form.readOnly || layer === "month";
  const text = (name: string) => (now[name] as string | undefined) ?? null;
  const set = (name: string) => (value: string | null) => onChange(withChange(group as unknown as Over, changed, name, value));
  const several = Array.isArray(group.price_book) && group.price_book.length > 1;
  const language = (code: string) => new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  const template = templates.get(text("template") ?? "");

  return (
    <Accordion.Item value="group">
      <Accordion.Control>
        <Row gap={6}>
          <Text span fw={600} size="md">{t("group.section")}</Text>
          {Object.keys(changed).length > 0 && <State tone="warn" icon={IconPencil}>{t("changedHere")}</State>}
        </Row>
        <Text size="sm" c="dimmed" lineClamp={1}>{[text("currency"), text("language") ? language(text("language")!) : "", template?.name ?? text("template"), several ? "" : bookOf(now.price_book)].filter(Boolean).join(" · ")}</Text>
      </Accordion.Control>
      <Accordion.Panel>
        {layer === "month" && <Text size="sm" c="dimmed" mb="xs">{t("group.onlyAll")}</Text>}
        <div className={classes.grid}>
          <TextInput label={t("group.name")} description={t("group.nameHelp")} disabled={closed} error={form.fault("name")} value={text("name") ?? ""} onChange={(e) => set("name")(e.currentTarget.value)} className={classes.wide} />
          <Select label={t("group.template")} clearable disabled={closed} error={form.fault("template")} value={text("template")} onChange={set("template")} data={[...templates].map(([id, x]) => ({ value: id, label: x.name ?? id }))} />
          <Select label={t("group.language")} clearable disabled={closed} error={form.fault("language")} value={text("language")} onChange={set("language")} data={[...new Set([...documentLanguages, ...(text("language") ? [text("language")!] : [])])].map((l) => ({ value: l, label: language(l) }))} />
          <TextInput label={t("group.currency")} disabled={closed} error={form.fault("currency")} maxLength={3} value={text("currency") ?? ""} onChange={(e) => set("currency")(e.currentTarget.value.toUpperCase())} />
          <Select label={t("group.cost_basis")} clearable disabled={closed} error={form.fault("cost_basis")} placeholder={t("byDefault", { value: t("basis.true-unblended") })} value={text("cost_basis")} onChange={set("cost_basis")} data={bases.map((b) => ({ value: b, label: hasWord("group", `basis.${b}`) ? t(`basis.${b}` as "basis.net") : b }))} />
          {several
            ? <TextInput label={t("group.price_book")} disabled value={t("group.bookSeveral", { count: (group.price_book as unknown[]).length })} />
            : <Select label={t("group.price_book")} description={t("group.bookHelp")} clearable disabled={closed || !can("prices.read")} error={form.fault("price_book")} value={bookOf(now.price_book) ?? null} onChange={set("price_book")} data={[...new Set([...(books.data?.rows.map((b) => b.id) ?? []), ...(bookOf(now.price_book) ? [bookOf(now.price_book)!] : [])])]} />}
          <Select label={t("group.project")} clearable disabled={closed} error={form.fault("project")} value={text("project")} onChange={set("project")} data={[...projects].map(([id, p]) => ({ value: id, label: p.name ? `${p.name} · ${id}` : id }))} />
        </div>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
