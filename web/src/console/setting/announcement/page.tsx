import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useSearchParams } from "react-router";

import { type Schema, useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, State, type Tone } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { Editor } from "./editor";

type Announcement = Schema<"NoticeAnnouncement">;
const tones: Record<string, Tone> = { shown: "good", planned: "info", over: "quiet", off: "quiet" };

/** What customers are told in the portal. */
export default function AnnouncementsPage() {
  const t = useWords("setting");
  const f = useFormats();
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const all = useAll("/api/v1/announcements");
  const customers = useAll("/api/v1/customers");
  const one = params.get("one");
  const open = (id: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (id) next.set("one", id); else next.delete("one"); return next; }, { replace: true });
  const words = (a: Announcement) => a.words.find((w) => w.language === f.language.slice(0, 2)) ?? a.words[0];
  const name = (id: string) => customers.data?.rows.find((c) => c.id === id)?.name ?? id;
  const columns: Column<Announcement>[] = [
    { id: "state", title: t("column.state"), value: (a) => standing(a), show: (a) => <State tone={tones[standing(a)]!}>{t(`announcement.state.${standing(a)}`)}</State> },
    { id: "title", title: t("announcement.title"), value: (a) => words(a)?.title, width: 240 },
    { id: "level", title: t("announcement.level"), value: (a) => t(`announcement.levels.${a.level}` as "announcement.levels.info") },
    { id: "customers", title: t("announcement.customers"), value: (a) => (a.customers.length ? f.list(a.customers.map(name)) : t("announcement.allCustomers")) },
    { id: "from", title: t("announcement.from"), kind: "time", value: (a) => a.from },
    { id: "to", title: t("announcement.to"), kind: "time", value: (a) => a.to },
    { id: "by", title: t("audit.by"), value: (a) => a.changed_by, hidden: true },
  ];
  const add = can("config.write") && <Button leftSection={<IconPlus size={15} />} onClick={() => open("new")}>{t("announcement.add")}</Button>;
  return (
    <Page title={t("place.announcements.title")} question={t("announcement.question")} actions={add} wide>
      <Card flush label={t("place.announcements.title")}>
        {all.error ? <Failed error={all.error} again={() => void all.refetch()} /> : (
          <DataTable name="announcements" label={t("place.announcements.title")} columns={columns} rows={all.data?.rows} rowKey={(a) => a.id} onOpen={(a) => open(a.id)} empty={<Empty title={t("announcement.none")} action={add}>{t("announcement.noneHelp")}</Empty>} />
        )}
      </Card>
      {one && all.data && <Editor key={one} announcement={all.data.rows.find((a) => a.id === one)} customers={customers.data?.rows ?? []} close={() => open(null)} />}
    </Page>
  );
}

function standing(a: Announcement): "shown" | "planned" | "over" | "off" {
  const now = new Date().toISOString();
  if (!a.enabled) return "off";
  if (a.from && Date.parse(a.from) > Date.parse(now)) return "planned";
  return a.to && Date.parse(a.to) <= Date.parse(now) ? "over" : "shown";
}
