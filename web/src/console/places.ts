import {
  IconAdjustments, IconCalendarCheck, IconChartHistogram, IconCoins, IconDatabaseImport, IconFileInvoice, IconGauge, IconSettings, IconTags, IconUsersGroup,
} from "@tabler/icons-react";

import type { Place } from "../ui/shell";
import { useWords } from "../words/words";
import { useCan } from "../ui/me";

/** The rail: what somebody may see of it. */
export function usePlaces(): Place[] {
  const t = useWords("console");
  const can = useCan();
  const places: (Place & { needs?: string; below?: (NonNullable<Place["below"]>[number] & { needs?: string })[] })[] = [
    { to: "/month", title: t("place.month"), icon: IconCalendarCheck, needs: "months.read" },
    { to: "/dashboard", title: t("place.dashboard"), icon: IconGauge, needs: "margin.read" },
    {
      to: "/customers", title: t("place.customers"), icon: IconUsersGroup, needs: "config.read",
      below: [{ to: "/projects", title: t("place.projects"), needs: "usage.read" }, { to: "/groups", title: t("place.groups") }, { to: "/accounts", title: t("place.accounts") }, { to: "/accounts/invitations", title: t("place.invitations") }, { to: "/templates", title: t("place.templates") }],
    },
    { to: "/prices", title: t("place.prices"), icon: IconTags, needs: "prices.read", below: [{ to: "/what-if", title: t("place.whatIf") }] },
    { to: "/commitments", title: t("place.commitments"), icon: IconCoins, needs: "margin.read" },
    { to: "/adjustments", title: t("place.adjustments"), icon: IconAdjustments, needs: "entries.read", below: [{ to: "/items", title: t("place.items"), needs: "invoices.read" }] },
    {
      to: "/invoices", title: t("place.invoices"), icon: IconFileInvoice, needs: "invoices.read",
      below: [{ to: "/payments", title: t("place.payments"), needs: "payments.read" }, { to: "/receivables", title: t("place.receivables"), needs: "payments.read" }, { to: "/handover", title: t("place.handover") }],
    },
    { to: "/explore", title: t("place.explore"), icon: IconChartHistogram, needs: "margin.read" },
    { to: "/sources", title: t("place.sources"), icon: IconDatabaseImport, needs: "config.read", below: [{ to: "/backends", title: t("place.backends") }] },
    {
      to: "/settings", title: t("place.settings"), icon: IconSettings,
      below: [
        { to: "/settings/reseller", title: t("place.reseller"), needs: "config.read" },
        { to: "/settings/rates", title: t("place.rates"), needs: "config.read" },
        { to: "/settings/taxes", title: t("place.taxes"), needs: "config.read" },
        { to: "/settings/accounting", title: t("place.accounting"), needs: "config.read" },
        { to: "/settings/brand", title: t("place.brand"), needs: "config.read" },
        { to: "/settings/layouts", title: t("place.layouts"), needs: "config.read" },
        { to: "/settings/mail", title: t("place.mail"), needs: "config.read" },
        { to: "/settings/letters", title: t("place.letters"), needs: "config.read" },
        { to: "/settings/announcements", title: t("place.announcements"), needs: "config.read" },
        { to: "/settings/people", title: t("place.people"), needs: "users.read" },
        { to: "/settings/roles", title: t("place.roles"), needs: "users.read" },
        { to: "/settings/portal", title: t("place.portal"), needs: "config.read" },
        { to: "/settings/configuration", title: t("place.configuration"), needs: "config.read" },
        { to: "/settings/webhooks", title: t("place.webhooks"), needs: "webhooks.write" },
        { to: "/settings/credentials", title: t("place.credentials"), needs: "config.read" },
        { to: "/settings/secrets", title: t("place.secrets"), needs: "secrets.write" },
        { to: "/settings/jobs", title: t("place.jobs"), needs: "jobs.read" },
        { to: "/settings/audit", title: t("place.audit"), needs: "audit.read" },
      ],
    },
  ];
  const allowed = (p: { needs?: string }) => !p.needs || can(p.needs);
  return places.filter(allowed).map((p) => ({ ...p, below: p.below?.filter(allowed) }));
}
