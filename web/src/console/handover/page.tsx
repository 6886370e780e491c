import { Button, Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";

import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { useWords } from "../../words/words";
import { Outbox } from "./outbox";
import { Routes } from "./routes";

/** What goes to customers: did everything arrive, and by which routes does it go? */
export default function HandoverPage() {
  const t = useWords("handover");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const routes = can("config.read");
  const tab = params.get("tab") === "routes" && routes ? "routes" : "outbox";
  const add = routes && can("config.write") && <Button component={Link} to="/handover/routes/new" leftSection={<IconPlus size={15} aria-hidden />}>{t("route.add")}</Button>;
  return (
    <Page title={t("title")} question={t("question")} actions={add} wide>
      <Tabs value={tab} onChange={(to) => setParams(to === "routes" ? { tab: "routes" } : {}, { replace: true })}>
        <Tabs.List aria-label={t("tabs")} mb="md">
          <Tabs.Tab value="outbox">{t("outbox.title")}</Tabs.Tab>
          {routes && <Tabs.Tab value="routes">{t("routes.title")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="outbox"><Outbox /></Tabs.Panel>
        <Tabs.Panel value="routes"><Routes add={add || undefined} /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
