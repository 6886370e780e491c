import { Anchor, Group, Progress, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { Amount } from "../../ui/amount";
import { position } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card, Facts } from "../../ui/page";
import { useWords } from "../../words/words";

/** How far reservations and savings plans are used, and whom they help. */
export function Commitments({ of: c }: { of: Schema<"InsightCommitmentMoney"> }) {
  const t = useWords("dashboard");
  const f = useFormats();
  return (
    <Card title={t("commitments.title")} tools={<Anchor component={Link} to="/commitments" size="sm">{t("commitments.all", { count: c.commitments })}</Anchor>}>
      <Stack gap="sm">
        <div>
          <Group justify="space-between" align="flex-end" mb={4}>
            <Text size="sm" c="dimmed">{t("commitments.used")}</Text>
            <Text fw={620} fz="lg" className="num">{c.utilization_percent === undefined ? "–" : `${f.number(c.utilization_percent, 1)}%`}</Text>
          </Group>
          <Progress size="md" value={c.utilization_percent === undefined ? 0 : position(c.utilization_percent)} aria-label={t("commitments.used")} />
        </div>
        <Facts
          of={[
            [t("commitments.cost"), <Money key="cost" value={c.cost} currency={c.currency} />],
            [t("commitments.unused"), <Money key="unused" value={c.unused_cost} currency={c.currency} />],
            [t("commitments.crossed"), <Money key="crossed" value={c.crossed} currency={c.currency} />],
            [t("commitments.stands"), <Money key="stands" value={c.crossed_stands} currency={c.currency} />],
            [t("commitments.float"), <Money key="float" value={c.gain} currency={c.currency} strong />],
          ]}
        />
        <Text size="xs" c="dimmed">{t("commitments.help")}</Text>
      </Stack>
    </Card>
  );
}

function Money({ value, currency, strong }: { value: string; currency: string; strong?: boolean }) {
  return <div style={{ textAlign: "right" }}><Amount value={value} currency={currency} strong={strong} /></div>;
}
