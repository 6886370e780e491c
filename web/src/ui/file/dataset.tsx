import { Radio, SegmentedControl, Stack, Text } from "@mantine/core";

import { useWords } from "../../words/words";

export const dataSets = ["cost-and-usage", "invoice-detail", "billing-period", "cur2"] as const;
export type DataSet = (typeof dataSets)[number];
export const packings = ["parquet", "csv"] as const;
export type Packing = (typeof packings)[number];

/** Which data set, and how it is written. `of`: those that can be had. */
export function DataSetFields({ of, set, packing, onSet, onPacking }: { of: readonly DataSet[]; set: DataSet; packing: Packing; onSet: (set: DataSet) => void; onPacking: (packing: Packing) => void }) {
  const t = useWords("file");
  return (
    <Stack gap="md">
      <Radio.Group label={t("data.set")} value={set} onChange={(v) => onSet(v as DataSet)}>
        <Stack gap={8} mt={6}>{of.map((x) => <Radio key={x} value={x} label={t(`data.sets.${x}.title`)} description={t(`data.sets.${x}.about`)} />)}</Stack>
      </Radio.Group>
      <div>
        <Text size="sm" fw={500} mb={4}>{t("data.format")}</Text>
        <SegmentedControl aria-label={t("data.format")} value={packing} onChange={(v) => onPacking(v as Packing)} data={packings.map((value) => ({ value, label: t(`data.packing.${value}.title`) }))} />
        <Text size="xs" c="dimmed" mt={4}>{t(`data.packing.${packing}.about`)}</Text>
      </div>
    </Stack>
  );
}
