import { Button, Checkbox, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { type Schema, useChange } from "../../api/query";
import { isDecimal } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { categories } from "../group/form/fields";
import { times } from "./amount";

interface Props {
  opened: boolean;
  close: () => void;
  period: string;
  groups: Schema<"BillingBillingGroup">[];
  first?: string; // the group that is chosen at first
}

export function Adding(props: Props) {
  const t = useWords("item");
  const ui = useWords("ui");
  const f = useFormats();
  return (
    <Modal opened={props.opened} onClose={props.close} size="lg" title={t("adding.title", { month: f.period(props.period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

/** One item for one group in one month. What it comes to is said while it is typed. */
function Form({ close, period, groups, first }: Props) {
  const t = useWords("item");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const add = useChange("post", "/api/v1/months/{period}/items", { refreshes: ["/api/v1/months"] });
  const [group, setGroup] = useState<string | null>(first ?? null);
  const [label, setLabel] = useState("");
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [tax, setTax] = useState<string | null>(null);
  const [free, setFree] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const currency = groups.find((g) => g.id === group)?.currency;
  const [unit, count] = [plain(price), plain(quantity)];
  const ready = group !== null && label.trim() !== "" && isDecimal(unit) && isDecimal(count);
  const wrong = (text: string, value: string, field: string) => problem?.at(field) ?? (text !== "" && !isDecimal(value) ? t("adding.notANumber") : undefined);

  function submit() {
    if (!ready) return;
    add.mutate({ params: { path: { period } }, body: { group, label: label.trim(), unit_price: unit, quantity: count, ...(tax && !free ? { tax } : {}), ...(free ? { tax_free: true } : {}) } }, {
      onSuccess: () => { told(t("adding.done", { label: label.trim() })); close(); },
      onError: setProblem,
    });
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <Select label={t("column.group")} required searchable value={group} onChange={setGroup} error={problem?.at("group")} data={groups.map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))} />
        <TextInput label={t("column.label")} description={t("adding.labelHelp")} required maxLength={1000} value={label} error={problem?.at("label")} onChange={(e) => setLabel(e.currentTarget.value)} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("column.price")} description={t("adding.priceHelp")} required inputMode="decimal" value={price} error={wrong(price, unit, "unit_price")} onChange={(e) => setPrice(e.currentTarget.value)} rightSection={<Text size="xs" c="dimmed">{currency}</Text>} rightSectionWidth={44} styles={{ input: { textAlign: "right" } }} />
          <TextInput label={t("column.quantity")} description={t("adding.quantityHelp")} required inputMode="decimal" value={quantity} error={wrong(quantity, count, "quantity")} onChange={(e) => setQuantity(e.currentTarget.value)} styles={{ input: { textAlign: "right" } }} />
          <Select label={t("column.tax")} clearable disabled={free} placeholder={t("asUsage")} value={tax} onChange={setTax} error={problem?.at("tax")} data={categories.map((c) => ({ value: c, label: t(`tax.${c}`) }))} />
          <Checkbox mt={{ xs: 30 }} label={t("taxFree")} checked={free} onChange={(e) => setFree(e.currentTarget.checked)} />
        </SimpleGrid>
        <Group justify="space-between">
          <Text aria-live="polite">{ready && currency ? t("adding.comes", { amount: f.money(times(unit, count), currency) }) : ""}</Text>
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!ready} loading={add.isPending}>{t("adding.yes")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

const plain = (text: string): string => text.replace(/[,\s]/g, "").replace("−", "-");
