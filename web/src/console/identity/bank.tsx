import { SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../words/words";
import { useIdentity } from "./fields";
import type { BankAccount } from "./identity";

/** Countries whose accounts have no IBAN, of those where resellers of clouds are many. */
const withoutIBAN = ["AU", "CA", "CN", "HK", "ID", "IN", "JP", "KR", "MX", "MY", "NZ", "PH", "SG", "TH", "TW", "US", "VN", "ZA"];

type Way = "iban" | "number";

/** The account that invoices are paid to, as payment programs and QR codes read it. */
export function BankFields() {
  const t = useWords("identity");
  const { spec, set, at, readOnly, text } = useIdentity();
  const bank: BankAccount = spec.bank ?? {};
  const [chosen, choose] = useState<Way>();
  const way: Way = chosen ?? (bank.iban ? "iban" : bank.number || withoutIBAN.includes(spec.address?.country ?? "") ? "number" : "iban");
  // What the other way alone has is not kept out of sight.
  const turn = (to: Way) => {
    choose(to);
    const gone: (keyof BankAccount)[] = to === "iban" ? ["number", "branch", "kind", "code"] : ["iban"];
    for (const name of gone) set(["bank", name], undefined);
  };
  const both = !!bank.iban && !!bank.number;
  const national = way === "number" || both;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t("bankHelp")}</Text>
      {!both && !readOnly && <SegmentedControl aria-label={t("bankWay")} style={{ alignSelf: "flex-start" }} value={way} onChange={(v) => turn(v as Way)} data={[{ value: "iban", label: t("byIBAN") }, { value: "number", label: t("byNumber") }]} />}
      {at("bank") && <Text size="sm" c="var(--bad)" role="alert">{at("bank")}</Text>}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {(way === "iban" || both) && <TextInput label={t("iban")} {...text("bank", "iban")} styles={{ input: { fontVariantNumeric: "tabular-nums" } }} />}
        <TextInput label={t("bankName")} {...text("bank", "bank")} />
        {national && <TextInput label={t("branch")} {...text("bank", "branch")} />}
        {national && <TextInput label={t("bankCode")} description={t("bankCodeHelp")} inputWrapperOrder={["label", "input", "description", "error"]} {...text("bank", "code")} />}
        {national && <Select label={t("bankKind")} placeholder={t("notSaid")} clearable readOnly={readOnly} data-field="bank.kind" data={[{ value: "ordinary", label: t("kind.ordinary") }, { value: "current", label: t("kind.current") }]} value={bank.kind ?? null} error={at("bank.kind")} onChange={(v) => set(["bank", "kind"], v ?? undefined)} />}
        {national && <TextInput label={t("number")} {...text("bank", "number")} />}
        <TextInput label={t("bic")} description={national ? t("bicHelp") : undefined} inputWrapperOrder={["label", "input", "description", "error"]} {...text("bank", "bic")} />
        <TextInput label={t("holder")} description={t("holderHelp")} inputWrapperOrder={["label", "input", "description", "error"]} {...text("bank", "holder")} />
      </SimpleGrid>
    </Stack>
  );
}
