import { Anchor, Box, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { refresh } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { State, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { declare, type Tagged, useSection } from "../group/declared";
import type { Customer } from "./one";

// The features of the portal, and what they are where nobody says: as in internal/access/feature.go.
const features: [string, boolean][] = [
  ["usage", true], ["downloads", true], ["invoices", false], ["invoice-files", false], ["payments", false], ["fees", false], ["commitments", false], ["users", true], ["api-tokens", false], ["webhooks", false],
];

/** What the customer's own users may see: as the reseller has it for all, or otherwise for this one. */
export function Portal({ customer, seller }: { customer: Tagged<Customer>; seller?: string }) {
  const t = useWords("customer");
  const can = useCan();
  const explain = useExplain();
  const queries = useQueryClient();
  const [portal, setPortal] = useState<Record<string, boolean>>(customer.spec.portal ?? {});
  const [busy, setBusy] = useState(false);
  const reseller = useSection<{ portal?: Record<string, boolean> }>("reseller").values().next().value;
  const above = useSection<Customer>("customers", !!seller).get(seller ?? "");
  const write = can("config.write");
  const changed = JSON.stringify(Object.entries(portal).sort()) !== JSON.stringify(Object.entries(customer.spec.portal ?? {}).sort());
  const usual = (name: string, byDefault: boolean) => above?.portal?.[name] ?? reseller?.portal?.[name] ?? byDefault;
  const word = (name: string, part: "name" | "about") => (hasWord("customer", `feature.${name}.${part}`) ? t(`feature.${name}.${part}` as "feature.usage.name") : name);

  async function save() {
    setBusy(true);
    try {
      await declare("customers", customer.spec.id, { ...customer.spec, portal: Object.keys(portal).length > 0 ? portal : undefined }, customer.tag);
      told(t("portal.saved"));
      await refresh(queries);
    } catch (error) {
      refused(t("details.notSaved"), explain(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Stack gap="md" maw={860}>
      <Card title={t("portal.title")} tools={<Anchor component={Link} to="/settings/portal" size="sm">{t("portal.forAll")}</Anchor>}>
        <Text c="dimmed" mb="sm">{t("portal.help")}</Text>
        <Stack gap={0}>
          {features.map(([name, byDefault]) => {
            const is = portal[name] ?? usual(name, byDefault);
            return (
              <Group key={name} justify="space-between" gap="sm" py={9} style={{ borderTop: "1px solid var(--rule)" }}>
                <Box style={{ flex: "1 1 240px" }}>
                  <Group gap="xs"><Text fw={560}>{word(name, "name")}</Text><State tone={is ? "good" : "quiet"}>{is ? t("portal.on") : t("portal.off")}</State></Group>
                  <Text size="sm" c="dimmed">{word(name, "about")}</Text>
                </Box>
                <SegmentedControl
                  size="xs" disabled={!write} aria-label={word(name, "name")} value={portal[name] === undefined ? "usual" : portal[name] ? "on" : "off"}
                  onChange={(v) => setPortal((before) => { const next = { ...before }; if (v === "usual") delete next[name]; else next[name] = v === "on"; return next; })}
                  data={[{ value: "usual", label: t("portal.usual", { is: usual(name, byDefault) ? t("portal.on") : t("portal.off") }) }, { value: "on", label: t("portal.on") }, { value: "off", label: t("portal.off") }]}
                />
              </Group>
            );
          })}
        </Stack>
      </Card>
      {write && <Group gap="xs"><Button disabled={!changed} loading={busy} onClick={() => void save()}>{t("portal.save")}</Button><Button variant="default" disabled={!changed || busy} onClick={() => setPortal(customer.spec.portal ?? {})}>{t("details.discard")}</Button></Group>}
    </Stack>
  );
}
