import { Group, MultiSelect, NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { isDecimal } from "../../../ui/decimal";
import { planIDs, planName } from "../../../ui/invoice/labels";
import { useFieldWords, useForm } from "./context";
import { dueOf, dueText } from "./due";
import type { Field } from "./fields";

interface Props<K extends Field["kind"] = Field["kind"]> {
  field: Extract<Field, { kind: K }>;
  path: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Of the object that it stands in: it may be shown only with some of its values. */
  disabled?: boolean;
}

/** What all inputs have: name, help, what is wrong, and whether one may change it. */
function useAll(path: string, field: Field, disabled?: boolean) {
  const w = useFieldWords();
  const form = useForm();
  return { w, form, common: { label: w.label(path), description: w.help(path) || undefined, error: form.fault(path), disabled: disabled || form.readOnly, "data-field": path }, field };
}

/** The input of a field that is not made of others. */
export function Input(props: Props) {
  const { field } = props;
  switch (field.kind) {
    case "flag": return <Flag {...props} field={field} />;
    case "choice": return <Choice {...props} field={field} />;
    case "decimal": return <Decimals {...props} field={field} />;
    case "integer": return <Integer {...props} field={field} />;
    case "lines": return <Lines {...props} />;
    case "name":
    case "names": return <Chosen {...props} field={field} />;
    case "words":
    case "days": return <Several {...props} field={field} />;
    case "due": return <Due {...props} />;
    case "plans": return <Plans {...props} />;
    case "day":
    case "month": return <Time {...props} field={field} />;
    default: return <Line {...props} />;
  }
}

function Line({ field, path, value, onChange, disabled }: Props) {
  const { common } = useAll(path, field, disabled);
  return <TextInput {...common} value={(value as string | undefined) ?? ""} onChange={(e) => onChange(e.currentTarget.value)} />;
}

function Lines({ field, path, value, onChange, disabled }: Props) {
  const { common } = useAll(path, field, disabled);
  return <Textarea {...common} autosize minRows={2} maxRows={6} value={(value as string | undefined) ?? ""} onChange={(e) => onChange(e.currentTarget.value)} />;
}

function Flag({ field, path, value, onChange, disabled }: Props) {
  const { common } = useAll(path, field, disabled);
  return <Switch {...common} size="sm" checked={value === true} onChange={(e) => onChange(e.currentTarget.checked || undefined)} />;
}

function Choice({ field, path, value, onChange, disabled }: Props<"choice">) {
  const { w, common } = useAll(path, field, disabled);
  const standard = field.default ? w.t("byDefault", { value: w.option(field.name, field.default) }) : w.t("notSaid");
  const required = field.name === "kind" || field.name === "category";
  return (
    <Select
      {...common} placeholder={standard} clearable={!required} allowDeselect={!required} value={(value as string | undefined) ?? null} onChange={(v) => onChange(v ?? undefined)}
      data={field.of.map((v) => ({ value: v, label: w.option(field.name, v) }))} comboboxProps={{ transitionProps: { duration: 80 } }}
    />
  );
}

/** An exact decimal: it stays the text that was typed, and is taken over once it is a number. */
function Decimals({ field, path, value, onChange, disabled }: Props<"decimal">) {
  const { w, form, common } = useAll(path, field, disabled);
  const given = value === undefined || value === null ? "" : String(value);
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? given;
  const plain = shown.replace(/[,\s]/g, "").replace("−", "-");
  const wrong = plain !== "" && !isDecimal(plain);
  return (
    <TextInput
      {...common} error={wrong ? w.t("notANumber") : common.error} inputMode="decimal" value={shown} styles={{ input: { textAlign: "right", fontVariantNumeric: "tabular-nums" } }}
      rightSection={field.unit ? <span className="soft" style={{ fontSize: "0.75rem" }}>{w.unit(field.unit, form.currency)}</span> : undefined} rightSectionWidth={field.unit ? 46 : undefined} rightSectionPointerEvents="none"
      onChange={(e) => {
        const text = e.currentTarget.value;
        setTyped(text);
        const number = text.replace(/[,\s]/g, "").replace("−", "-");
        if (number === "" || isDecimal(number)) onChange(number === "" ? undefined : number);
      }}
      onBlur={() => { if (!wrong) setTyped(undefined); }}
    />
  );
}

function Integer({ field, path, value, onChange, disabled }: Props<"integer">) {
  const { w, form, common } = useAll(path, field, disabled);
  return (
    <NumberInput
      {...common} allowDecimal={false} min={0} max={field.unit === "months" ? 120 : 8} value={typeof value === "number" ? value : ""} hideControls suffix={field.unit ? ` ${w.unit(field.unit, form.currency)}` : undefined}
      onChange={(v) => onChange(typeof v === "number" ? v : undefined)}
    />
  );
}

function Time({ field, path, value, onChange, disabled }: Props<"day" | "month">) {
  const { w, common } = useAll(path, field, disabled);
  const long = field.kind === "day";
  const fits = (text: string) => (long ? /^\d{4}-\d\d(-\d\d)?$/ : /^\d{4}-\d\d$/).test(text);
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? (value as string | undefined) ?? "";
  return (
    <TextInput
      {...common} placeholder={common.disabled ? undefined : w.t(long ? "dayForm" : "monthForm")} error={shown !== "" && !fits(shown) ? w.t(long ? "notADay" : "notAMonth") : common.error} value={shown}
      onChange={(e) => {
        const text = e.currentTarget.value.trim();
        setTyped(text);
        if (text === "" || fits(text)) onChange(text === "" ? undefined : text);
      }}
      onBlur={() => { if (shown === "" || fits(shown)) setTyped(undefined); }}
    />
  );
}

function Several({ field, path, value, onChange, disabled }: Props<"words" | "days">) {
  const { w, common } = useAll(path, field, disabled);
  return <TagsInput {...common} value={(value as string[] | undefined) ?? []} onChange={(v) => onChange(v.length ? v : undefined)} placeholder={field.kind === "days" && !common.disabled ? w.t("dayForm") : undefined} splitChars={[",", ";"]} size="sm" />;
}

function Chosen({ field, path, value, onChange, disabled }: Props<"name" | "names">) {
  const { w, form, common } = useAll(path, field, disabled);
  const data = form.names[field.of];
  if (field.kind === "name") {
    const named = (value as string | undefined) ?? null;
    const all = named && !data.some((d) => d.value === named) ? [...data, { value: named, label: named }] : data;
    return <Select {...common} searchable clearable={field.of === "layouts"} placeholder={field.of === "layouts" ? w.t("usualLayout") : undefined} data={all} value={named} onChange={(v) => onChange(v ?? undefined)} />;
  }
  const chosen = (value as string[] | undefined) ?? [];
  const known = new Set(data.map((d) => d.value));
  return <MultiSelect {...common} searchable hidePickedOptions data={[...data, ...chosen.filter((c) => !known.has(c)).map((c) => ({ value: c, label: c }))]} value={chosen} onChange={(v) => onChange(v.length ? v : undefined)} />;
}

/** When a document is due: a way of counting, and its number where it has one. */
function Due({ field, path, value, onChange, disabled }: Props) {
  const { w, common } = useAll(path, field, disabled);
  const due = dueOf((value as string | undefined) ?? "");
  const counts = due.kind === "net" || due.kind.startsWith("day-of");
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Select
        {...common} style={{ flex: 1 }} clearable placeholder={w.t("byDefault", { value: w.t("due.end-of-next-month") })} value={due.kind || null}
        onChange={(kind) => onChange(kind ? dueText({ kind, count: kind === "net" ? 30 : 25 }) : undefined)}
        data={["end-of-month", "end-of-next-month", "end-of-month-after-next", "day-of-this-month", "day-of-next-month", "day-of-month-after-next", "net"].map((v) => ({ value: v, label: w.t(`due.${v}` as "due.net") }))}
      />
      {counts && (
        <NumberInput
          w={110} aria-label={w.t(due.kind === "net" ? "due.count" : "due.day")} disabled={common.disabled} allowDecimal={false} min={due.kind === "net" ? 0 : 1} max={due.kind === "net" ? 999 : 31}
          value={due.count} suffix={due.kind === "net" ? ` ${w.t("unit.days")}` : undefined} onChange={(v) => { if (typeof v === "number") onChange(dueText({ kind: due.kind, count: v })); }}
        />
      )}
    </Group>
  );
}

/** A support plan for each account of the group. */
function Plans({ field, path, value, onChange, disabled }: Props) {
  const { w, form, common } = useAll(path, field, disabled);
  const chosen = (value as Record<string, string> | undefined) ?? {};
  return (
    <div role="group" aria-label={common.label}>
      <p style={{ margin: "0 0 4px", fontSize: "0.8125rem", fontWeight: 500 }}>{common.label}</p>
      {form.names.accounts.map((account) => (
        <Group key={account.value} gap="xs" wrap="nowrap" py={2}>
          <span style={{ flex: 1, minWidth: 0, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>{account.label}</span>
          <Select
            aria-label={w.t("planOf", { account: account.label })} size="xs" w={220} clearable disabled={common.disabled} placeholder={w.t("planOfGroup")} value={chosen[account.value] ?? null}
            data={[{ value: "none", label: w.option("kind", "none") }, ...planIDs.map((id) => ({ value: id, label: planName(id) }))]}
            onChange={(plan) => {
              const next = Object.fromEntries(Object.entries({ ...chosen, [account.value]: plan ?? "" }).filter(([, p]) => p));
              onChange(Object.keys(next).length ? next : undefined);
            }}
          />
        </Group>
      ))}
    </div>
  );
}
