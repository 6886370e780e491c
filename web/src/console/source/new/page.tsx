import { Stepper } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { AccessStep } from "./access";
import classes from "./new.module.css";
import { CheckStep } from "./check";
import { FindStep } from "./find";
import { HistoryStep } from "./history";
import { PayerStep } from "./payer";
import { paramsOf, reachable, type Step, steps, type Wish, wishOf } from "./wish";

export interface Going {
  wish: Wish;
  /** Keeps what is known; with a step, goes there. */
  put: (part: Partial<Wish>) => void;
}

const parts: Record<Step, (going: Going) => React.ReactNode> = { payer: PayerStep, access: AccessStep, find: FindStep, check: CheckStep, history: HistoryStep };

/** Adds a source: from the payer to its months that are loaded. */
export default function NewSourcePage() {
  const t = useWords("connect");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const wish = wishOf(params);
  const step = reachable(wish, wish.step) ? wish.step : "payer";
  const put = (part: Partial<Wish>) => setParams((now) => paramsOf({ ...wishOf(now), ...part }), { replace: !part.step });
  const Part = parts[step];
  const path = [{ title: t("sources"), to: "/sources" }];
  if (!can("config.write")) return <Page title={t("new.title")} path={path}><Card><Empty title={t("new.denied")}>{t("new.deniedHelp")}</Empty></Card></Page>;
  return (
    <Page title={t("new.title")} question={t("new.question")} path={path}>
      <Stepper
        component="nav" aria-label={t("new.steps")} size="sm" active={steps.indexOf(step)} onStepClick={(i) => put({ step: steps[i]! })} allowNextStepsSelect={false}
        classNames={{ steps: classes.steps, stepBody: classes.stepBody, separator: classes.separator }}
      >
        {steps.map((s) => <Stepper.Step key={s} label={t(`step.${s}.label`)} aria-label={t(`step.${s}.label`)} aria-current={s === step ? "step" : undefined} allowStepSelect={reachable(wish, s) && s !== step} />)}
      </Stepper>
      <Part key={step} wish={{ ...wish, step }} put={put} />
    </Page>
  );
}
