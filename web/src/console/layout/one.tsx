import { Button, Tabs } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearchParams } from "react-router";

import { changeOnce, useAsk } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { Answer, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Tagged, useDeclared } from "../group/declared";
import { History } from "../group/history";
import { Editor } from "./editor";
import type { Choices, Layout } from "./layout";
import { partOf } from "./part";
import { UsedBy } from "./used_by";
import { countOf, useUsers } from "./users";

/** One layout: what it says, beside a document that looks so; who uses it; how it came to be. */
export default function LayoutPage() {
  const { id = "" } = useParams();
  const layout = useDeclared<Layout>("invoice_layouts", id);
  const choices = useAsk("/api/v1/invoice-layouts/words");
  return <Answer of={layout} lines={12}>{(data) => <Answer of={choices} lines={12}>{(c) => <One key={id} layout={data} choices={c} />}</Answer>}</Answer>;
}

function One({ layout, choices }: { layout: Tagged<Layout>; choices: Choices }) {
  const t = useWords("layout");
  const can = useCan();
  const users = useUsers();
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") === "history" ? "history" : "layout";
  const used = users.of(layout.spec.id);
  const count = countOf(used);
  const remove = useRemove(layout.spec);
  return (
    <Page
      title={layout.spec.name || layout.spec.id} path={[{ title: t("settings"), to: "/settings" }, { title: t("title"), to: "/settings/layouts" }]} wide question={users.ready ? <UsedBy users={used} /> : undefined}
      actions={can("config.write") && users.ready && (
        <Button variant="default" leftSection={<IconTrash size={15} />} disabled={count > 0} title={count > 0 ? t("remove.used") : undefined} onClick={() => void remove()}>{t("remove.do")}</Button>
      )}
    >
      <Tabs value={tab} onChange={(to) => setParams((before) => { const next = new URLSearchParams(before); if (to === "history") next.set("tab", to); else next.delete("tab"); return next; })}>
        <Tabs.List aria-label={t("tabs")}>
          <Tabs.Tab value="layout">{t("tab.layout")}</Tabs.Tab>
          <Tabs.Tab value="history">{t("tab.history")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === "layout" ? <Editor key={layout.tag} layout={layout} choices={choices} users={count} /> : <History kind="invoice_layouts" id={layout.spec.id} tag={layout.tag} label={(path) => { const part = partOf(path); return part ? t(`part.${part}`) : path; }} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Takes a layout that nothing names out of the configuration; documents keep the one that they were made with. */
function useRemove(layout: Layout) {
  const t = useWords("layout");
  const go = useNavigate();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  return async () => {
    const yes = await confirm({ title: t("remove.title", { name: layout.name || layout.id }), children: t("remove.help"), yes: t("remove.do"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind: "invoice_layouts", id: layout.id } } });
      await go("/settings/layouts");
      // The lists alone: the layout itself is not there to be read again.
      await queries.invalidateQueries({ predicate: (query) => query.queryKey[0] === "/api/v1/config/{kind}" });
      told(t("remove.done"));
    } catch (error) {
      refused(t("remove.failed"), explain(error));
    }
  };
}
