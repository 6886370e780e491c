import { Text } from "@mantine/core";
import { IconAlertTriangle, IconBan, IconCheck, IconClock, IconStack2, type Icon } from "@tabler/icons-react";

import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import classes from "./handover.module.css";
import { type Parcel, stuck, waits } from "./known";

/** Views of the outbox: which hand-overs each has. */
export const views = {
  all: () => true,
  stuck,
  waiting: waits,
  sent: (p: Parcel) => p.state === "sent",
  cancelled: (p: Parcel) => p.state === "cancelled",
} satisfies Record<string, (p: Parcel) => boolean>;
export type View = keyof typeof views;

const looks: Record<View, { icon: Icon; colour: string }> = {
  all: { icon: IconStack2, colour: "var(--soft)" }, stuck: { icon: IconAlertTriangle, colour: "var(--bad)" }, waiting: { icon: IconClock, colour: "var(--info)" },
  sent: { icon: IconCheck, colour: "var(--good)" }, cancelled: { icon: IconBan, colour: "var(--soft)" },
};

/** How many stand where; choosing one shows these alone. */
export function Standing({ parcels, view, choose }: { parcels: Parcel[]; view: View; choose: (view: View) => void }) {
  const t = useWords("handover");
  const f = useFormats();
  return (
    <div className={classes.standing} role="group" aria-label={t("outbox.views")}>
      {(Object.keys(views) as View[]).map((v) => {
        const count = parcels.filter(views[v]).length;
        const { icon: Sign, colour } = looks[v];
        return (
          <button key={v} type="button" aria-pressed={v === view} onClick={() => choose(v)}>
            <span className={classes.sign}><Sign size={15} color={count || v === "all" ? colour : "var(--soft)"} aria-hidden />{t(`view.${v}`)}</span>
            <Text component="span" fz="xl" fw={620} className="num" c={v === "stuck" && count ? "var(--bad)" : undefined}>{f.number(count)}</Text>
          </button>
        );
      })}
    </div>
  );
}
