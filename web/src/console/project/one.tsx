import { Anchor, Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { root, useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { useDay } from "../../ui/spend/day";
import { above, type Grain, partsOf } from "../../ui/spend/spend";
import { SpendView } from "../../ui/spend/view";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";

const address = (id: string) => `/projects/${encodeURIComponent(id)}`;

/** What the reseller, a customer or a project of theirs spends. */
export default function ProjectPage() {
  const t = useWords("spend");
  const f = useFormats();
  const can = useCan();
  const day = useDay();
  const id = useParams().id ?? root;
  const [grain, setGrain] = useState<Grain>("month");
  const [params, setParams] = useSearchParams();
  const margin = id === root && can("margin.read");
  const measure = margin && params.get("measure") === "cost" ? "cost" : "price";
  const query = { organization: id, day, measure } as const;
  const organizations = useAll("/api/v1/organizations");
  const spend = useAsk("/api/v1/spend", { params: { query: { ...query, services: grain } } }, { keep: true });
  const bills = useAsk("/api/v1/spend/bills", { params: { query } }, { keep: true });
  const current = spend.data?.organization === id ? spend.data : undefined;
  const all = organizations.data?.rows ?? [];
  const name = current?.name || all.find((o) => o.id === id)?.name || id;
  return (
    <Page
      title={name} wide question={current && t("one.question", { month: f.period(current.period), currency: current.currency })}
      path={[{ title: t("tree.title"), to: "/projects" }, ...above(id, all).map((o) => ({ title: o.name || o.id, to: address(o.id) }))]}
      actions={margin && <SegmentedControl size="xs" aria-label={t("measure.label")} value={measure} onChange={(v) => setParams((p) => { if (v === "cost") p.set("measure", v); else p.delete("measure"); return p; }, { replace: true })} data={[{ value: "price", label: t("measure.price") }, { value: "cost", label: t("measure.cost") }]} />}
    >
      {current
        ? (
          <SpendView
            key={id} spend={current} bills={bills} parts={partsOf(current, all, root)} onGrain={setGrain} to={address}
            assign={can("config.read") && <Anchor component={Link} to="/accounts" size="sm">{t("one.assign")}</Anchor>}
            sources={can("config.read") && <Anchor component={Link} to="/sources" size="sm">{t("one.sources")}</Anchor>}
            rates={can("config.read") && <Button component={Link} to="/settings/rates" variant="default" size="compact-sm">{t("one.rates")}</Button>}
          />
        )
        : <Card><Answer of={spend} height={420}>{() => null}</Answer></Card>}
    </Page>
  );
}
