import { Button, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconBuildingBank, IconDatabaseExport, IconDatabaseImport, IconEye, IconFileDiff, IconFileZip, IconLockOpen, IconRosetteDiscountCheck, IconUpload } from "@tabler/icons-react";
import { Link } from "react-router";

import { useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Facts, isClosed, sorted } from "./facts";
import type { Work } from "./work";

/** What else can be done with the month: rarely, and so not in sight. */
export function More({ facts, busy, begin, show }: { facts: Facts; busy: boolean; begin: (work: Work) => unknown; show: (what: "drift" | "export" | "data") => void }) {
  const t = useWords("month");
  const can = useCan();
  const reopen = useReopen(facts);
  const { status } = facts;
  const run = can("months.run");
  const loaded = status.loads.length > 0;
  if (!run && !can("margin.read") && !can("invoices.read")) return null;
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target><Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>{t("more.title")}</Button></Menu.Target>
      <Menu.Dropdown>
        {run && <Entry icon={IconDatabaseImport} title={t("more.load")} help={t("more.loadHelp")} disabled={busy} onClick={() => begin("ingest")} />}
        {run && <Menu.Item component={Link} to="/sources" leftSection={<IconUpload size={16} />}>{t("more.files")}</Menu.Item>}
        {run && loaded && !isClosed(status) && <Entry icon={IconEye} title={t("more.preview")} help={t("more.previewHelp")} disabled={busy} onClick={() => begin("preview")} />}
        {run && status.rated && <Entry icon={IconRosetteDiscountCheck} title={t("more.reconcile")} help={t("more.reconcileHelp")} disabled={busy} onClick={() => begin("reconcile")} />}
        {can("margin.read") && can("prices.read") && status.rated && <Entry icon={IconFileDiff} title={t("more.drift")} help={t("more.driftHelp")} onClick={() => show("drift")} />}
        {can("invoices.read") && loaded && (
          <>
            <Menu.Divider />
            <Entry icon={IconFileZip} title={t("more.export")} help={t("more.exportHelp")} onClick={() => show("export")} />
            {status.rated && <Entry icon={IconDatabaseExport} title={t("more.data")} help={t("more.dataHelp")} onClick={() => show("data")} />}
            {can("config.read") && <Menu.Item component={Link} to="/settings/accounting" leftSection={<IconBuildingBank size={16} aria-hidden />}>{t("more.accounting")}<Text size="xs" c="dimmed">{t("more.accountingHelp")}</Text></Menu.Item>}
          </>
        )}
        {run && isClosed(status) && (
          <>
            <Menu.Divider />
            <Entry icon={IconLockOpen} title={t("more.reopen")} help={t("more.reopenHelp")} disabled={busy} onClick={() => void reopen()} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Entry({ icon: Sign, title, help, disabled, onClick }: { icon: typeof IconEye; title: string; help: string; disabled?: boolean; onClick: () => void }) {
  return (
    <Menu.Item leftSection={<Sign size={16} aria-hidden />} disabled={disabled} onClick={onClick}>
      {title}
      <Text size="xs" c="dimmed">{help}</Text>
    </Menu.Item>
  );
}

/** Opens the month again, after it was said what stays. */
function useReopen(facts: Facts) {
  const t = useWords("month");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const reopen = useChange("post", "/api/v1/months/{period}/reopen", { refreshes: ["/api/v1/months"] });
  const month = f.period(facts.period);
  return async () => {
    const issued = sorted(facts).issued.length;
    const yes = await confirm({
      title: t("reopen.title", { month }), reason: true, danger: true, yes: t("reopen.yes", { month }),
      children: <>{t("reopen.help")} {issued > 0 && t("reopen.issued", { count: issued })}</>,
    });
    if (!yes) return;
    reopen.mutate({ params: { path: { period: facts.period } }, body: { reason: yes.reason } }, {
      onSuccess: () => told(t("reopen.done", { month })),
      onError: (error) => refused(t("reopen.failed"), explain(error)),
    });
  };
}
