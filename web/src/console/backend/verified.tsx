import { Anchor, Group, List, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { Facts } from "../../ui/page";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import { useOrganizations, type Verified } from "./known";

type TriedCredential = Verified["credentials"][number];

const few = 10;

/** The vendor's accounts that a credential reaches. */
export function Reached({ of: accounts }: { of: { id: string; name?: string }[] }) {
  const t = useWords("backend");
  const [all, setAll] = useState(false);
  if (accounts.length === 0) return <Text size="sm" c="dimmed">{t("reaches.none")}</Text>;
  const shown = all ? accounts : accounts.slice(0, few);
  return (
    <>
      <List size="sm" listStyleType="none">
        {shown.map((a) => <List.Item key={a.id}><span className="id">{a.id}</span>{a.name && a.name !== a.id && <span className="soft"> {a.name}</span>}</List.Item>)}
      </List>
      {accounts.length > few && <Anchor component="button" type="button" size="sm" onClick={() => setAll(!all)}>{all ? t("reaches.fewer") : t("reaches.all", { count: accounts.length })}</Anchor>}
    </>
  );
}

/** What came of trying a credential at the vendor. */
export function Tried({ of: c, title }: { of: TriedCredential; title?: boolean }) {
  const t = useWords("backend");
  const { path } = useOrganizations();
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {c.ok ? <State tone="good">{t("verify.accepted")}</State> : <State tone="bad">{t("verify.refused")}</State>}
        {title && <Anchor component={Link} to={`/backends/accounts/${encodeURIComponent(c.id)}`} size="md">{c.id}</Anchor>}
        {title && <Text size="sm" c="dimmed">{path(c.organization).join(" › ")}</Text>}
      </Group>
      {c.ok ? <Reached of={c.accounts} /> : <Text size="sm">{c.problem}</Text>}
    </Stack>
  );
}

/** What a backend says of itself, and of every credential. */
export function VerifiedBackend({ of: v }: { of: Verified }) {
  const t = useWords("backend");
  return (
    <Stack gap="sm">
      <Facts of={[
        [t("verify.calls"), <>{v.calls_itself || "–"} <span className="soft">{v.version}</span></>],
        [t("form.protocol"), t(`protocol.${v.protocol}` as "protocol.sluice", { defaultValue: v.protocol })],
        [t("form.currency"), v.currency || t("verify.noCurrency")],
        [t("verify.schemas"), v.schemas.length ? v.schemas.join(", ") : "–"],
        [t("verify.rules"), v.rules.length ? <Anchor key="r" component={Link} to="/backends?tab=rules" size="md">{t("verify.ruleCount", { count: v.rules.length })}</Anchor> : t("verify.noRules")],
      ]} />
      {v.credentials.length === 0 ? <Text size="sm" c="dimmed">{t("verify.noCredentials")}</Text> : <Stack gap="sm">{v.credentials.map((c) => <Tried key={c.id} of={c} title />)}</Stack>}
    </Stack>
  );
}
