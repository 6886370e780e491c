import { Button, Group, Stack, Text } from "@mantine/core";

import { useFormats } from "../../../ui/format";
import { Card } from "../../../ui/page";
import { useWords } from "../../../words/words";
import type { Invitation } from "../known";

/** The page of the customer: until when it is shown, a new address of it, or none any more. */
export function CustomerPage({ of: i, busy, make, revoke }: { of: Invitation; busy?: string; make?: () => void; revoke?: () => void }) {
  const t = useWords("member");
  const f = useFormats();
  return (
    <Card title={t("page.title")}>
      <Stack gap="sm">
        <Text size="sm">{i.page_until ? t("page.until", { time: f.time(i.page_until) }) : t("page.none")}</Text>
        <Text size="sm" c="dimmed">{t("page.help")}</Text>
        {(make || revoke) && (
          <Group gap="xs">
            {make && <Button size="compact-sm" variant="default" loading={busy === "page"} onClick={make}>{t(i.page_until ? "page.new" : "page.make")}</Button>}
            {revoke && i.page_until && <Button size="compact-sm" variant="subtle" color="red" loading={busy === "revoke"} onClick={revoke}>{t("page.revoke")}</Button>}
          </Group>
        )}
      </Stack>
    </Card>
  );
}
