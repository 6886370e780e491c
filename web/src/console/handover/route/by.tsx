import { NumberInput, Radio, SegmentedControl, Stack, TagsInput, Text } from "@mantine/core";
import { IconBuildingBroadcastTower, IconCloudUpload, IconFolder, IconMail, IconServer2, type Icon } from "@tabler/icons-react";

import { Card } from "../../../ui/page";
import { Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import classes from "../handover.module.css";
import { type Way, ways } from "../target";
import { useTerms } from "../words";
import { BucketFields } from "./bucket";
import { FolderField } from "./folder";
import type { Part } from "./form";
import { SFTPFields } from "./sftp";

const icons: Record<Way, Icon> = { mail: IconMail, sftp: IconServer2, bucket: IconCloudUpload, folder: IconFolder, peppol: IconBuildingBroadcastTower };

/** How it goes, and what that needs. */
export function By(part: Part) {
  const t = useWords("handover");
  const terms = useTerms();
  const { draft, put, fault, readOnly } = part;
  return (
    <Card title={t("section.by")}>
      <Stack gap="md">
        <Radio.Group value={draft.by} onChange={(v) => put({ by: v as Way, secret: "", keyID: "" })} aria-label={t("section.by")} error={fault("by")}>
          <div className={classes.ways}>
            {ways.map((way) => {
              const Sign = icons[way];
              return (
                <Radio.Card key={way} value={way} className={classes.way} disabled={readOnly} aria-label={terms.by(way)}>
                  <Sign size={18} stroke={1.6} aria-hidden />
                  <Text fw={560}>{terms.by(way)}</Text>
                </Radio.Card>
              );
            })}
          </div>
        </Radio.Group>
        {draft.by !== "mail" && <Text c="dimmed" size="sm">{t(`byHelp.${draft.by}`)}</Text>}
        {draft.by === "mail" && <MailFields {...part} />}
        {draft.by === "sftp" && <SFTPFields {...part} />}
        {draft.by === "bucket" && <BucketFields {...part} />}
        {draft.by === "folder" && <FolderField {...part} />}
        {fault("target") && <Notice tone="bad">{fault("target")}</Notice>}
      </Stack>
    </Card>
  );
}

/** An address per word; what a paste brings is divided. */
export function Addresses({ label, help, value, put, error, required, readOnly }: { label: string; help?: string; value: string[]; put: (v: string[]) => void; error?: string; required?: boolean; readOnly?: boolean }) {
  return <TagsInput label={label} description={help} required={required} disabled={readOnly} value={value} error={error} onChange={(v) => put([...new Set(v.flatMap((x) => x.split(/[,;\s]+/)).filter(Boolean))])} splitChars={[",", ";", " ", "\n"]} acceptValueOnBlur maxTags={50} inputMode="email" />;
}

function MailFields({ draft, put, fault, readOnly }: Part) {
  const t = useWords("handover");
  return (
    <Stack gap="sm">
      <Addresses label={t("mail.to")} help={t("mail.toHelp")} required readOnly={readOnly} value={draft.to} put={(to) => put({ to })} error={fault("to")} />
      <Addresses label={t("mail.cc")} readOnly={readOnly} value={draft.cc} put={(cc) => put({ cc })} error={fault("cc")} />
      <AsLink asLink={draft.asLink} days={draft.linkDays} readOnly={readOnly} put={(asLink, linkDays) => put({ asLink, linkDays })} error={fault("link_days")} />
    </Stack>
  );
}

/** Files with the letter, or a link that ends in their place. */
export function AsLink({ asLink, days, put, readOnly, error }: { asLink: boolean; days: number; put: (asLink: boolean, days: number) => void; readOnly?: boolean; error?: string }) {
  const t = useWords("handover");
  return (
    <Stack gap={6} align="flex-start">
      <SegmentedControl aria-label={t("mail.how")} disabled={readOnly} value={asLink ? "link" : "files"} onChange={(v) => put(v === "link", days)} data={[{ value: "files", label: t("mail.files") }, { value: "link", label: t("mail.link") }]} />
      <Text size="sm" c="dimmed">{t(asLink ? "mail.linkHelp" : "mail.filesHelp")}</Text>
      {asLink && <NumberInput label={t("mail.days")} w={180} min={1} max={365} allowDecimal={false} disabled={readOnly} suffix={t("mail.daysUnit")} value={days} error={error} onChange={(v) => put(true, Number(v) || 1)} />}
    </Stack>
  );
}
