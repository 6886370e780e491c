import { Button, Group, Stack, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";

import { useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useActing } from "../acting";
import classes from "../backend.module.css";
import { useVerified } from "../known";
import { Said } from "./list";

/** The rules that come with backends and hold before all others; only their makers change them. */
export function Managed() {
  const t = useWords("backend");
  const run = useCan()("months.run");
  const backends = useAll("/api/v1/backends");
  const { said } = useVerified();
  const { busy, verify } = useActing();
  const rows = backends.data?.rows ?? [];
  if (rows.length === 0) return null;
  const unasked = rows.filter((b) => !said[b.name]?.verified);
  const asked = rows.filter((b) => said[b.name]);
  const rulesOf = (name: string) => said[name]?.verified?.rules;
  const never = rows.filter((b) => !said[b.name]);
  const ask = async () => { for (const b of unasked) await verify(b.name); };
  return (
    <Card title={t("rule.managed")} tools={run && unasked.length > 0 && <Button size="compact-sm" variant="default" loading={busy !== undefined} onClick={() => void ask()}>{t("rule.ask", { count: unasked.length })}</Button>}>
      <Stack gap="sm">
        {asked.length === 0 && <Text size="sm" c="dimmed">{t("rule.managedHelp")}</Text>}
        {asked.map((b) => (
          <section key={b.name} aria-label={t("rule.managedOf", { backend: b.name })}>
            <Group gap="xs" mb={4}><Text fw={600}>{b.name}</Text><State tone="quiet" icon={IconLock}>{t("rule.locked")}</State></Group>
            {rulesOf(b.name) === undefined ? <Text size="sm" c="var(--bad)">{said[b.name]?.problem}</Text> : rulesOf(b.name)?.length === 0 ? <Text size="sm" c="dimmed">{t("verify.noRules")}</Text> : (
              <ol className={classes.rules}>{rulesOf(b.name)?.map((rule, i) => <li key={rule.id}><Text className="num" c="dimmed" ta="end">{i + 1}</Text><Said rule={rule} /></li>)}</ol>
            )}
          </section>
        ))}
        {asked.length > 0 && never.length > 0 && <Text size="sm" c="dimmed">{t("rule.notAsked", { names: never.map((b) => b.name).join(", ") })}</Text>}
      </Stack>
    </Card>
  );
}
