import { Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useAll, useAsk } from "../../../api/query";
import { Card } from "../../../ui/page";
import { Answer, Notice, State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useProviderName } from "../../provider";
import classes from "./credential.module.css";

/** Which credential an organization's bills are read with: its own, else those above it, up to the reseller. */
export function Trail({ providers }: { providers: string[] }) {
  const t = useWords("connect");
  const name = useProviderName();
  const organizations = useAll("/api/v1/organizations");
  const [organization, setOrganization] = useState("reseller");
  const [provider, setProvider] = useState(providers[0] ?? "aws");
  const trail = useAsk("/api/v1/credential-trail", { params: { query: { organization, provider } } }, { keep: true });
  const nameOf = (id: string) => organizations.data?.rows.find((o) => o.id === id)?.name ?? id;
  return (
    <Card title={t("trail.title")}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">{t("trail.help")}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }} maw={640}>
          <Select label={t("cred.organization")} searchable allowDeselect={false} value={organization} onChange={(v) => v && setOrganization(v)} data={(organizations.data?.rows ?? []).map((o) => ({ value: o.id, label: o.name }))} />
          <Select label={t("provider.label")} allowDeselect={false} value={provider} onChange={(v) => v && setProvider(v)} data={providers.map((value) => ({ value, label: name(value) }))} />
        </SimpleGrid>
        <Answer of={trail} lines={3}>
          {(of) => (
            <>
              <ol className={classes.trail}>
                {of.stops.map((s, i) => (
                  <li key={`${s.organization} ${s.purpose} ${i}`} data-taken={!!s.taken}>
                    <Group gap="xs">
                      <Text fw={600}>{s.kind === "account" ? t("trail.account", { name: nameOf(s.organization) }) : nameOf(s.organization)}</Text>
                      <span className="soft">{t(`trail.kind.${s.kind}` as "trail.kind.customer", { defaultValue: s.kind })}</span>
                      {s.taken ? <State tone="good">{t("trail.taken")}</State> : <State tone="quiet">{t(s.credential ? "trail.billingOnly" : "trail.none")}</State>}
                    </Group>
                    {s.credential && <Text size="sm" className="id">{s.credential}</Text>}
                  </li>
                ))}
              </ol>
              {!of.credential && <Notice tone="warn">{t("trail.nothing")}</Notice>}
            </>
          )}
        </Answer>
      </Stack>
    </Card>
  );
}
