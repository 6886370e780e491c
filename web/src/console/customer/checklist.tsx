import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { Link } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { State, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { type Spec, type Template, useSection, useSellingBook } from "../group/declared";
import { gapsOf } from "../group/missing";
import type { Over } from "../group/preview";
import type { Customer } from "./one";

interface Step {
  label: string;
  done: boolean;
  to: string;
  fix: string;
  optional?: boolean;
  allowed: boolean;
}

/** What a customer needs to be billed, in the order in which it is set up. */
export function Checklist({ customer, groups, documents }: { customer: Customer; groups: Spec[] | undefined; documents?: Schema<"ListedInvoice">[] }) {
  const t = useWords("customer");
  const can = useCan();
  const { period } = usePeriod();
  const templates = useSection<Template>("invoice_templates");
  const selling = useSellingBook();
  const users = useAll("/api/v1/users", undefined, { when: can("users.read") });
  if (!groups) return <Card title={t("check.title")}><Waiting lines={5} /></Card>;
  const write = can("config.write");
  const lacking = groups.map((g) => ({ group: g.id, gaps: gapsOf(g, customer, { ...(g.invoice as Over | undefined), ...templates.get(g.template ?? "")?.invoice }, selling) }));
  const without = (gap: (typeof lacking)[number]["gaps"][number]) => lacking.find((l) => l.gaps.includes(gap))?.group;
  const settings = (group: string | undefined, tab: string) => (group ? `/groups/${encodeURIComponent(group)}?tab=${tab}` : "?");
  const steps: Step[] = [
    { label: t("check.group"), done: groups.length > 0, to: `/customers/new?customer=${encodeURIComponent(customer.id)}`, fix: t("addGroup"), allowed: write },
    { label: t("check.claims"), done: groups.length > 0 && !without("claims"), to: `/accounts?map=1${without("claims") ? `&group=${encodeURIComponent(without("claims")!)}` : ""}`, fix: t("mapAccounts"), allowed: write },
    { label: t("check.address"), done: !!customer.address, to: "?tab=details", fix: t("check.enter"), allowed: write },
    { label: t("check.tax"), done: groups.length > 0 && !without("tax"), to: settings(without("tax"), "settings&open=tax"), fix: t("check.set"), allowed: write },
    ...(without("registration") ? [{ label: t("check.registration"), done: false, to: "?tab=details", fix: t("check.enter"), allowed: write }] : []),
    { label: t("check.book"), done: groups.length > 0 && !without("book"), to: settings(without("book"), "settings&open=group"), fix: t("check.set"), allowed: write },
    ...(can("invoices.read") ? [{ label: t("check.draft"), done: !!documents?.some((d) => d.period === period), to: "/month", fix: t("check.toMonth"), allowed: can("months.read") }] : []),
    ...(can("users.read") ? [{ label: t("check.user"), done: !!users.data?.rows.some((u) => u.grants.some((g) => g.organization === customer.id)), to: "?tab=people", fix: t("check.invite"), optional: true, allowed: can("users.write") }] : []),
  ];
  const open = steps.filter((s) => !s.done && !s.optional).length;
  return (
    <Card title={t("check.title")} tools={open === 0 ? <State tone="good">{t("complete")}</State> : <State tone="warn">{t("check.open", { count: open })}</State>}>
      <Stack gap={7} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {steps.map((s) => (
          <Group key={s.label} component="li" gap="xs" wrap="nowrap" mih={26}>
            <Box c={s.done ? "var(--good)" : s.optional ? "var(--soft)" : "var(--warn)"} style={{ display: "flex" }}>{s.done ? <IconCheck size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}</Box>
            <Text size="md" style={{ flex: 1 }}>{s.label}</Text>
            <Text size="sm" c={s.done || s.optional ? "dimmed" : "var(--warn)"}>{s.done ? t("check.done") : s.optional ? t("check.optional") : t("check.missing")}</Text>
            {!s.done && s.allowed && <Button component={Link} to={s.to} size="compact-sm" variant="default" aria-label={`${s.fix}: ${s.label}`}>{s.fix}</Button>}
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
