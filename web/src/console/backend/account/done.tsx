import { Box, Button, Group, List, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "react-router";

import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useActing } from "../acting";
import { useOrganizations } from "../known";
import { Reached } from "../verified";
import type { Saved } from "./form";

/** What a service account that was saved reaches, and what is in force now because of it. */
export function Done({ of: made, again }: { of: Saved; again: () => void }) {
  const t = useWords("backend");
  const can = useCan();
  const { path } = useOrganizations();
  const { busy, collect } = useActing();
  const a = made.account;
  const source = a.standing?.source ?? a.id;
  const changes = made.changes.filter((c) => c.kind !== "credentials");
  return (
    <Box maw={920}><Card>
      <Stack gap="md">
        <Notice tone="good" title={t("done.title", { backend: a.backend })}>{t("done.help", { name: a.name, project: path(a.organization).join(" › ") })}</Notice>
        <div>
          <Text fw={600} mb={4} component="h2" size="md">{t("done.reaches", { count: made.account.accounts.length })}</Text>
          <Reached of={made.account.accounts} />
        </div>
        {changes.length > 0 && (
          <div>
            <Text fw={600} mb={4} component="h2" size="md">{t("done.changes")}</Text>
            <List size="sm">{changes.map((c) => <List.Item key={`${c.kind} ${c.id}`}>{t(`done.kind.${c.kind}` as "done.kind.payers", { id: c.id, defaultValue: `${c.kind} ${c.id}` })}</List.Item>)}</List>
          </div>
        )}
        <Group gap="xs">
          {can("months.run") && <Button leftSection={<IconRefresh size={15} aria-hidden />} loading={busy !== undefined} onClick={() => void collect(source)}>{t("done.read")}</Button>}
          <Button variant="default" onClick={again}>{t("done.another")}</Button>
          <Button variant="default" component={Link} to="/backends">{t("done.list")}</Button>
        </Group>
      </Stack>
    </Card></Box>
  );
}
