import { ActionIcon, Anchor, Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";

import { fileAddress } from "../../api/client";
import { type RowOf, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";

type Report = RowOf<"/api/v1/reports">;

/** One's questions that are asked again by schedule, and what was made of them. */
export default function Reports() {
  const t = useWords("cost");
  const reports = useAll("/api/v1/reports");
  return (
    <Page title={t("reports")} question={t("reportsQuestion")} path={[{ title: t("title"), to: "/costs" }]}>
      <Answer of={reports} height={240}>
        {({ rows }) => rows.length === 0
          ? <Card><Empty title={t("noReports")} action={<Button component={Link} to="/costs">{t("toCosts")}</Button>}>{t("noReportsHelp")}</Empty></Card>
          : <Stack gap="md">{rows.map((r) => <One key={r.id} report={r} />)}</Stack>}
      </Answer>
    </Page>
  );
}

function One({ report: r }: { report: Report }) {
  const t = useWords("cost");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const remove = useChange("delete", "/api/v1/reports/{id}", { refreshes: ["/api/v1/reports"] });
  const files = useAll("/api/v1/reports/{id}/files", { params: { path: { id: r.id } } }, { when: remove.isIdle || remove.isError });
  const cadence = hasWord("cost", `cadences.${r.cadence}`) ? t(`cadences.${r.cadence as "daily"}`) : r.cadence;
  const on = r.cadence === "weekly" && r.day ? t(`weekday.${String(r.day) as "1"}`) : r.cadence === "monthly" && r.day ? t("dayOfMonth", { day: r.day }) : "";
  async function take() {
    if (!(await confirm({ title: t("removeTitle", { name: r.name }), children: t("removeHelp"), yes: t("remove"), danger: true }))) return;
    remove.mutate({ params: { path: { id: r.id } } }, { onSuccess: () => told(t("removed", { name: r.name })), onError: (error) => refused(t("notRemoved"), explain(error)) });
  }
  return (
    <Card title={r.name} tools={<ActionIcon aria-label={t("removeThis", { name: r.name })} onClick={() => void take()}><IconTrash size={16} /></ActionIcon>}>
      <Stack gap="xs">
        <Group gap="md">
          <Text size="sm" c="dimmed">{[cadence, on].filter(Boolean).join(" · ")}</Text>
          <Text size="sm" c="dimmed">{t("next", { time: f.time(r.due) })}</Text>
          <Anchor component={Link} to={`/costs?${looked(r.question)}`} size="sm">{t("look")}</Anchor>
        </Group>
        {r.problem && <Notice tone="bad">{r.problem}</Notice>}
        <Answer of={files} lines={2}>
          {({ rows }) => rows.length === 0 ? <Text size="sm">{t("noFiles")}</Text> : (
            <Box component="ul" m={0} p={0} style={{ listStyle: "none" }}>
              {rows.slice(0, 6).map((file) => (
                <Group component="li" key={file.id} gap="xs" py={3}>
                  <IconDownload size={15} aria-hidden /><a href={fileAddress(`/report-files/${file.id}`)} download>{t("file", { month: f.period(file.period) })}</a>
                  <Text size="sm" c="dimmed">{t("made", { time: f.time(file.made), count: file.rows })}</Text>
                </Group>
              ))}
            </Box>
          )}
        </Answer>
      </Stack>
    </Card>
  );
}

/** The question of a report as the address of the page of costs. */
function looked(question: string): string {
  const asked = new URLSearchParams(question);
  const by = (asked.get("by") ?? "").split(",").filter((d) => d && d !== "day" && d !== "month");
  const next = new URLSearchParams({ by: by.join(",") });
  for (const where of asked.getAll("where")) next.append("where", where);
  return next.toString();
}
