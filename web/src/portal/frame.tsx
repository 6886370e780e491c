import { Button, Select, useComputedColorScheme } from "@mantine/core";
import { IconChartHistogram, IconCoins, IconFileInvoice, IconGauge, IconReportMoney, IconUsersGroup } from "@tabler/icons-react";
import { type ComponentType, createContext, useContext, useState } from "react";
import { isRouteErrorResponse, Link, Navigate, useRouteError } from "react-router";

import { useAll } from "../api/query";
import { type Me, useMe } from "../ui/me";
import { PeriodPicker, PeriodProvider } from "../ui/period";
import { type Place, Shell } from "../ui/shell";
import { Empty, Failed } from "../ui/state";
import { useWords } from "../words/words";
import { Announcements } from "./announcement";
import { Footer, Logo } from "./brand/brand";

type Organization = Me["organizations"][number];

const Context = createContext<Organization | undefined>(undefined);

/** The organization that the pages are about: the person's, or the one of several that they chose. */
export function useOrganization(): Organization {
  const organization = useContext(Context);
  if (!organization) throw new Error("useOrganization is for what stands inside Frame");
  return organization;
}

/** Whether the person may use a part of the portal: they have the permission, and the reseller has switched it on. */
export function useHas(): (feature: string, permission?: string) => boolean {
  const o = useOrganization();
  return (feature, permission) => o.features[feature] === true && (!permission || o.permissions.includes(permission as never));
}

/** The portal around its pages. */
export function Frame() {
  const t = useWords("portal");
  const me = useMe();
  const [id, setId] = useState(() => sessionStorage.getItem("organization") ?? "");
  const chosen = me.organizations.find((o) => o.id === id) ?? me.organizations[0];
  if (!chosen) return <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>;
  return (
    <Context value={chosen}>
      <Inside
        others={me.organizations} choose={(next) => {
          sessionStorage.setItem("organization", next);
          setId(next);
        }}
      />
    </Context>
  );
}

function Inside({ others, choose }: { others: Organization[]; choose: (id: string) => void }) {
  const t = useWords("portal");
  const chosen = useOrganization();
  const places = usePlaces();
  const has = useHas();
  const months = useAll("/api/v1/portal/months", undefined, { when: has("usage", "usage.read") });
  const periods = (months.data?.rows ?? []).map((m) => m.period).sort().reverse();
  const scheme = useComputedColorScheme("light");
  const today = new Date().toISOString().slice(0, 7);
  if (months.isPending && has("usage", "usage.read")) return null;
  return (
    <PeriodProvider periods={periods.length ? periods : [today]} first={periods[0] ?? today}>
      <Shell
        brand={<Logo dark={scheme === "dark"} />}
        places={places}
        top={<Announcements />}
        below={<Footer ask={t("ask")} />}
        bar={<>
          {others.length > 1 && <Select aria-label={t("organization")} size="xs" w={170} allowDeselect={false} value={chosen.id} onChange={(v) => v && choose(v)} data={others.map((o) => ({ value: o.id, label: o.name ?? o.id }))} />}
          <PeriodPicker />
        </>}
      />
    </PeriodProvider>
  );
}

/** Whether somebody may see a place of the portal: what is not switched on is not there. */
function useOpen(): (name: keyof typeof needs) => boolean {
  const has = useHas();
  const o = useOrganization();
  return (name) => {
    const { features, permission, kind } = needs[name];
    return (!kind || o.kind === kind) && o.permissions.includes(permission as never) && features.every((feature) => has(feature));
  };
}

// What each place is made of.
const needs = {
  usage: { features: ["usage"], permission: "usage.read" },
  data: { features: ["usage", "downloads"], permission: "usage.read" },
  commitments: { features: ["commitments"], permission: "usage.read" },
  invoices: { features: ["invoices"], permission: "invoices.read" },
  account: { features: ["payments"], permission: "payments.read" },
  fees: { features: ["fees"], permission: "invoices.read" },
  earnings: { features: [], permission: "usage.read", kind: "reseller" },
  people: { features: ["users"], permission: "users.read" },
  tokens: { features: ["api-tokens"], permission: "invoices.read" },
  webhooks: { features: ["webhooks"], permission: "webhooks.write" },
} as Record<PlaceName, { features: string[]; permission: string; kind?: string }>;

type PlaceName = "usage" | "data" | "commitments" | "invoices" | "account" | "fees" | "earnings" | "people" | "tokens" | "webhooks";

/** A page of a place; for whom it is not open it is as little there as a page that does not exist. */
export function only(place: PlaceName, Inner: ComponentType): ComponentType {
  return function Only() {
    const open = useOpen();
    return open(place) ? <Inner /> : <NotFound />;
  };
}

/** The rail: what the person may see, of what the reseller has switched on. */
function usePlaces(): Place[] {
  const t = useWords("portal");
  const open = useOpen();
  const places: (Omit<Place, "below"> & { of: PlaceName; below?: (NonNullable<Place["below"]>[number] & { of: PlaceName })[] })[] = [
    { of: "usage", to: "/overview", title: t("place.overview"), icon: IconGauge },
    { of: "usage", to: "/costs", title: t("place.costs"), icon: IconChartHistogram, below: [{ of: "usage", to: "/projects", title: t("place.projects") }, { of: "usage", to: "/reports", title: t("place.reports") }, { of: "data", to: "/data", title: t("place.data") }] },
    { of: "commitments", to: "/commitments", title: t("place.commitments"), icon: IconCoins },
    {
      of: "invoices", to: "/invoices", title: t("place.invoices"), icon: IconFileInvoice,
      below: [{ of: "account", to: "/account-statement", title: t("place.statement") }, { of: "fees", to: "/fees", title: t("place.fees") }],
    },
    { of: "earnings", to: "/earnings", title: t("place.earnings"), icon: IconReportMoney },
    {
      of: "people", to: "/people", title: t("place.people"), icon: IconUsersGroup,
      below: [{ of: "tokens", to: "/tokens", title: t("place.tokens") }, { of: "webhooks", to: "/webhooks", title: t("place.webhooks") }],
    },
  ];
  return places.flatMap((p) => {
    const below = p.below?.filter((b) => open(b.of));
    // What stands below a page that is closed stands for itself.
    return open(p.of) ? [{ ...p, below }] : (below ?? []).map((b) => ({ ...b, icon: p.icon }));
  });
}

/** The first page that somebody may see. */
export function Home() {
  const t = useWords("portal");
  const places = usePlaces();
  if (!places[0]) return <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>;
  return <Navigate to={places[0].to} replace />;
}

/** What is not there, is not switched on, or is somebody else's: one cannot tell which. */
export function NotFound() {
  const t = useWords("portal");
  return <Empty title={t("notFound")} action={<Button component={Link} to="/" variant="default">{t("toStart")}</Button>}>{t("notFoundHelp")}</Empty>;
}

/** In the place of a page that broke; the rest of the portal stays. */
export function Broken() {
  const error = useRouteError();
  return <Failed error={isRouteErrorResponse(error) ? new Error(error.statusText) : error} again={() => location.reload()} />;
}
