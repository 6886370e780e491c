import { Button, Group } from "@mantine/core";
import { IconDownload, IconFiles } from "@tabler/icons-react";
import { useSearchParams } from "react-router";

import { fileAddress } from "../../api/client";
import { Card } from "../../ui/page";
import { useWords } from "../../words/words";
import type { Listed } from "../invoice/rows";
import { FilesDrawer } from "./drawer";

/** The files of a document: those that are wanted most, and the way to all. */
export function Files({ invoice }: { invoice: Listed }) {
  const t = useWords("file");
  const [params, setParams] = useSearchParams();
  const show = (open: boolean) => setParams((before) => { const next = new URLSearchParams(before); if (open) next.set("files", "1"); else next.delete("files"); return next; }, { replace: true });
  return (
    <Card title={t("files")}>
      <Group gap={6}>
        {(["pdf", "xlsx", "csv"] as const).map((format) => (
          <Button key={format} component="a" href={fileAddress(`/invoices/${encodeURIComponent(invoice.id)}/file`, { format })} download variant="default" size="compact-sm" leftSection={<IconDownload size={14} aria-hidden />}>{t(`short.${format}`)}</Button>
        ))}
        <Button variant="light" size="compact-sm" leftSection={<IconFiles size={14} aria-hidden />} onClick={() => show(true)}>{t("all")}</Button>
      </Group>
      <FilesDrawer of={{ id: invoice.id, name: invoice.number ?? invoice.id, draft: invoice.state === "draft" }} opened={params.get("files") === "1"} close={() => show(false)} />
    </Card>
  );
}
