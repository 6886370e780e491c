import { Accordion, Button, Checkbox, Drawer, Group, MultiSelect, Select, SimpleGrid, Stack, Text, Textarea, TextInput, ActionIcon } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";

import { isDecimal } from "../../ui/decimal";
import { Notice } from "../../ui/state";
import { useWords } from "../../words/words";
import { classes as allClasses, type PriceBook, type Rule, type Tier, type Way, wayOf, ways } from "./book";
import { type Condition, classesOf, conditionsOf, matchOf } from "./conditions";
import { Conditions } from "./conditions_form";
import { useRuleWords } from "./said";

interface Props {
  book: PriceBook;
  place: number; // -1 where none is open
  period: string;
  readOnly: boolean;
  close: () => void;
  onRules: (rules: Rule[]) => void;
}

/** A rule as a form at the side. */
export function RuleForm(props: Props) {
  const t = useWords("price");
  const ui = useWords("ui");
  const rule = props.book.rules[props.place];
  return (
    <Drawer opened={!!rule} onClose={props.close} position="right" size="min(620px, 100vw)" title={rule ? t("ruleTitle", { place: props.place + 1 }) : ""} closeButtonProps={{ "aria-label": ui("close") }}>
      {rule && <Fields key={props.place} {...props} rule={rule} />}
    </Drawer>
  );
}

const bases = ["unblended", "net", "amortized", "blended", "list", "true-unblended"];
const amounts = ["fee", "floor", "cap", "managed", "round_unit_to"] as const;
const decimalOf = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
const wrong = (value: string | undefined) => value !== undefined && !isDecimal(value.replace(/^\+/, ""));

function Fields({ book, place, period, readOnly, close, onRules, rule: given }: Props & { rule: Rule }) {
  const t = useWords("price");
  const ui = useWords("ui");
  const words = useRuleWords();
  const [rule, setRule] = useState(given);
  const [conditions, setConditions] = useState<Condition[] | undefined>(() => conditionsOf(given.match));
  const [of, setOf] = useState(() => classesOf(given.match));
  const way = wayOf(rule);
  const put = (part: Partial<Rule>) => setRule({ ...rule, ...part });
  const does = (next: Way) => setRule({
    ...rule,
    percent: next === "percent" ? rule.percent ?? "0" : undefined,
    unit_price: next === "unit_price" ? rule.unit_price ?? "" : undefined,
    tiers: next === "tiers" ? rule.tiers ?? [{ up_to: "", unit_price: "" }, { unit_price: "" }] : undefined,
    keep: next === "keep" || undefined,
    exclude: next === "exclude" || undefined,
  });
  const match = conditions ? matchOf(conditions, of) : rule.match;
  const taken = book.rules.some((r, i) => i !== place && r.name === rule.name);
  const bad = taken || rule.name.trim() === "" || [rule.percent, rule.unit_price, ...amounts.map((a) => rule[a])].some(wrong) || rule.unit_price === "" || rule.percent === ""
    || !!rule.tiers?.some((tier, i) => wrong(tier.up_to) || wrong(tier.unit_price) || wrong(tier.percent) || (!tier.unit_price && !tier.percent) || (i < rule.tiers!.length - 1 && !tier.up_to));

  function keep() {
    const next: Rule = { ...rule, match };
    onRules(book.rules.map((r, i) => (i === place ? next : r)));
    close();
  }

  const open = [...(["fee", "floor", "cap", "not_below", "not_above", "managed", "round_unit_to", "bill_free_tier", "base"] as const).some((k) => given[k] !== undefined) ? ["beside"] : [], ...(given.from || given.to ? ["days"] : [])];
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (!bad) keep(); }}>
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}><Stack gap="md">
        <TextInput label={t("form.name")} required value={rule.name} error={taken && t("form.nameTaken")} onChange={(e) => put({ name: e.currentTarget.value })} data-autofocus />
        <Stack gap={6}>
          <Text fw={600} size="md" component="h3" m={0}>{t("form.match")}</Text>
          {conditions ? <Conditions conditions={conditions} onChange={setConditions} period={period} /> : <Notice tone="info">{t("form.onlyText")}</Notice>}
          {conditions?.length === 0 && <Text size="sm" c="dimmed">{t("form.matchAll")}</Text>}
          <MultiSelect label={t("form.class")} description={t("form.classHelp")} placeholder={of.length ? undefined : t("class.usage")} clearable value={of} onChange={(v) => setOf(v as typeof of)} data={allClasses.map((value) => ({ value, label: t(`class.${value}`) }))} />
        </Stack>
        <Stack gap={6}>
          <Text fw={600} size="md" component="h3" m={0}>{t("form.price")}</Text>
          <Select aria-label={t("form.price")} allowDeselect={false} value={way} onChange={(v) => v && does(v as Way)} data={ways.map((value) => ({ value, label: t(`way.${value}`) }))} />
          {way === "percent" && <TextInput label={t("form.percent")} description={t("form.percentHelp")} w={180} inputMode="decimal" rightSection={<Text size="sm" c="dimmed">%</Text>} value={rule.percent ?? ""} error={wrong(rule.percent) && t("form.noNumber")} onChange={(e) => put({ percent: e.currentTarget.value.trim() })} />}
          {way === "unit_price" && <TextInput label={t("form.unit")} description={t("form.unitHelp")} w={220} inputMode="decimal" value={rule.unit_price ?? ""} error={!!rule.unit_price && wrong(rule.unit_price) && t("form.noNumber")} onChange={(e) => put({ unit_price: e.currentTarget.value.trim() })} />}
          {way === "tiers" && <Tiers tiers={rule.tiers!} onChange={(tiers) => put({ tiers })} />}
        </Stack>
        <Accordion multiple variant="separated" defaultValue={open}>
          <Accordion.Item value="beside">
            <Accordion.Control>{t("form.beside")}</Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                <Select label={t("form.base")} clearable placeholder={t("form.ofGroup")} value={rule.base ?? null} onChange={(v) => put({ base: v ?? undefined })} data={bases.map((value) => ({ value, label: words.basis(value) }))} />
                {amounts.map((name) => <TextInput key={name} label={t(`form.${name}`)} inputMode="decimal" value={rule[name] ?? ""} error={wrong(rule[name]) && t("form.noNumber")} onChange={(e) => put({ [name]: decimalOf(e.currentTarget.value) })} />)}
                {(["not_below", "not_above"] as const).map((name) => <Select key={name} label={t(`form.${name}`)} clearable value={rule[name] ?? null} onChange={(v) => put({ [name]: v ?? undefined })} data={["cost", ...bases].map((value) => ({ value, label: words.basis(value) }))} />)}
              </SimpleGrid>
              <Checkbox mt="sm" label={t("form.freeTier")} checked={!!rule.bill_free_tier} onChange={(e) => put({ bill_free_tier: e.currentTarget.checked || undefined })} />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="days">
            <Accordion.Control>{t("form.days")}</Accordion.Control>
            <Accordion.Panel>
              <Text size="sm" c="dimmed" mb="xs">{t("form.daysHelp")}</Text>
              <SimpleGrid cols={2} spacing="sm">
                <TextInput type="date" label={t("form.from")} value={rule.from ?? ""} onChange={(e) => put({ from: e.currentTarget.value || undefined })} />
                <TextInput type="date" label={t("form.to")} value={rule.to ?? ""} onChange={(e) => put({ to: e.currentTarget.value || undefined })} />
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Textarea label={t("form.reads")} readOnly autosize variant="filled" value={[[words.match(match).join(" · ") || t("allUsage"), words.price(rule)].join(" → "), ...words.beside(rule), words.dates(rule) ?? ""].filter(Boolean).join("\n")} />
        {!readOnly && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={bad}>{t("form.keep")}</Button>
          </Group>
        )}
      </Stack></fieldset>
    </form>
  );
}

