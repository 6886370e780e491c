import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";

import { useChange } from "../../api/query";
import { useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";

type Cadence = "daily" | "weekly" | "monthly";

/** Asks the question that is looked at again each day, week or month. */
export function ReportOrder({ opened, close, question }: { opened: boolean; close: () => void; question: string }) {
  const t = useWords("cost");
  const explain = useExplain();
  const go = useNavigate();
  const organization = useOrganization().id;
  const [name, setName] = useState("");
  const [cadence, setCadence] = useState<Cadence>("monthly");
  const [day, setDay] = useState("1");
  const make = useChange("post", "/api/v1/reports", { refreshes: ["/api/v1/reports"] });
  function order(event: FormEvent) {
    event.preventDefault();
    make.mutate({ body: { name: name.trim(), organization, question, cadence, day: cadence === "daily" ? undefined : Number(day) } }, {
      onSuccess: () => {
        told(t("ordered", { name: name.trim() }));
        close();
        void go("/reports");
      },
    });
  }
  const weekdays = (["1", "2", "3", "4", "5", "6", "7"] as const).map((d) => ({ value: d, label: t(`weekday.${d}`) }));
  const days = Array.from({ length: 28 }, (_, i) => ({ value: String(i + 1), label: t("dayOfMonth", { day: i + 1 }) }));
  return (
    <Modal opened={opened} onClose={close} title={t("order")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={order}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{t("orderHelp")}</Text>
          <TextInput label={t("name")} required maxLength={200} value={name} onChange={(e) => setName(e.currentTarget.value)} error={make.error?.at("name")} data-autofocus />
          <Select label={t("cadence")} allowDeselect={false} value={cadence} onChange={(v) => { setCadence((v ?? "monthly") as Cadence); setDay("1"); }} data={(["daily", "weekly", "monthly"] as const).map((c) => ({ value: c, label: t(`cadences.${c}`) }))} />
          {cadence !== "daily" && <Select label={t("on")} allowDeselect={false} value={day} onChange={(v) => setDay(v ?? "1")} data={cadence === "weekly" ? weekdays : days} error={make.error?.at("day")} />}
          {make.error && <Text size="sm" c="var(--bad)" role="alert">{explain(make.error)}</Text>}
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={close}>{t("cancel")}</Button><Button type="submit" loading={make.isPending} disabled={!name.trim()}>{t("orderIt")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
