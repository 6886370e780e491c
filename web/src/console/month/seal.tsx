import { Text } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";

import { useFormats } from "../../ui/format";
import type { Job } from "../../ui/jobs";
import { useWords } from "../../words/words";
import { Certificate } from "./certificate";
import type { Status } from "./facts";
import classes from "./month.module.css";
import type { Work } from "./work";

/** The certificate as a seal: that nothing of the provider's cost is lost. Opened, it tells the figures. */
export function Seal({ status, begin }: { status: Status; begin: (work: Work) => Promise<Job | undefined> }) {
  const t = useWords("month");
  const f = useFormats();
  const [opened, setOpened] = useState(false);
  if (!status.rated) return null;
  const proved = status.proved === undefined ? "unknown" : !status.proved ? "no" : status.preview ? "preview" : "yes";
  return (
    <section className="card" aria-label={t("seal.label")}>
      <button type="button" className={classes.seal} data-proved={proved} onClick={() => setOpened(true)} disabled={proved === "unknown"}>
        <span className={classes.stamp} aria-hidden>
          <b className="num">{proved === "yes" || proved === "preview" ? f.number(0) : proved === "no" ? "≠ 0" : "–"}</b>
          <span>{t("seal.residue")}</span>
        </span>
        <span style={{ flex: 1, minWidth: 0 }}>
          <Text span display="block" fw={620} size="lg">{t(`seal.${proved}`)}</Text>
          <Text span display="block" size="sm" c="dimmed">{t(`seal.${proved}Help`)}</Text>
          <Text span display="block" size="xs" c="dimmed" mt={2}>{t("seal.rated", { at: f.time(status.rated) })}</Text>
        </span>
        {proved !== "unknown" && <IconChevronRight size={16} aria-hidden />}
      </button>
      <Certificate opened={opened} close={() => setOpened(false)} status={status} begin={begin} />
    </section>
  );
}
