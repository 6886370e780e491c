import { Anchor, Box, Button, Group, Loader, Select, Text } from "@mantine/core";
import { IconDownload, IconExternalLink, IconFileTypePdf } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, Notice, State, useExplain, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { useLanguageName } from "./language";
import classes from "./layout.module.css";
import { sampleOf, samples, type usePrinted } from "./printed";

interface Props {
  printed: ReturnType<typeof usePrinted>;
  shown: { invoice: string; language: string };
  onShow: (name: "document" | "language", value: string | undefined) => void;
  languages: string[];
  changed: boolean;
}

/** A document as it is printed in the layout that is being written, saved or not. */
export function Preview({ printed, shown, onShow, languages, changed }: Props) {
  const t = useWords("layout");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const languageName = useLanguageName();
  const { period } = usePeriod();
  const documents = useAll("/api/v1/invoices", { params: { query: { period } } }, { when: can("invoices.read") });
  const chosen = shown.invoice;
  const listed = (documents.data?.rows ?? []).map((d) => ({ value: d.id, label: `${d.number || d.id} · ${f.money(d.total, d.currency)}` }));
  const known = sampleOf(chosen) !== undefined || listed.some((d) => d.value === chosen);
  const { address, error } = printed;
  return (
    <Card
      flush label={t("preview.title")}
      title={(
        <Group gap="xs" py={2}>
          <Text component="h2" fw={600} m={0}>{t("preview.title")}</Text>
          {changed && <State tone="warn">{t("preview.unsaved")}</State>}
          {printed.busy && <Loader size={14} aria-label={t("preview.busy")} />}
        </Group>
      )}
      tools={address && (
        <>
          <Button component="a" href={address} target="_blank" rel="noopener" size="compact-sm" variant="default" leftSection={<IconExternalLink size={14} />}>{t("preview.open")}</Button>
          <Button component="a" href={address} download="preview.pdf" size="compact-sm" variant="default" leftSection={<IconDownload size={14} />}>{t("preview.download")}</Button>
        </>
      )}
    >
      <Group gap="sm" px="md" py="xs" className={classes.tools}>
        <Select
          size="xs" className={classes.document} label={t("preview.document")} searchable allowDeselect={false} value={chosen} onChange={(v) => onShow("document", !v || v === "sample:invoice" ? undefined : v)}
          data={[
            { group: t("preview.samples"), items: samples.map((s) => ({ value: `sample:${s}`, label: t(`preview.sample.${s}`) })) },
            ...(listed.length || !known ? [{ group: f.period(period), items: known ? listed : [{ value: chosen, label: chosen }, ...listed] }] : []),
          ]}
        />
        <Select
          size="xs" w={180} label={t("preview.language")} searchable value={shown.language} allowDeselect={false} onChange={(v) => onShow("language", v || undefined)}
          data={[...(sampleOf(chosen) ? [] : [{ value: "", label: t("preview.documentLanguage") }]), ...languages.map((l) => ({ value: l, label: languageName(l) }))]}
        />
      </Group>
      {error && address && <Box px="md" py="xs"><Notice tone="bad" title={t("preview.failed")}>{error.body.errors?.length ? error.body.errors.map((e) => <div key={`${e.location} ${e.message}`}>{e.message}</div>) : explain(error)}</Notice></Box>}
      {address ? <Pages address={address} stale={!!error} /> : error ? <Failed error={error} again={printed.again} /> : <Waiting height={560} />}
    </Card>
  );
}

/** The PDF in the browser's own viewer. The one before stays in sight until the next is drawn. */
function Pages({ address, stale }: { address: string; stale: boolean }) {
  const t = useWords("layout");
  const [shown, setShown] = useState(address);
  const [loaded, setLoaded] = useState("");
  useEffect(() => {
    if (!loaded || loaded === shown) return;
    const timer = setTimeout(() => setShown(loaded), 250);
    return () => clearTimeout(timer);
  }, [loaded, shown]);
  if (!navigator.pdfViewerEnabled) {
    return (
      <Empty title={t("preview.noViewer")} icon={IconFileTypePdf} action={<Anchor href={address} target="_blank" rel="noopener">{t("preview.open")}</Anchor>}>{t("preview.noViewerHelp")}</Empty>
    );
  }
  return (
    <div className={classes.pages} data-stale={stale || undefined}>
      {[...new Set([shown, address])].map((a) => (
        <iframe key={a} title={t("preview.title")} src={`${a}#toolbar=0&navpanes=0&view=FitH`} className={classes.frame} aria-hidden={a !== shown || undefined} tabIndex={a === shown ? undefined : -1} data-next={a !== shown || undefined} onLoad={() => { if (a === address) setLoaded(a); }} />
      ))}
    </div>
  );
}
