import { Box, Button, CloseButton, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconTableImport } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";

import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Empty, Failed, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { useTree } from "./standing";
import { all, type Node } from "./tree";
import { Tree } from "./tree_table";

/** Everybody who is billed, as they buy from each other: are they set up, and what do they pay? */
export default function CustomersPage() {
  const t = useWords("customer");
  const ui = useWords("ui");
  const can = useCan();
  const { tree, error, again, money } = useTree();
  const [params, setParams] = useSearchParams();
  const search = params.get("search") ?? "";
  const only = params.get("show") === "missing" ? "missing" : "all";
  const set = (key: string, value: string) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: true });
  const customers = all(tree ?? []).filter((n) => n.kind === "customer");
  const lacking = customers.filter(lacks);
  const shown = only === "missing" ? lacking : tree;

  return (
    <Page
      title={t("title")} question={t("question")} wide
      actions={can("config.write") && (
        <>
          <Button component={Link} to="/accounts?map=1" variant="default" leftSection={<IconTableImport size={16} />}>{t("mapAccounts")}</Button>
          <Button component={Link} to="/customers/new" leftSection={<IconPlus size={16} />}>{t("new")}</Button>
        </>
      )}
    >
      <Card flush label={t("title")}>
        {error ? <Failed error={error} again={again} /> : !tree ? <Waiting lines={10} /> : tree.length === 0 ? (
          <Empty title={t("none")} action={can("config.write") && <Button component={Link} to="/customers/new">{t("new")}</Button>}>{t("noneHelp")}</Empty>
        ) : (
          <>
            <Group gap="xs" px="sm" py="xs" style={{ borderBottom: "1px solid var(--rule)" }}>
              <TextInput
                value={search} onChange={(e) => set("search", e.currentTarget.value)} placeholder={ui("table.search")} aria-label={t("search")} w={230}
                leftSection={<IconSearch size={14} aria-hidden />} rightSection={search ? <CloseButton size="xs" aria-label={ui("clear")} onClick={() => set("search", "")} /> : undefined}
              />
              <SegmentedControl
                size="xs" aria-label={t("filter.label")} value={only} onChange={(v) => set("show", v === "all" ? "" : v)}
                data={[{ value: "all", label: t("filter.all") }, { value: "missing", label: `${t("filter.missing")} (${lacking.length})` }]}
              />
              <Box style={{ flex: 1 }} />
              <Text size="sm" c="dimmed" className="num">{t("counts", { customers: t("customers", { count: customers.length }), groups: t("groups", { count: all(tree).filter((n) => n.kind === "group").length }), accounts: t("accounts", { count: customers.reduce((n, c) => n + c.accounts, 0) }) })}</Text>
            </Group>
            {shown!.length === 0
              ? <Empty title={t("nothingMissing")}>{t("nothingMissingHelp")}</Empty>
              : <Tree nodes={shown!} top={tree} search={search} money={money} />}
          </>
        )}
      </Card>
    </Page>
  );
}

/** Whether a customer cannot be billed as it is. */
const lacks = (n: Node): boolean => n.gaps.length > 0 || !n.below.some((x) => x.kind === "group");
