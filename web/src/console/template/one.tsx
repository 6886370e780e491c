import { Anchor, Group, Tabs, Text } from "@mantine/core";
import { Link, useParams, useSearchParams } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { Page } from "../../ui/page";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { type Tagged, type Template, useDeclared } from "../group/declared";
import { History } from "../group/history";
import { TemplateEditor } from "./editor";

/** One template: its settings, beside the invoice of one of its groups; who uses it; how it came to be. */
export default function TemplatePage() {
  const { id = "" } = useParams();
  const template = useDeclared<Template>("invoice_templates", id);
  const groups = useAll("/api/v1/billing-groups");
  return <Answer of={template} lines={10}>{(data) => <Answer of={groups} lines={10}>{({ rows }) => <One key={id} template={data} groups={rows.filter((g) => g.template === id)} />}</Answer>}</Answer>;
}

function One({ template, groups }: { template: Tagged<Template>; groups: Schema<"BillingBillingGroup">[] }) {
  const t = useWords("template");
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") === "history" ? "history" : "settings";
  return (
    <Page
      title={template.spec.name || template.spec.id} path={[{ title: t("title"), to: "/templates" }]} wide
      question={(
        <Group gap={6} component="span">
          <Text span c="dimmed">{groups.length ? t("usedBy", { count: groups.length }) : t("unused")}</Text>
          {groups.slice(0, 8).map((g) => <Anchor key={g.id} component={Link} to={`/groups/${encodeURIComponent(g.id)}`} size="sm">{g.name || g.id}</Anchor>)}
          {groups.length > 8 && <Text span c="dimmed" size="sm">{t("andMore", { count: groups.length - 8 })}</Text>}
        </Group>
      )}
    >
      <Tabs value={tab} onChange={(to) => setParams((before) => { const next = new URLSearchParams(before); if (to === "history") next.set("tab", to); else next.delete("tab"); return next; })}>
        <Tabs.List aria-label={t("tabs")}>
          <Tabs.Tab value="settings">{t("tab.settings")}</Tabs.Tab>
          <Tabs.Tab value="history">{t("tab.history")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === "settings" ? <TemplateEditor template={template} groups={groups} /> : <History kind="invoice_templates" id={template.spec.id} tag={template.tag} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
