import { Group, Loader, SegmentedControl, Select, Stack } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, type Schema, useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Failed, Notice, Waiting } from "../../../ui/state";
import { useWords } from "../../../words/words";
import classes from "./letter.module.css";
import { MailPage } from "./mail_page";

interface Props {
  organization: string;
  kind: string;
  language: string;
  /** Instead of what is in force. */
  text?: { subject: string; body: string };
  /** It names a field that there is not: what is shown is older. */
  broken: boolean;
}

type Shape = "both" | "html" | "text";

/** The message as its reader sees it; the last one stays while the next is on its way, or is refused. */
export function Preview({ organization, kind, language, text, broken }: Props) {
  const t = useWords("letter");
  const can = useCan();
  const [shape, setShape] = useLocalStorage<Shape>({ key: "letter-preview", defaultValue: "both" });
  const [invoice, setInvoice] = useState<string | null>(null);
  const documents = useIssued(kind, can("invoices.read") && organization === "reseller");
  const about = documents.some((d) => d.value === invoice) ? invoice : null;
  const [last, setLast] = useState<Schema<"LetterPreview">>();
  const asked = { organization, kind, language, ...text, ...(about ? { invoice: about } : {}) };
  const shown = useQuery<Schema<"LetterPreview">, Problem>({
    queryKey: ["letter preview", asked], retry: false, enabled: !broken,
    queryFn: ({ signal }) => { const { organization: of, ...body } = asked; return changeOnce("post", "/api/v1/letters/preview", { params: { query: { organization: of } }, body, signal }); },
    placeholderData: (before) => before,
  });
  if (shown.data && !shown.isPlaceholderData && shown.data !== last) setLast(shown.data);
  const letter = shown.data ?? last;
  return (
    <Card
      title={t("preview")}
      tools={(
        <>
          {shown.isFetching && <Loader size={14} aria-label={t("writing")} />}
          <SegmentedControl size="xs" aria-label={t("shape.label")} value={shape} onChange={(v) => setShape(v as Shape)} data={(["both", "html", "text"] as const).map((value) => ({ value, label: t(`shape.${value}`) }))} />
        </>
      )}
    >
      <Stack gap="sm">
        {documents.length > 0 && <Select label={t("about")} placeholder={t("madeUp")} clearable searchable value={about} onChange={setInvoice} data={documents} limit={50} />}
        {shown.isError && <Notice tone="bad" title={t("previewFailed")}>{shown.error.body.errors?.map((e) => e.message).join(" ") || shown.error.message}</Notice>}
        {!letter && (shown.isError ? null : <Waiting lines={12} />)}
        {!letter && shown.isError && <Failed error={shown.error} again={() => void shown.refetch()} />}
        {letter && (
          <>
            <dl className={classes.head}>
              <dt>{t("from")}</dt><dd>{letter.from}</dd>
              <dt>{t("subject")}</dt><dd lang={language}><strong>{letter.subject}</strong></dd>
            </dl>
            <Group className={shape === "both" ? classes.both : undefined} display={shape === "both" ? "grid" : "block"} style={{ opacity: broken || shown.isError ? 0.5 : 1 }}>
              {shape !== "text" && <section aria-label={t("shape.html")} className={classes.mail} lang={language}><MailPage html={letter.html} /></section>}
              {shape !== "html" && <section aria-label={t("shape.text")}><pre className={classes.plain} lang={language}>{letter.text}</pre></section>}
            </Group>
          </>
        )}
      </Stack>
    </Card>
  );
}

const documentKinds: Record<string, string[]> = { invoice: ["invoice"], "credit-note": ["credit-note"], "debit-note": ["debit-note"], reminder: ["invoice", "debit-note"] };

/** Issued documents that a letter of a kind can be about, the newest first. */
function useIssued(kind: string, when: boolean): { value: string; label: string }[] {
  const wanted = documentKinds[kind];
  const invoices = useAll("/api/v1/invoices", undefined, { when: when && wanted !== undefined, most: 2000 });
  return (invoices.data?.rows ?? [])
    .filter((i) => i.state !== "draft" && wanted?.includes(i.document))
    .sort((a, b) => b.period.localeCompare(a.period) || a.buyer.localeCompare(b.buyer))
    .map((i) => ({ value: i.id, label: [i.number ?? i.id, i.buyer].join(" · ") }));
}
