import { Button, Divider, Group, Select, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { isDecimal } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Notice, State, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { classes as allClasses, type Example, type Field, fields, type Line, type PriceBook } from "./book";
import type { Edited } from "./edited";
import { FromBill } from "./from_bill";
import { useRuleWords } from "./said";
import { filled, type Outcome, tryLine } from "./trial";

/** A line to try on the book as it is written now, and the examples that stand in it. */
export function Bench({ book, edited, period, readOnly }: { book: PriceBook; edited: Edited; period: string; readOnly: boolean }) {
  const t = useWords("price");
  const [line, setLine] = useState<Line>({ cost: "100" });
  return (
    <Card title={t("bench.title")} label={t("bench.title")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t("bench.help")}</Text>
        <Fields line={line} onChange={setLine} period={period} />
        <Result book={book} edited={edited} line={line} readOnly={readOnly} />
        <Divider />
        <Examples book={book} edited={edited} onTry={setLine} readOnly={readOnly} />
      </Stack>
    </Card>
  );
}

function Fields({ line, onChange, period }: { line: Line; onChange: (line: Line) => void; period: string }) {
  const t = useWords("price");
  const words = useRuleWords();
  const [more, setMore] = useState(false);
  const put = (part: Partial<Line>) => onChange({ ...line, ...part });
  const text = (field: Field) => (
    <FromBill
      key={field} shown label={words.field(field)} field={field} period={period} service={field === "service" ? undefined : line.service} value={line[field] ?? ""} onChange={(v) => put({ [field]: v })}
      onChoose={(v, service) => put({ [field]: v, ...(service && !line.service ? { service } : {}) })}
    />
  );
  const amount = (name: "usage" | "cost" | "list_cost" | "free_tier_rate") => (
    <TextInput key={name} label={t(`line.${name}`)} inputMode="decimal" value={line[name] ?? ""} error={line[name] && !isDecimal(line[name]) ? t("form.noNumber") : undefined} onChange={(e) => put({ [name]: e.currentTarget.value.trim() })} />
  );
  return (
    <SimpleGrid cols={2} spacing="sm" verticalSpacing="xs">
      {text("service")}
      {text("usage_type")}
      {text("region")}
      {amount("usage")}
      {amount("cost")}
      {more && <>
        {amount("list_cost")}
        {text("operation")}
        {text("instance_type")}
        {text("line_type")}
        {text("description")}
        <Select label={t("form.class")} clearable placeholder={t("class.usage")} value={line.class ?? null} onChange={(v) => put({ class: (v ?? undefined) as Line["class"] })} data={allClasses.map((value) => ({ value, label: t(`class.${value}`) }))} />
        <TextInput type="date" label={t("line.day")} value={line.day ?? ""} onChange={(e) => put({ day: e.currentTarget.value || undefined })} />
        {amount("free_tier_rate")}
      </>}
      <Button variant="subtle" size="compact-sm" style={{ alignSelf: "end", justifySelf: "start" }} aria-expanded={more} onClick={() => setMore(!more)}>{t(more ? "bench.less" : "bench.more")}</Button>
    </SimpleGrid>
  );
}

function Result({ book, edited, line, readOnly }: { book: PriceBook; edited: Edited; line: Line; readOnly: boolean }) {
  const t = useWords("price");
  const explain = useExplain();
  const rules = { ...book, examples: undefined };
  const [asked] = useDebouncedValue({ book: rules, line: filled(line) }, 300);
  const numbers = [asked.line.cost, asked.line.usage, asked.line.list_cost, asked.line.free_tier_rate];
  const tried = useQuery<Outcome, Problem>({
    queryKey: ["price-try", asked],
    queryFn: () => tryLine(asked.book, asked.line),
    enabled: book.rules.length > 0 && numbers.some(Boolean) && numbers.every((n) => !n || isDecimal(n)),
    placeholderData: (last) => last,
    retry: false,
  });
  if (tried.isError) return <Notice tone="bad">{explain(tried.error)}</Notice>;
  const outcome = tried.data;
  if (!outcome) return <Text size="sm" c="dimmed">{t("bench.nothing")}</Text>;
  const keep = () => {
    const expect: Example["expect"] = outcome.excluded ? { excluded: true, rule: outcome.rule } : { price: outcome.price, rule: outcome.rule, ...(outcome.managed && outcome.managed !== "0" ? { managed: outcome.managed } : {}) };
    edited.edit({ ...book, examples: [...book.examples ?? [], { line: filled(line), expect }] });
  };
  return (
    <Stack gap={6} p="sm" style={{ background: "var(--sunken)", borderRadius: 8 }} aria-live="polite">
      <Said outcome={outcome} cost={asked.line.cost} />
      {!readOnly && edited.readable && <Button size="compact-sm" variant="default" style={{ alignSelf: "flex-start" }} onClick={keep}>{t("bench.keep")}</Button>}
    </Stack>
  );
}

/** Which rule wins, what it comes to, and which rules would have matched after it. */
function Said({ outcome, cost }: { outcome: Outcome; cost?: string }) {
  const t = useWords("price");
  const f = useFormats();
  return (
    <>
      <Group justify="space-between" align="baseline" wrap="nowrap">
        <Text size="md">{outcome.rule ? <>{t("bench.wins")} <b>{outcome.rule}</b></> : t("bench.noRule")}</Text>
        <Text fz="1.25rem" fw={620} className="num">{outcome.excluded ? t("bench.excluded") : f.number(outcome.price, 12)}</Text>
      </Group>
      {!outcome.excluded && cost && isDecimal(cost) && outcome.price && <Text size="sm" c="dimmed" className="num" ta="right">{t("bench.from", { cost: f.number(cost, 12), change: f.growth(cost, outcome.price, 4) })}</Text>}
      {outcome.managed && outcome.managed !== "0" && <Text size="sm" className="num" ta="right">{t("bench.managed", { amount: f.number(outcome.managed, 12) })}</Text>}
      {outcome.shadowed.length > 0 && <Text size="sm" c="dimmed">{t("bench.shadowed", { rules: f.list(outcome.shadowed) })}</Text>}
    </>
  );
}

function Examples({ book, edited, onTry, readOnly }: { book: PriceBook; edited: Edited; onTry: (line: Line) => void; readOnly: boolean }) {
  const t = useWords("price");
  const f = useFormats();
  const saidLine = (line: Line) => [
    ...(line.class ? [t(`class.${line.class}`)] : []),
    ...fields.flatMap((name) => line[name] ?? []),
    ...[line.tags, line.cost_categories].flatMap((named) => Object.entries(named ?? {}).map(([name, value]) => `${name}: ${value}`)),
    ...(["day", "usage", "cost", "list_cost", "free_tier_rate"] as const).flatMap((name) => (line[name] === undefined ? [] : t("line.said", { name: t(`line.${name}`), value: line[name] }))),
  ].join(" · ");
  const failures = new Map((edited.checked?.failures ?? []).map((x) => [x.example, x]));
  const examples = book.examples ?? [];
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Text component="h3" m={0} fw={600} size="md">{t("bench.examples", { count: examples.length })}</Text>
        {examples.length > 0 && edited.readable && (failures.size ? <State tone="bad">{t("bench.fail", { count: failures.size })}</State> : <State tone="good">{t("bench.pass")}</State>)}
      </Group>
      {examples.length === 0 && <Text size="sm" c="dimmed">{t("bench.noExamples")}</Text>}
      {examples.map((example, i) => {
        const failure = failures.get(i);
        return (
          <Group key={i} gap="xs" wrap="nowrap" align="flex-start" style={{ borderTop: i ? "1px solid var(--rule)" : undefined, paddingTop: i ? 6 : 0 }}>
            <UnstyledButton style={{ flex: 1, minWidth: 0 }} onClick={() => onTry(example.line)} aria-label={t("bench.tryExample", { place: i + 1 })}>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>{saidLine(example.line)}</Text>
              <Text size="sm" c="dimmed">
                {example.expect.excluded ? t("bench.excluded") : <span className="num">{f.number(example.expect.price, 12)}</span>}
                {example.expect.rule !== undefined && ` · ${example.expect.rule || t("bench.noRule")}`}
              </Text>
              {failure?.wrong.map((w) => <Text key={w.of} size="sm" c="var(--bad)">{t("bench.wrong", { of: t(`bench.of_${w.of}` as "bench.of_price"), got: w.got, expected: w.expected })}</Text>)}
            </UnstyledButton>
            {!edited.readable ? null : failure ? <State tone="bad">{t("bench.fails")}</State> : <State tone="good" icon={IconFlask}>{t("bench.holds")}</State>}
            {!readOnly && edited.readable && <Button size="compact-xs" variant="subtle" color="gray" aria-label={t("bench.removeExample", { place: i + 1 })} onClick={() => edited.edit({ ...book, examples: examples.filter((_, n) => n !== i) })}>{t("bench.remove")}</Button>}
          </Group>
        );
      })}
    </Stack>
  );
}
