import { Group, SegmentedControl, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useAsk } from "../../../api/query";
import { Answer } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useWriting } from "../context";
import { type Label, placesIn, type Words } from "../layout";
import classes from "../layout.module.css";
import { grouped } from "./label_group";

/** The labels of a language: what comes with Sluice, and what is printed instead. */
export function Labels({ words, at, onChange }: { words: Words; at: number; onChange: (labels: Record<string, string> | undefined) => void }) {
  const t = useWords("layout");
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState("all");
  const choices = useAsk("/api/v1/invoice-layouts/words", { params: { query: { language: words.language ?? "en" } } }, { keep: true });
  const own = words.labels ?? {};
  const count = Object.values(own).filter(Boolean).length;
  const put = (key: string, text: string) => {
    const next = { ...own, [key]: text };
    if (text === "") delete next[key];
    onChange(Object.keys(next).length ? next : undefined);
  };
  const wanted = search.trim().toLocaleLowerCase();
  const fits = (l: Label) => (only === "all" || own[l.key]) && (!wanted || [l.key, l.text, own[l.key] ?? ""].some((text) => text.toLocaleLowerCase().includes(wanted)));
  return (
    <section aria-label={t("labels.title")}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Title order={4}>{t("labels.title")}</Title>
        <Group gap="xs">
          <SegmentedControl size="xs" aria-label={t("labels.which")} value={only} onChange={setOnly} data={[{ value: "all", label: t("labels.all") }, { value: "own", label: t("labels.own", { count }) }]} />
          <TextInput size="xs" w={170} aria-label={t("labels.search")} placeholder={t("labels.search")} leftSection={<IconSearch size={13} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb={6}>{t("labels.help")}</Text>
      <Answer of={choices} lines={6}>
        {(c) => {
          const groups = grouped(c.labels.filter(fits));
          return (
            // What scrolls is reached by keyboard, too.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            <div className={classes.labels} tabIndex={0} role="region" aria-label={t("labels.title")}>
              {groups.length === 0 && <Text p="md" c="dimmed" size="sm">{t("labels.none")}</Text>}
              {groups.map((g) => (
                <div key={g.name}>
                  <div className={classes.labelGroup}>{t(`labelGroup.${g.name}`)}</div>
                  {g.labels.map((l) => <Row key={l.key} label={l} own={own[l.key] ?? ""} at={at} lang={words.language} onChange={(text) => put(l.key, text)} />)}
                </div>
              ))}
            </div>
          );
        }}
      </Answer>
    </section>
  );
}

function Row({ label, own, at, lang, onChange }: { label: Label; own: string; at: number; lang?: string; onChange: (text: string) => void }) {
  const t = useWords("layout");
  const { fault, readOnly } = useWriting();
  const places = own !== "" && placesIn(own) !== label.places ? t("labels.places", { count: label.places }) : undefined;
  return (
    <div className={classes.labelRow} data-own={own !== "" || undefined}>
      <div>
        <div className={classes.labelText} lang={lang}>{label.text || <span className="soft">{t("labels.empty")}</span>}</div>
        <div className={classes.labelKey}>{label.key}</div>
      </div>
      <TextInput size="xs" aria-label={t("labels.of", { label: label.text || label.key })} lang={lang} disabled={readOnly} value={own} placeholder={label.text} error={places ?? fault(`words[${at}].labels.${label.key}`)} onChange={(e) => onChange(e.currentTarget.value)} />
    </div>
  );
}
