import { Button, Group, Menu, Stack, Tabs, Text, Textarea } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../../words/words";
import { useWriting } from "../context";
import { useLanguageName } from "../language";
import type { Words } from "../layout";
import { Labels } from "./label";

const texts = ["opening", "remarks", "footer"] as const;

/** What the layout says in each language: texts of its own, and other labels. */
export function Texts() {
  const t = useWords("layout");
  const languageName = useLanguageName();
  const { now, choices, set, fault, readOnly } = useWriting();
  const words = now.words ?? [];
  const [tab, setTab] = useState<string | null>(null);
  const at = Math.max(0, words.findIndex((w) => (w.language ?? "") === tab));
  const chosen = words[at];
  const nameOf = (tag: string | undefined) => (tag ? languageName(tag) : t("words.others"));
  const left = ["", ...choices.languages].filter((tag) => !words.some((w) => (w.language ?? "") === tag));
  const put = (to: Partial<Words>) => set("words", words.map((w, i) => (i === at ? { ...w, ...to } : w)));
  const add = (tag: string) => { set("words", [...words, tag ? { language: tag } : {}]); setTab(tag); };
  const remove = () => { set("words", words.filter((_, i) => i !== at)); setTab(null); };

  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t("words.help")}</Text>
      <Group gap="xs" justify="space-between" align="center">
        <Tabs value={chosen ? chosen.language ?? "" : null} onChange={setTab} variant="pills">
          <Tabs.List aria-label={t("words.languages")}>{words.map((w) => <Tabs.Tab key={w.language ?? ""} value={w.language ?? ""} size="sm">{nameOf(w.language)}</Tabs.Tab>)}</Tabs.List>
        </Tabs>
        {!readOnly && (
          <Menu position="bottom-end">
            <Menu.Target><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />}>{t("words.add")}</Button></Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflow: "auto" }}>{left.map((tag) => <Menu.Item key={tag} onClick={() => add(tag)}>{nameOf(tag)}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {chosen && (
        <Stack key={chosen.language ?? ""} gap="sm">
          {texts.map((name) => (
            <Textarea key={name} label={t(`words.${name}`)} description={t(`words.${name}Help`)} autosize minRows={name === "footer" ? 1 : 2} maxRows={8} maxLength={2000} disabled={readOnly} lang={chosen.language} value={chosen[name] ?? ""} error={fault(`words[${at}].${name}`)} onChange={(e) => put({ [name]: e.currentTarget.value || undefined })} />
          ))}
          <Labels words={chosen} at={at} onChange={(labels) => put({ labels })} />
          {!readOnly && <Button size="compact-sm" variant="subtle" color="red" w="fit-content" leftSection={<IconTrash size={14} />} onClick={remove}>{t("words.remove", { language: nameOf(chosen.language) })}</Button>}
        </Stack>
      )}
    </Stack>
  );
}
