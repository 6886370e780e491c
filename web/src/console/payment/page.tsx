import { Button, Tabs } from "@mantine/core";
import { IconCoin, IconFileImport, IconPlus } from "@tabler/icons-react";
import { useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Empty, Failed } from "../../ui/state";
import { useWords } from "../../words/words";
import { Importing } from "./importing";
import { PaymentDrawer } from "./one";
import { PaymentTable } from "./payment_table";
import { Posting } from "./posting";
import { Prepaid } from "./prepaid";
import { Recording } from "./recording";

/** What came in and went out, what it settles, and what was paid in advance. */
export default function Payments() {
  const t = useWords("payment");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const payments = useAll("/api/v1/payments");
  const tab = params.get("tab") === "prepaid" ? "prepaid" : "payments";
  const put = (changes: Record<string, string | undefined>) => setParams((before) => {
    const next = new URLSearchParams(before);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    return next;
  });
  const write = can("payments.write");

  return (
    <Page
      wide title={t("title")} question={t("question")}
      actions={write && (tab === "payments"
        ? (
          <>
            <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={() => put({ import: "" })}>{t("import")}</Button>
            <Button leftSection={<IconPlus size={16} />} onClick={() => put({ record: "" })}>{t("record")}</Button>
          </>
        )
        : <Button leftSection={<IconPlus size={16} />} onClick={() => put({ post: "" })}>{t("post")}</Button>)}
    >
      <Tabs value={tab} onChange={(to) => put({ tab: to === "prepaid" ? "prepaid" : undefined, payment: undefined })}>
        <Tabs.List aria-label={t("tabs")}>
          <Tabs.Tab value="payments">{t("tab.payments")}</Tabs.Tab>
          <Tabs.Tab value="prepaid">{t("tab.prepaid")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="payments" pt="md">
          {payments.isError ? <Failed error={payments.error} again={() => void payments.refetch()} /> : (
            <Card flush label={t("title")}>
              <PaymentTable
                rows={payments.data?.rows} open={(id) => put({ payment: id })} unallocated={params.get("unallocated") === "1"} only={(rest) => put({ unallocated: rest ? "1" : undefined })}
                empty={<Empty icon={IconCoin} title={t("none.title")} action={write && <Button onClick={() => put({ record: "" })}>{t("record")}</Button>}>{t("none.help")}</Empty>}
              />
            </Card>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="prepaid" pt="md">{tab === "prepaid" && <Prepaid group={params.get("group") ?? undefined} choose={(group) => put({ group })} />}</Tabs.Panel>
      </Tabs>
      <PaymentDrawer payment={payments.data?.rows.find((p) => p.id === params.get("payment"))} close={() => put({ payment: undefined })} open={(id) => put({ payment: id })} />
      {write && <Recording document={params.get("record") ?? undefined} close={() => put({ record: undefined })} />}
      {write && <Importing opened={params.has("import")} close={() => put({ import: undefined })} />}
      {write && <Posting opened={params.has("post")} close={() => put({ post: undefined })} first={params.get("group") ?? undefined} />}
    </Page>
  );
}
