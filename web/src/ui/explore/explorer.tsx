import { Button, Menu, Text } from "@mantine/core";
import { IconDownload, IconPrinter, IconTableExport } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../words/words";
import { useFormats } from "../format";
import { Card } from "../page";
import { useExplain } from "../state";
import { saveCSV } from "../table_text";
import { refused } from "../told";
import { useDimensions, useLook, useNames, useSums } from "./asking";
import { useSentence } from "./condition";
import { Controls, Trail } from "./controls";
import classes from "./explore.module.css";
import { allConditions } from "./question";
import { Result } from "./result";
import type { Source } from "./source";
import { Views } from "./views";

/**
 * Where the money went: a question in the address of the page, and its answer as a
 * chart and a table. Whom it asks, and so what may be known, is the source's.
 */
export function Explorer({ source }: { source: Source }) {
  const { look, show } = useLook(source);
  const names = useNames(source, look);
  const known = useDimensions(source, look);
  const sums = useSums(source, look);
  return (
    <>
      <Card label={useWords("explore")("questionLabel")} flush>
        <Controls source={source} look={look} show={show} names={names} />
        <Asked source={source} />
      </Card>
      <Result source={source} look={look} show={show} names={names} known={known} sums={sums} trail={<Trail look={look} show={show} names={names} />} />
    </>
  );
}

/** Saved views, files and paper, for the head of the page. */
export function ExplorerActions({ source }: { source: Source }) {
  const t = useWords("explore");
  const explain = useExplain();
  const { look } = useLook(source);
  const { question } = useSums(source, look);
  const [busy, setBusy] = useState(false);
  async function save(daily: boolean) {
    setBusy(true);
    try {
      saveCSV(`${source.page}-${look.from}${look.from === look.to ? "" : `-${look.to}`}`, await source.csv({ ...question, grain: daily ? "day" : question.grain }));
    } catch (error) {
      refused(t("notDownloaded"), explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <Views source={source} />
      <Menu position="bottom-end">
        <Menu.Target><Button variant="default" loading={busy} leftSection={<IconDownload size={15} aria-hidden />}>{t("download")}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTableExport size={15} aria-hidden />} onClick={() => void save(false)}>{t("csv")}</Menu.Item>
          <Menu.Item leftSection={<IconTableExport size={15} aria-hidden />} onClick={() => void save(true)}>{t("csvDaily")}</Menu.Item>
          <Menu.Item leftSection={<IconPrinter size={15} aria-hidden />} onClick={() => window.print()}>{t("print")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** The question in words: on paper there are no controls. */
function Asked({ source }: { source: Source }) {
  const t = useWords("explore");
  const f = useFormats();
  const { look } = useLook(source);
  const names = useNames(source, look);
  const sentence = useSentence(names);
  return (
    <Text className={classes.asked} p="md">
      {[`${t(`measure.${look.measure}`)} · ${f.period(look.from)}${look.from === look.to ? "" : ` – ${f.period(look.to)}`}`, look.by.map(names.dimension).join(" › "), ...allConditions(look).map((c) => sentence(c, 30))].filter(Boolean).join(" · ")}
    </Text>
  );
}
