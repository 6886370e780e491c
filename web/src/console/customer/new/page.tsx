import { Button, Group, Stack, Stepper } from "@mantine/core";
import { useMediaQuery, useSessionStorage } from "@mantine/hooks";
import { IconArrowLeft, IconArrowRight } from "@tabler/icons-react";
import { useEffect } from "react";
import { Link, useSearchParams } from "react-router";

import { useCan } from "../../../ui/me";
import { Page } from "../../../ui/page";
import { Empty, Waiting } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { AccountsStep } from "./accounts_step";
import { DoneStep } from "./done_step";
import { type Draft, empty, steps, wrongWith } from "./draft";
import { GroupStep } from "./group_step";
import { InvoiceStep } from "./invoice_step";
import { useKnown } from "./known";
import { PreviewStep } from "./preview_step";

/** A new customer, or a billing group for one that is there: step by step to its first bill. What is entered outlives a reload. */
export default function NewCustomerPage() {
  const t = useWords("customer");
  const can = useCan();
  if (!can("config.write")) return <Page title={t("wizard.title")}><Empty title={t("wizard.denied")} /></Page>;
  return <Wizard />;
}

function Wizard() {
  const t = useWords("customer");
  const [params, setParams] = useSearchParams();
  const [draft, setDraft, clear] = useSessionStorage<Draft>({ key: "new-customer", defaultValue: empty });
  const known = useKnown(draft.from);
  const narrow = useMediaQuery("(max-width: 640px)");
  const asked = params.get("customer");
  const step = steps.find((s) => s === params.get("step")) ?? "accounts";
  const at = steps.indexOf(step);
  const change = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));
  const goTo = (to: (typeof steps)[number]) => setParams((before) => { const next = new URLSearchParams(before); next.set("step", to); return next; });

  // Who comes from a customer adds a billing group to that one.
  useEffect(() => {
    if (asked && draft.existing !== asked && step !== "done") setDraft({ ...empty, existing: asked });
  }, [asked, draft.existing, step, setDraft]);

  if (!known) return <Page title={t("wizard.title")}><Waiting lines={8} /></Page>;
  const wrong = step === "done" ? {} : wrongWith(draft, step, known);
  const first = steps.slice(0, at).find((s) => Object.keys(wrongWith(draft, s, known)).length > 0);
  const shared = { draft, change, known, wrong };
  const shown = step === "preview" && first ? first : step;

  return (
    <Page
      title={draft.existing ? t("wizard.titleGroup", { customer: known.customers.find((c) => c.id === draft.existing)?.name ?? draft.existing }) : t("wizard.title")} question={t("wizard.question")}
      path={[{ title: t("title"), to: "/customers" }]}
      actions={step !== "done" && JSON.stringify(draft) !== JSON.stringify(empty) && <Button variant="subtle" color="gray" onClick={() => { clear(); setParams({}); }}>{t("wizard.restart")}</Button>}
    >
      <Stepper active={steps.indexOf(shown)} size="sm" allowNextStepsSelect={false} onStepClick={(i) => { if (shown !== "done" && i < 4) goTo(steps[i]!); }} wrap={false} styles={{ steps: { maxWidth: 900 }, content: { paddingTop: 8 } }}>
        {steps.map((s) => <Stepper.Step key={s} label={narrow ? undefined : t(`step.${s}`)} aria-label={t(`step.${s}`)} />)}
      </Stepper>
      {shown === "accounts" && <AccountsStep {...shared} />}
      {shown === "group" && <GroupStep {...shared} />}
      {shown === "invoice" && <InvoiceStep {...shared} />}
      {shown === "preview" && <PreviewStep draft={draft} known={known} done={() => goTo("done")} back={() => goTo("invoice")} />}
      {shown === "done" && <DoneStep draft={draft} clear={clear} />}
      {(shown === "accounts" || shown === "group" || shown === "invoice") && (
        <Stack gap="xs">
          <Group gap="xs">
            {shown !== "accounts" && <Button variant="default" leftSection={<IconArrowLeft size={15} />} onClick={() => goTo(steps[steps.indexOf(shown) - 1]!)}>{t("wizard.back")}</Button>}
            <Button disabled={Object.keys(shown === step ? wrong : wrongWith(draft, shown, known)).length > 0} rightSection={<IconArrowRight size={15} />} onClick={() => goTo(steps[steps.indexOf(shown) + 1]!)}>{t("wizard.next", { step: t(`step.${steps[steps.indexOf(shown) + 1]!}`) })}</Button>
            {shown === "accounts" && <Button component={Link} to="/customers" variant="subtle" color="gray">{t("wizard.leave")}</Button>}
          </Group>
        </Stack>
      )}
    </Page>
  );
}
