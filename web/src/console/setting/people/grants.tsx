import { ActionIcon, Button, Group, Select, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";

import { type Schema, useAll } from "../../../api/query";
import { useWords } from "../../../words/words";

export type Grant = Schema<"AccessGrant">;
export type Draft = Partial<Grant>;

/** Roles that make sense for customers; all others count in the reseller alone. */
const ofCustomers = ["customer-admin", "customer-viewer"];

export const whole = (grants: Draft[]): grants is Grant[] => grants.every((g) => g.organization && g.role);

/** What somebody may do where: a role in each organization. */
export function Grants({ grants, change }: { grants: Draft[]; change: (grants: Draft[]) => void }) {
  const t = useWords("setting");
  const organizations = useAll("/api/v1/organizations");
  const roles = useAll("/api/v1/roles");
  const set = (at: number, part: Draft) => change(grants.map((g, i) => (i === at ? { ...g, ...part } : g)));
  const fitting = (organization?: string) => (roles.data?.rows ?? []).filter((r) => r.custom || !organization || (organization === "reseller") !== ofCustomers.includes(r.id));
  return (
    <Stack gap={6} role="group" aria-label={t("people.grants")}>
      {grants.map((g, i) => (
        <Group key={i} gap="xs" wrap="nowrap" align="flex-end">
          <Select
            style={{ flex: 1 }} label={i === 0 ? t("people.organization") : undefined} aria-label={t("people.organizationOf", { number: i + 1 })} searchable value={g.organization ?? null}
            onChange={(o) => o && set(i, { organization: o, role: fitting(o).some((r) => r.id === g.role) ? g.role : undefined })} data={(organizations.data?.rows ?? []).map((o) => ({ value: o.id, label: o.name }))}
          />
          <Select style={{ flex: 1 }} label={i === 0 ? t("people.role") : undefined} aria-label={t("people.roleOf", { number: i + 1 })} value={g.role ?? null} onChange={(r) => r && set(i, { role: r })} data={fitting(g.organization).map((r) => ({ value: r.id, label: r.name || r.id }))} />
          <ActionIcon size="lg" aria-label={t("people.removeGrant", { number: i + 1 })} onClick={() => change(grants.filter((_, j) => j !== i))}><IconX size={15} /></ActionIcon>
        </Group>
      ))}
      <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} style={{ alignSelf: "flex-start" }} onClick={() => change([...grants, {}])}>{t("people.addGrant")}</Button>
    </Stack>
  );
}
