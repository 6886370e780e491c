import { useMantineColorScheme } from "@mantine/core";
import {
  IconBuilding, IconCalendarCheck, IconCalendarMonth, IconCloud, IconCoins, IconCreditCard, IconFileInvoice, IconFileText, IconLanguage, IconMoon, IconPlus, IconReceipt, IconSun, IconTableImport, IconTags, IconUser, type Icon,
} from "@tabler/icons-react";
import { useMemo } from "react";
import { useNavigate } from "react-router";

import { changeOnce, type Schema, useAll } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { usePeriod } from "../../ui/period";
import { useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { type Language, languages, speak, useWords } from "../../words/words";
import { usePlaces } from "../places";
import { addressOf, type Choice } from "./choice";

/** What the console itself offers: its pages, and what can be done from anywhere. */
export function useOwn(): Choice[] {
  const actions = useActions();
  const places = usePlaces();
  const go = useNavigate();
  const pages = places.flatMap((p): Choice[] => [
    { id: `page ${p.to}`, title: p.title, also: p.to, section: "page", icon: p.icon, to: p.to, do: () => void go(p.to) },
    ...(p.below ?? []).map((b): Choice => ({ id: `page ${b.to}`, title: b.title, detail: p.title, also: b.to, section: "page", icon: p.icon, to: b.to, do: () => void go(b.to) })),
  ]);
  return [...actions, ...pages];
}

function useActions(): Choice[] {
  const t = useWords("palette");
  const f = useFormats();
  const can = useCan();
  const go = useNavigate();
  const { period, choose } = usePeriod();
  const close = useClose();
  const months = useAll("/api/v1/months", undefined, { when: can("months.read") });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const open = months.data?.rows.find((m) => m.period === period)?.payers.some((p) => p.state !== "closed") ?? false;
  const month = f.period(period);
  const to = (id: string, title: string, icon: Icon, address: string, also?: string): Choice => ({ id, title, icon, also, section: "action", do: () => void go(address) });
  const other = (Object.keys(languages) as Language[]).filter((l) => l !== f.language);
  return [
    ...(can("months.run") && open ? [{ id: "close", title: t("action.close", { month }), also: "close 締め", section: "action" as const, icon: IconCalendarCheck, do: () => void close(period) }] : []),
    ...(can("invoices.read") ? [to("invoices", t("action.invoices", { month }), IconFileInvoice, `/invoices?month=${period}`, "invoice approve issue 請求書")] : []),
    ...(can("config.write") ? [to("customer", t("action.customer"), IconPlus, "/customers/new", "add create 追加"), to("map", t("action.map"), IconTableImport, "/accounts?map=1", "import csv 割り当て")] : []),
    ...(can("payments.write") ? [to("payment", t("action.payment"), IconCreditCard, "/payments", "payment 入金")] : []),
    ...(can("items.write") ? [to("item", t("action.item", { month }), IconReceipt, "/items", "additional item 追加項目")] : []),
    ...(months.data?.rows ?? []).filter((m) => m.period !== period).map((m): Choice => ({ id: `to ${m.period}`, title: t("action.month", { month: f.period(m.period) }), also: m.period, section: "action", icon: IconCalendarMonth, do: () => choose(m.period) })).reverse().slice(0, 24),
    { id: "scheme", title: t(colorScheme === "dark" ? "action.light" : "action.dark"), also: "theme colour dark light", section: "action", icon: colorScheme === "dark" ? IconSun : IconMoon, do: () => setColorScheme(colorScheme === "dark" ? "light" : "dark") },
    ...other.map((l): Choice => ({ id: `language ${l}`, title: t("action.language", { language: languages[l] }), also: `language 言語 ${l}`, section: "action", icon: IconLanguage, do: () => void speak(l) })),
  ];
}

/** Closes a month after it was asked, and goes where one sees it. */
function useClose() {
  const t = useWords("palette");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const go = useNavigate();
  const { follow } = useJobs();
  return async (period: string) => {
    const month = f.period(period);
    if (!await confirm({ title: t("close.title", { month }), children: t("close.help", { month }), yes: t("action.close", { month }) })) return;
    try {
      const job = await changeOnce("post", "/api/v1/months/{period}/close", { params: { path: { period } }, body: {} });
      void follow(job);
      await go(`/month?month=${period}`);
    } catch (error) {
      refused(t("close.failed", { month }), explain(error));
    }
  };
}

const signs: Record<Schema<"Found">["kind"], Icon> = {
  customer: IconBuilding, "billing-group": IconFileText, account: IconCloud, invoice: IconFileInvoice, month: IconCalendarMonth, payer: IconCreditCard, "price-book": IconTags, commitment: IconCoins, user: IconUser,
};

/** What the server found, with where it is shown. */
export function useFound(items: Schema<"Found">[] | undefined): Choice[] {
  const t = useWords("palette");
  const go = useNavigate();
  return useMemo(() => (items ?? []).flatMap((item): Choice[] => {
    const to = addressOf(item.kind, item.id, item.where);
    if (!to) return [];
    return [{
      id: `${item.kind} ${item.id}`, title: item.title, detail: [t(`kind.${item.kind}`), item.title === item.id ? "" : item.kind === "account" ? item.id : "", item.detail].filter(Boolean).join(" · "),
      section: "found", icon: signs[item.kind], to, do: () => void go(to),
    }];
  }), [items, t, go]);
}
