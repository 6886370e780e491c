import { useMemo } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";

import { useAll, useAsk } from "../../../api/query";
import { Page } from "../../../ui/page";
import { Answer } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { type Route, useNames } from "../known";
import { useTerms } from "../words";
import { RouteForm } from "./form";
import { draftOf } from "./wish";

/** One route: what of a customer goes where, how and when? */
export default function RoutePage() {
  const { id = "new" } = useParams();
  return id === "new" ? <New /> : <Kept key={id} id={id} />;
}

function New() {
  const [params] = useSearchParams();
  return <Shown customer={params.get("customer") ?? ""} />;
}

function Kept({ id }: { id: string }) {
  const route = useAsk("/api/v1/handover/routes/{id}", { params: { path: { id } } });
  return <Answer of={route} height={420}>{(r) => <Shown key={r.version} route={r} customer={r.customer} />}</Answer>;
}

function Shown({ route, customer }: { route?: Route; customer: string }) {
  const t = useWords("handover");
  const terms = useTerms();
  const names = useNames();
  const go = useNavigate();
  const kinds = useAll("/api/v1/handover/kinds");
  const draft = useMemo(() => draftOf(route, customer, Intl.DateTimeFormat().resolvedOptions().timeZone), [route, customer]);
  return (
    <Page
      wide path={[{ title: t("title"), to: "/handover" }, { title: t("routes.title"), to: "/handover?tab=routes" }]}
      title={route ? t("route.of", { customer: names.customer(route.customer), by: terms.by(route.by) }) : t("route.add")} question={t("route.question")}
    >
      <Answer of={kinds} height={420}>
        {({ rows }) => <RouteForm route={route} begun={draft} kinds={rows.filter((k) => k.formats.length > 0)} made={(made) => void go(`/handover/routes/${encodeURIComponent(made.id)}`, { replace: true })} gone={() => void go("/handover?tab=routes", { replace: true })} />}
      </Answer>
    </Page>
  );
}
