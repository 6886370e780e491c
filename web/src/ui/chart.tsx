import { ActionIcon, Box, Group, SegmentedControl, Skeleton, Text, Tooltip } from "@mantine/core";
import { useMantineColorScheme } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useState } from "react";

import { useWords } from "../words/words";
import type { Drawing, Pick } from "./chart/drawing";
import { type Column, DataTable } from "./table";

const Canvas = lazy(() => import("./chart/canvas"));

interface Props<T> {
  /** Says what it shows, to those who cannot see it too. */
  label: string;
  /** What is drawn: made by the functions of ui/chart/drawing. */
  drawing: Drawing;
  height?: number;
  /** The same numbers as a table. */
  table: { name: string; columns: Column<T>[]; rows: T[]; rowKey: (row: T) => string };
  onPick?: (pick: Pick) => void;
  /** Beside the switch to the table, such as other ways to draw. */
  tools?: ReactNode;
  title?: ReactNode;
}

/** A chart with its numbers as a table behind a switch. */
export function Chart<T>({ label, drawing, height = 280, table, onPick, tools, title }: Props<T>) {
  const t = useWords("ui");
  const [as, setAs] = useState<"chart" | "table">("chart");
  const { colorScheme } = useMantineColorScheme();
  return (
    <Box role="figure" aria-label={label}>
      <Group justify="space-between" px="sm" pt="xs" gap="xs">
        <Box style={{ minWidth: 0 }}>{title}</Box>
        <Group gap="xs" className="no-print" wrap="nowrap" ml="auto">
          {tools}
          <Tooltip label={as === "chart" ? t("chart.asTable") : t("chart.asChart")}>
            <ActionIcon aria-pressed={as === "table"} aria-label={t("chart.asTable")} onClick={() => setAs(as === "chart" ? "table" : "chart")}>
              {as === "chart" ? <IconTable size={16} /> : <IconChartBar size={16} />}
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {as === "table"
        ? <DataTable {...table} label={label} maxHeight={height + 40} />
        : (
          <Suspense fallback={<Box p="sm" h={height}><Skeleton h="100%" radius="md" /></Box>}>
            <Canvas key={colorScheme} drawing={drawing} height={height} label={label} onPick={onPick} />
          </Suspense>
        )}
    </Box>
  );
}

/** Ways to draw the same numbers, one of which is chosen. */
export function Ways<V extends string>({ value, onChange, ways, label }: { value: V; onChange: (value: V) => void; ways: { value: V; label: string }[]; label: string }) {
  return <SegmentedControl size="xs" aria-label={label} value={value} onChange={(v) => onChange(v as V)} data={ways} />;
}

/** A number with its name above, for the top of a page. */
export function Figure({ label, children, below }: { label: ReactNode; children: ReactNode; below?: ReactNode }) {
  return (
    <Box>
      <Text size="sm" c="dimmed">{label}</Text>
      <Text fz="1.375rem" fw={600} className="num" lh={1.3}>{children}</Text>
      {below && <Text size="sm" component="div">{below}</Text>}
    </Box>
  );
}
