import { Button, Group, Modal, MultiSelect, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { type Schema, useAll, useChange } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Answer, Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { destination, type Route, touched } from "../known";
import { Addresses, AsLink } from "../route/by";
import { usualDays } from "../route/wish";
import { useTerms } from "../words";

interface Props {
  invoice: Schema<"ListedInvoice">;
  customer: string;
  close: () => void;
}

/** Hands a document over now: by a route of the customer, or by mail to addresses given here. */
export function HandingOver({ opened, ...props }: Props & { opened: boolean }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  return (
    <Modal opened={opened} onClose={props.close} size="lg" title={t("document.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Routed {...props} />}
    </Modal>
  );
}

function Routed(props: Props) {
  const can = useCan();
  const routes = useAll("/api/v1/handover/routes", { params: { query: { customer: props.customer } } }, { when: can("config.read") });
  if (!can("config.read")) return <Form {...props} routes={[]} />;
  return <Answer of={routes} lines={4}>{({ rows }) => <Form {...props} routes={rows.filter((r) => takes(r, props.invoice))} />}</Answer>;
}

const takes = (r: Route, invoice: Schema<"ListedInvoice">) =>
  r.enabled && r.what.includes(invoice.document === "credit-note" ? "credit-note" : "invoice") && (!r.groups?.length || r.groups.includes(invoice.group));

const byMail = "";

function Form({ invoice, close, routes }: Props & { routes: Route[] }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  const terms = useTerms();
  const explain = useExplain();
  const can = useCan();
  const kinds = useAll("/api/v1/handover/kinds", undefined, { when: can("config.read") });
  const hand = useChange("post", "/api/v1/invoices/{id}/hand-over", { refreshes: touched });
  const [route, setRoute] = useState(routes[0]?.id ?? byMail);
  const [to, setTo] = useState<string[]>([]);
  const [cc, setCc] = useState<string[]>([]);
  const [formats, setFormats] = useState(["pdf"]);
  const [link, setLink] = useState({ as: false, days: usualDays });
  const [problem, setProblem] = useState<Problem>();
  const offered = kinds.data?.rows.find((k) => k.what === "invoice")?.formats ?? ["pdf"];
  const fault = (field: string) => problem?.at(field);
  const elsewhere = problem && !["to", "cc", "formats", "link_days"].some(fault);
  const submit = () => hand.mutate({ params: { path: { id: invoice.id } }, body: route !== byMail ? { route } : { to, ...(cc.length ? { cc } : {}), formats, ...(link.as ? { link_days: link.days } : {}) } }, {
    onSuccess: () => { close(); told(t("document.begun")); },
    onError: setProblem,
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="md">
        <Text c="dimmed">{t("document.help")}</Text>
        {elsewhere && <Notice tone="bad">{explain(problem)}{problem.at("route") ? ` ${problem.at("route")}` : ""}</Notice>}
        {routes.length > 0 && (
          <Radio.Group label={t("document.way")} value={route} onChange={setRoute}>
            <Stack gap="sm" mt={6}>
              {routes.map((r) => <Radio key={r.id} value={r.id} label={t("document.byRoute", { by: terms.by(r.by), to: destination(r) || terms.by(r.by) })} description={[r.description, terms.formats(r.formats)].filter(Boolean).join(" · ")} />)}
              <Radio value={byMail} label={t("document.byMail")} />
            </Stack>
          </Radio.Group>
        )}
        {route === byMail && (
          <Stack gap="sm" pl={routes.length ? "lg" : 0}>
            <Addresses label={t("mail.to")} help={t("mail.toHelp")} required value={to} put={setTo} error={fault("to")} />
            <Addresses label={t("mail.cc")} value={cc} put={setCc} error={fault("cc")} />
            <MultiSelect label={t("column.formats")} required value={formats} error={fault("formats")} onChange={setFormats} data={offered.map((value) => ({ value, label: terms.format(value) }))} />
            <AsLink asLink={link.as} days={link.days} put={(as, days) => setLink({ as, days })} error={fault("link_days")} />
          </Stack>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={hand.isPending} disabled={route === byMail && (to.length === 0 || formats.length === 0)}>{t("document.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
