import { Group, MultiSelect, Switch, Text } from "@mantine/core";

import { changeOnce, type Schema, useAsk } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { root, useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Answer } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useDoing } from "../doing";

/** Who needs more than a password. */
export function SecondFactor({ organizations }: { organizations: Schema<"AccessOrganization">[] }) {
  const t = useWords("setting");
  const can = useCan();
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/second-factor"]);
  const rule = useAsk("/api/v1/second-factor");
  async function set(organization: string, required: boolean) {
    const name = organizations.find((o) => o.id === organization)?.name ?? organization;
    if (required && !await confirm({ title: t("factor.title", { name }), children: t("factor.consequence"), yes: t("factor.yes") })) return;
    await act(t("factor.failed"), () => changeOnce("put", "/api/v1/second-factor", { body: { organization, required } }), t(required ? "factor.on" : "factor.off", { name }));
  }
  return (
    <Card title={t("factor.card")}>
      <Answer of={rule} lines={2}>
        {({ organizations: with_rule }) => (
          <Group gap="xl" align="flex-start">
            <Switch
              label={t("factor.own")} description={t("factor.ownHelp")} disabled={!can("users.write")} checked={with_rule.includes(root)} onChange={(e) => void set(root, e.currentTarget.checked)}
            />
            <MultiSelect
              miw={280} maw={560} label={t("factor.customers")} description={t("factor.customersHelp")} searchable disabled={!can("users.write")} value={with_rule.filter((o) => o !== root)}
              onChange={(now) => { for (const o of organizations) if (o.id !== root && now.includes(o.id) !== with_rule.includes(o.id)) void set(o.id, now.includes(o.id)); }}
              data={organizations.filter((o) => o.id !== root).map((o) => ({ value: o.id, label: o.name }))}
            />
          </Group>
        )}
      </Answer>
      <Text size="sm" c="dimmed" mt="xs">{t("factor.help")}</Text>
    </Card>
  );
}
