import { Anchor, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCalendarCheck, IconChartHistogram } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { Link } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { Commitments } from "./commitments";
import { Customers } from "./customers";
import classes from "./dashboard.module.css";
import { Days } from "./days";
import { DocumentsAdd } from "./documents";
import { Figures } from "./figures";
import { Receivables } from "./receivables";
import { Sources } from "./sources";

type Dashboard = Schema<"InsightDashboard">;

const Trouble = lazy(() => import("./trouble"));

/** What does the month earn, and by what? */
export default function DashboardPage() {
  const t = useWords("dashboard");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const dashboard = useAsk("/api/v1/dashboard", { params: { query: { period } } });
  const question = dashboard.data?.rated ? said(dashboard.data) : t("question", { month: f.period(period) });
  return (
    <Page title={t("title")} question={question} actions={<Button component={Link} to="/explore" variant="default" leftSection={<IconChartHistogram size={15} />}>{t("explore")}</Button>}>
      {can("config.read") && <Suspense fallback={null}><Trouble /></Suspense>}
      {dashboard.isPending ? <Coming /> : <Answer of={dashboard}>{(d) => <Whole dashboard={d} />}</Answer>}
    </Page>
  );

  function said(d: Dashboard): string {
    const month = f.period(period);
    if (d.over) return t(d.compared ? "over" : "overAlone", { month, before: f.period(d.against) });
    if (!d.through) return t("question", { month });
    return t(d.compared && d.compared_days > 0 ? "running" : "runningAlone", { month, day: f.shortDay(d.through), before: f.period(d.against), count: d.compared_days });
  }
}

/** The page's frame while its figures are on their way. */
function Coming() {
  const ui = useWords("ui");
  return (
    <Stack gap="md" role="status" aria-label={ui("waiting")} aria-busy>
      <Skeleton h={112} radius="lg" />
      <div className={classes.columns}><Skeleton h={320} radius="lg" /><Skeleton h={320} radius="lg" /></div>
    </Stack>
  );
}

function Whole({ dashboard: d }: { dashboard: Dashboard }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const can = useCan();
  if (!d.rated) {
    return (
      <>
        <Card>
          <Empty icon={IconCalendarCheck} title={t("unrated.title", { month: f.period(d.period) })} action={can("months.read") && <Button component={Link} to="/month">{t("unrated.yes")}</Button>}>{t("unrated.help")}</Empty>
        </Card>
        {d.receivables && <Receivables owed={d.receivables} />}
      </>
    );
  }
  const several = d.currencies.length > 1;
  return (
    <Stack gap="xl">
      {d.currencies.map((money, i) => (
        <section key={money.currency} aria-label={t("inCurrency", { currency: money.currency })}>
          {several && <Title order={2} mb="xs">{t("inCurrency", { currency: money.currency })}</Title>}
          <Stack gap="md">
            <Figures money={money} dashboard={d} />
            <div className={classes.columns}>
              <Stack gap="md" style={{ minWidth: 0 }}>
                <Days money={money} dashboard={d} />
                <Customers money={money} days={d.over ? 0 : d.compared_days} />
                {i === 0 && d.documents.length > 0 && <DocumentsAdd of={d.documents} />}
              </Stack>
              <Stack gap="md" style={{ minWidth: 0 }}>
                <Sources money={money} dashboard={d} />
                {d.commitments.filter((c) => c.currency === money.currency).map((c) => <Commitments key={c.currency} of={c} />)}
                {i === 0 && d.receivables && <Receivables owed={d.receivables} />}
              </Stack>
            </div>
          </Stack>
        </section>
      ))}
      {d.currencies.length === 0 && <Text c="dimmed">{t("nothing")} <Anchor component={Link} to="/month">{t("unrated.yes")}</Anchor></Text>}
    </Stack>
  );
}
