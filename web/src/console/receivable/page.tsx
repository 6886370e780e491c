import { Group, Tabs, Text, TextInput } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { Page } from "../../ui/page";
import { useWords } from "../../words/words";
import { AgeingView } from "./ageing_view";
import { Reminders } from "./reminders";

/** Who owes how much for how long, and whom one writes to about it. */
export default function Receivables() {
  const t = useWords("receivable");
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") === "reminders" ? "reminders" : "ageing";
  const day = params.get("as_of") ?? "";
  const reminders = useAll("/api/v1/reminders", day ? { params: { query: { as_of: day } } } : undefined);
  const put = (name: string, value: string | undefined) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  });
  return (
    <Page
      wide title={t("title")} question={t("question")}
      actions={<TextInput type="date" aria-label={t("asOf")} value={day || new Date().toISOString().slice(0, 10)} onChange={(e) => put("as_of", e.currentTarget.value || undefined)} leftSection={<Text size="xs" c="dimmed" pl={8} style={{ whiteSpace: "nowrap" }}>{t("asOf")}</Text>} leftSectionWidth={76} w={230} />}
    >
      <Tabs value={tab} onChange={(to) => put("tab", to === "reminders" ? "reminders" : undefined)}>
        <Tabs.List aria-label={t("tabs")}>
          <Tabs.Tab value="ageing">{t("tab.ageing")}</Tabs.Tab>
          <Tabs.Tab value="reminders"><Group gap={6}>{t("tab.reminders")}{!!reminders.data?.rows.length && <Text span size="xs" c="dimmed" className="num">{reminders.data.rows.length}</Text>}</Group></Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === "ageing" ? <AgeingView day={day || undefined} /> : <Reminders of={reminders} day={day || undefined} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
