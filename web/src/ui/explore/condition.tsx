import { Box, Button, Checkbox, CloseButton, Group, Popover, ScrollArea, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { hasWord, useWords } from "../../words/words";
import { useFormats } from "../format";
import { Failed, Waiting } from "../state";
import { type Names, useValues } from "./asking";
import classes from "./explore.module.css";
import type { Condition, Look } from "./question";
import type { KnownValue, Source } from "./source";

/** A condition in words: "Service is Amazon EC2 or Amazon S3". */
export function useSentence(names: Names): (c: Condition, most?: number) => string {
  const t = useWords("explore");
  const f = useFormats();
  return (c, most = 3) => {
    const values = c.values.slice(0, most).map((v) => names.value(c.dimension, v));
    if (c.values.length > most) values.push(t("moreValues", { count: c.values.length - most }));
    const list = new Intl.ListFormat(f.language, { type: "disjunction" }).format(values);
    return c.not ? t("isNot", { dimension: names.dimension(c.dimension), values: list }) : t("is", { dimension: names.dimension(c.dimension), values: list });
  };
}

/** A condition that can be opened and changed, or taken away. It counts when it is closed, so that not every tick asks anew. */
export function ConditionChip({ source, look, condition, names, first, onChange, onRemove }: {
  source: Source;
  look: Look;
  condition: Condition;
  names: Names;
  first?: boolean; // open from the start
  onChange: (c: Condition) => void;
  onRemove: () => void;
}) {
  const t = useWords("explore");
  const sentence = useSentence(names);
  const [opened, setOpened] = useState(!!first);
  const [draft, setDraft] = useState(condition);
  const shown = opened ? draft : condition;
  const text = shown.values.length === 0 ? t("choosing", { dimension: names.dimension(shown.dimension) }) : sentence(shown);
  const open = () => {
    setDraft(condition);
    setOpened(true);
  };
  const close = () => {
    setOpened(false);
    if (draft.values.length === 0) onRemove();
    else if (draft.not !== condition.not || draft.values.join("\u0000") !== condition.values.join("\u0000")) onChange(draft);
  };
  return (
    <Popover opened={opened} onChange={(o) => (o ? open() : close())} width={340} position="bottom-start" shadow="md" trapFocus returnFocus transitionProps={{ duration: 80 }}>
      <Popover.Target>
        <Group gap={0} wrap="nowrap" className={classes.chip} data-tone={shown.not ? "not" : undefined}>
          <UnstyledButton className={classes.chipText} aria-haspopup="dialog" aria-expanded={opened} title={shown.values.length ? sentence(shown, 30) : undefined} onClick={() => (opened ? close() : open())}>{text}</UnstyledButton>
          <CloseButton size="xs" aria-label={t("removeCondition", { condition: text })} onClick={onRemove} />
        </Group>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={text}>
        <Editor source={source} look={look} condition={draft} names={names} onChange={setDraft} close={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Editor({ source, look, condition, names, onChange, close }: { source: Source; look: Look; condition: Condition; names: Names; onChange: (c: Condition) => void; close: () => void }) {
  const t = useWords("explore");
  const [search, setSearch] = useState("");
  const [contains] = useDebouncedValue(search.trim(), 200);
  const answer = useValues(source, look, condition.dimension, contains);
  const dimension = names.dimension(condition.dimension);
  // What is chosen stays in sight, also where the search does not have it.
  const chosen = contains ? [] : condition.values.filter((v) => answer.data && !answer.data.some((k) => k.value === v)).map((value): KnownValue => ({ value, prices: {} }));
  const toggle = (value: string) => onChange({ ...condition, values: condition.values.includes(value) ? condition.values.filter((v) => v !== value) : [...condition.values, value] });
  return (
    <Stack gap={0}>
      <Stack gap="xs" p="sm" pb="xs">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text fw={600} size="sm" truncate>{dimension}</Text>
          <SegmentedControl size="xs" aria-label={t("isOrNot")} value={condition.not ? "not" : "is"} onChange={(v) => onChange({ ...condition, not: v === "not" })} data={[{ value: "is", label: t("isOne") }, { value: "not", label: t("isNone") }]} />
        </Group>
        <TextInput data-autofocus size="xs" aria-label={t("findValue", { dimension })} placeholder={t("findValue", { dimension })} leftSection={<IconSearch size={14} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
      </Stack>
      {answer.isError ? <Failed error={answer.error} /> : !answer.data ? <Waiting lines={5} /> : (
        <ScrollArea.Autosize mah={300} type="auto">
          <Box role="group" aria-label={dimension} pb={4}>
            {[...chosen, ...answer.data].map((v) => (
              <Checkbox
                key={v.value} size="xs" className={classes.value} checked={condition.values.includes(v.value)} onChange={() => toggle(v.value)}
                label={<ValueLine name={v.label ?? names.value(condition.dimension, v.value)} value={v} code={hasWord("explore", `value.${condition.dimension}.${v.value}`)} />}
              />
            ))}
            {answer.data.length === 0 && chosen.length === 0 && <Text size="sm" c="dimmed" px="sm" py="xs">{t("noValue")}</Text>}
          </Box>
        </ScrollArea.Autosize>
      )}
      <Group justify="space-between" p="xs" style={{ borderTop: "1px solid var(--rule)" }}>
        <Text size="xs" c="dimmed">{t("dearest")}</Text>
        <Button size="compact-sm" onClick={close}>{t("done")}</Button>
      </Group>
    </Stack>
  );
}

function ValueLine({ name, value, code }: { name: string; value: KnownValue; code: boolean }) {
  const f = useFormats();
  return (
    <Group component="span" justify="space-between" wrap="nowrap" gap="xs">
      <span style={{ minWidth: 0, overflowWrap: "anywhere" }}>{name}{value.value && name !== value.value && !code ? <span className="soft id">{` ${value.value.length > 24 ? `…${value.value.slice(-12)}` : value.value}`}</span> : null}</span>
      <span className="num soft">{Object.entries(value.prices).map(([currency, price]) => f.short(price, currency)).join(" · ")}</span>
    </Group>
  );
}