/** Bands of quantity or spend. */
function Tiers({ tiers, onChange }: { tiers: Tier[]; onChange: (tiers: Tier[]) => void }) {
  const t = useWords("price");
  const by = tiers.some((x) => x.percent !== undefined) ? "percent" : "unit_price";
  const put = (i: number, part: Tier) => onChange(tiers.map((x, n) => (n === i ? { ...x, ...part } : x)));
  return (
    <Stack gap={6}>
      <Select aria-label={t("form.tierBy")} w={260} allowDeselect={false} value={by} onChange={(v) => onChange(tiers.map((x) => ({ up_to: x.up_to, [v!]: x.unit_price ?? x.percent ?? "" })))} data={[{ value: "unit_price", label: t("form.tierByQuantity") }, { value: "percent", label: t("form.tierBySpend") }]} />
      {tiers.map((tier, i) => (
        <Group key={i} gap="xs" align="flex-end" wrap="nowrap">
          <TextInput label={i === 0 ? t("form.upTo") : undefined} aria-label={t("form.upTo")} disabled={i === tiers.length - 1} placeholder={i === tiers.length - 1 ? t("form.andMore") : ""} inputMode="decimal" value={tier.up_to ?? ""} onChange={(e) => put(i, { up_to: e.currentTarget.value.trim() })} style={{ flex: 1 }} />
          <TextInput label={i === 0 ? t(by === "percent" ? "form.percent" : "form.unit") : undefined} aria-label={t(by === "percent" ? "form.percent" : "form.unit")} inputMode="decimal" value={tier[by] ?? ""} onChange={(e) => put(i, { [by]: e.currentTarget.value.trim() })} style={{ flex: 1 }} />
          <ActionIcon mb={6} aria-label={t("form.removeTier", { place: i + 1 })} disabled={tiers.length < 2 || i === tiers.length - 1} onClick={() => onChange(tiers.filter((_, n) => n !== i))}><IconX size={15} /></ActionIcon>
        </Group>
      ))}
      <Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} />} style={{ alignSelf: "flex-start" }} onClick={() => onChange([...tiers.slice(0, -1), { up_to: "", [by]: "" }, tiers.at(-1)!])}>{t("form.addTier")}</Button>
    </Stack>
  );
}
