import { Button, Group, Modal, MultiSelect, SegmentedControl, SimpleGrid, Stack, Switch, Tabs, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, type Schema } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useCan } from "../../../ui/me";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { type Language, languages, useWords } from "../../../words/words";
import { useDoing } from "../doing";

type Announcement = Schema<"NoticeAnnouncement">;
type Body = Schema<"AnnouncementBody">;
type Words = Record<Language, { title: string; text: string }>;

const nothing: Words = { en: { title: "", text: "" }, ja: { title: "", text: "" } };

/** A time as the field of the browser has it, in the reader's zone. */
const local = (time?: string) => (time ? new Date(Date.parse(time) - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "");

/** Writes an announcement, in one language or both, and shows how it will look. */
export function Editor({ announcement, customers, close }: { announcement?: Announcement; customers: Schema<"BillingCustomer">[]; close: () => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/announcements"]);
  const [words, setWords] = useState<Words>(() => ({ ...nothing, ...Object.fromEntries((announcement?.words ?? []).map((w) => [w.language, { title: w.title, text: w.text }])) }));
  const [language, setLanguage] = useState<Language>((announcement?.words[0]?.language as Language | undefined) ?? "en");
  const [level, setLevel] = useState<Body["level"]>((announcement?.level as Body["level"] | undefined) ?? "info");
  const [enabled, setEnabled] = useState(announcement?.enabled ?? true);
  const [whom, setWhom] = useState(announcement?.customers ?? []);
  const [from, setFrom] = useState(local(announcement?.from));
  const [to, setTo] = useState(local(announcement?.to));
  const [problem, setProblem] = useState<Problem>();
  const spoken = (Object.keys(languages) as Language[]).filter((l) => words[l].title.trim() !== "");
  const put = (part: Partial<Words["en"]>) => setWords({ ...words, [language]: { ...words[language], ...part } });

  async function save() {
    const body: Body = {
      level, enabled, customers: whom, words: spoken.map((l) => ({ language: l, ...words[l] })),
      ...(from ? { from: new Date(from).toISOString() } : {}), ...(to ? { to: new Date(to).toISOString() } : {}),
    };
    await act(t("announcement.failed"), async () => {
      try {
        if (announcement) await changeOnce("put", "/api/v1/announcements/{id}", { params: { path: { id: announcement.id } }, body });
        else await changeOnce("post", "/api/v1/announcements", { body });
        told(t("announcement.saved"));
        close();
      } catch (error) {
        setProblem(error as Problem);
      }
    });
  }
  async function remove() {
    const yes = await confirm({ title: t("announcement.removeTitle"), children: t("announcement.removeHelp"), yes: ui("remove"), danger: true });
    if (yes && await act(t("announcement.failed"), () => changeOnce("delete", "/api/v1/announcements/{id}", { params: { path: { id: announcement!.id } } }))) close();
  }
  const shown = words[language];
  return (
    <Modal opened onClose={close} size="min(820px, 96vw)" title={announcement ? t("announcement.edit") : t("announcement.add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Stack gap="sm">
          {problem && <Notice tone="bad">{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
          <Tabs value={language} onChange={(v) => v && setLanguage(v as Language)}>
            <Tabs.List aria-label={t("people.language")}>{(Object.keys(languages) as Language[]).map((l) => <Tabs.Tab key={l} value={l}>{languages[l]}</Tabs.Tab>)}</Tabs.List>
          </Tabs>
          <TextInput label={t("announcement.title")} required={spoken.length === 0} maxLength={200} value={shown.title} onChange={(e) => put({ title: e.currentTarget.value })} />
          <Textarea label={t("announcement.text")} description={t("announcement.textHelp")} autosize minRows={3} value={shown.text} onChange={(e) => put({ text: e.currentTarget.value })} />
          <div>
            <Text size="sm" c="dimmed" mb={4}>{t("announcement.preview")}</Text>
            <Notice tone={level === "warning" ? "warn" : "info"} title={<span lang={language}>{shown.title || t("announcement.title")}</span>}>{shown.text && <Text lang={language} style={{ whiteSpace: "pre-line" }}>{shown.text}</Text>}</Notice>
          </div>
          <Group gap="lg" align="flex-end">
            <SegmentedControl aria-label={t("announcement.level")} value={level} onChange={(v) => setLevel(v as Body["level"])} data={[{ value: "info", label: t("announcement.levels.info") }, { value: "warning", label: t("announcement.levels.warning") }]} />
            <Switch label={t("announcement.enabled")} checked={enabled} onChange={(e) => setEnabled(e.currentTarget.checked)} mb={6} />
          </Group>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput type="datetime-local" label={t("announcement.from")} description={t("announcement.fromHelp")} value={from} error={problem?.at("from")} onChange={(e) => setFrom(e.currentTarget.value)} />
            <TextInput type="datetime-local" label={t("announcement.to")} description={t("announcement.toHelp")} value={to} error={problem?.at("to")} onChange={(e) => setTo(e.currentTarget.value)} />
          </SimpleGrid>
          <MultiSelect label={t("announcement.customers")} description={t("announcement.customersHelp")} searchable clearable placeholder={whom.length ? undefined : t("announcement.allCustomers")} value={whom} onChange={setWhom} data={customers.map((c) => ({ value: c.id, label: c.name }))} />
          {can("config.write") && (
            <Group justify="space-between">
              {announcement ? <Button variant="subtle" color="red" onClick={() => void remove()}>{ui("remove")}</Button> : <span />}
              <Group gap="xs">
                <Button variant="default" onClick={close}>{ui("cancel")}</Button>
                <Button type="submit" disabled={spoken.length === 0}>{announcement ? ui("save") : t("announcement.yes")}</Button>
              </Group>
            </Group>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
