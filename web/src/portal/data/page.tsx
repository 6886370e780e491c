import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import { fileAddress } from "../../api/client";
import { type DataSet, DataSetFields, dataSets, type Packing } from "../../ui/file/dataset";
import { saveFile } from "../../ui/file/save";
import { useFormats } from "../../ui/format";
import { useMe } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Notice, useExplain } from "../../ui/state";
import type { Problem } from "../../api/problem";
import { useWords } from "../../words/words";
import { useHas, useOrganization } from "../frame";

/** A month of one's cost as a file that cost tools read. */
export default function DataPage() {
  const t = useWords("file");
  const f = useFormats();
  const has = useHas();
  const explain = useExplain();
  const { period, periods, choose } = usePeriod();
  const organization = useOrganization();
  const several = useMe().organizations.length > 1;
  const [set, setSet] = useState<DataSet>("cost-and-usage");
  const [packing, setPacking] = useState<Packing>("csv");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  // Who may see no documents has no data sets that are about them.
  const offered: readonly DataSet[] = has("invoices", "invoices.read") ? dataSets : dataSets.filter((x) => x === "cost-and-usage" || x === "cur2");
  const now = offered.includes(set) ? set : "cost-and-usage";

  async function download() {
    setBusy(true);
    setProblem(undefined);
    try {
      await saveFile(fileAddress("/portal/focus", { period, organization: organization.id, data_set: now, format: packing }));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page title={t("portal.title")} question={t("portal.question")}>
      <Stack gap="md" maw={760}>
        <Card>
          <Stack gap="md">
            <Select label={t("portal.month")} w={220} allowDeselect={false} data={periods.map((p) => ({ value: p, label: f.period(p) }))} value={period} onChange={(v) => v && choose(v)} />
            <DataSetFields of={offered} set={now} packing={packing} onSet={setSet} onPacking={setPacking} />
            {problem && <Notice tone="bad" title={t("portal.failed")}>{explain(problem)}</Notice>}
            <Group gap="sm">
              <Button leftSection={<IconDownload size={16} aria-hidden />} loading={busy} onClick={() => void download()}>{t("portal.do", { month: f.period(period) })}</Button>
              {several && <Text size="sm" c="dimmed">{organization.name ?? organization.id}</Text>}
            </Group>
          </Stack>
        </Card>
        <Card title={t("portal.what")}>
          <Stack gap={6}>
            <Text size="md">{t("portal.whatHelp")}</Text>
            <Text size="md" c="dimmed">{has("invoices", "invoices.read") ? t("portal.published") : t("portal.usageOnly")}</Text>
          </Stack>
        </Card>
      </Stack>
    </Page>
  );
}
