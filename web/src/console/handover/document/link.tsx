import { Button, Checkbox, Group, Modal, MultiSelect, NumberInput, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { useAll, useChange } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import type { Shown } from "../../setting/once";
import { usualDays } from "../route/wish";
import { touched } from "../known";
import { useTerms } from "../words";

/** Makes a link by which whoever has it reads the document until it ends. */
export function LinkMaking({ opened, ...props }: { opened: boolean; id: string; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  return (
    <Modal opened={opened} onClose={props.close} title={t("link.make")} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ id, close, show }: { id: string; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  const f = useFormats();
  const terms = useTerms();
  const explain = useExplain();
  const kinds = useAll("/api/v1/handover/kinds");
  const make = useChange("post", "/api/v1/invoices/{id}/links", { refreshes: touched });
  const [formats, setFormats] = useState(["pdf"]);
  const [days, setDays] = useState(usualDays);
  const [once, setOnce] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const offered = kinds.data?.rows.find((k) => k.what === "invoice")?.formats ?? ["pdf"];
  const submit = () => make.mutate({ params: { path: { id } }, body: { formats, days, ...(once ? { uses: 1 } : {}) } }, {
    onSuccess: (made) => { close(); show({ title: t("link.made"), label: t("link.address"), value: made.address, help: t("link.madeHelp", { time: f.time(made.link.expires) }) }); },
    onError: setProblem,
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        <Text c="dimmed">{t("link.help")}</Text>
        {problem && !problem.at("formats") && !problem.at("days") && <Notice tone="bad">{explain(problem)}</Notice>}
        <MultiSelect label={t("column.formats")} required value={formats} error={problem?.at("formats")} onChange={setFormats} data={offered.map((value) => ({ value, label: terms.format(value) }))} />
        <NumberInput label={t("link.days")} w={200} min={1} max={365} allowDecimal={false} suffix={t("mail.daysUnit")} value={days} error={problem?.at("days")} onChange={(v) => setDays(Number(v) || 1)} data-autofocus />
        <Checkbox label={t("link.once")} checked={once} onChange={(e) => setOnce(e.currentTarget.checked)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={make.isPending} disabled={formats.length === 0}>{t("link.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
