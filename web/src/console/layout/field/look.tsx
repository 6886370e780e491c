import { ActionIcon, ColorInput, Slider, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { type KeyboardEvent, useRef } from "react";

import { contrast } from "../../../portal/brand/colour";
import { useWords } from "../../../words/words";
import { useNameOf, useWriting } from "../context";
import { brightness, type ColourName, colourNames, isColour } from "../layout";
import classes from "../layout.module.css";
import { Sketch } from "../sketch";

/** Name, the look that it starts from, the size of letters, and colours. */
export function Look() {
  const t = useWords("layout");
  const { now, look, set, fault, readOnly } = useWriting();
  return (
    <Stack gap="md">
      <TextInput label={t("column.name")} disabled={readOnly} value={now.name ?? ""} error={fault("name")} onChange={(e) => set("name", e.currentTarget.value || undefined)} />
      <BasedOn />
      <div>
        <Text size="sm" fw={500} mb={2} id="layout-size">{t("size.label")}</Text>
        <Slider
          aria-labelledby="layout-size" thumbLabel={t("size.label")} disabled={readOnly} min={80} max={120} step={1} value={now.size ?? look.size ?? 100} label={(v) => `${v}%`} onChange={(v) => set("size", v)}
          marks={[80, 100, 120].map((value) => ({ value, label: `${value}%` }))} mb="lg" maw={360}
        />
        {fault("size") && <Text size="sm" c="var(--bad)">{fault("size")}</Text>}
      </div>
      <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
        <Text component="legend" size="sm" fw={500} mb={6}>{t("colours.title")}</Text>
        <div className={classes.colours}>{colourNames.map((name) => <Colour key={name} name={name} />)}</div>
      </fieldset>
    </Stack>
  );
}

function BasedOn() {
  const t = useWords("layout");
  const nameOf = useNameOf();
  const { now, look, choices, set, fault, readOnly } = useWriting();
  const group = useRef<HTMLDivElement>(null);
  const choose = (id: string) => set("based_on", id);
  function keys(event: KeyboardEvent) {
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
    if (!step || readOnly) return;
    event.preventDefault();
    const at = choices.looks.findIndex((l) => l.id === look.id);
    const next = (at + step + choices.looks.length) % choices.looks.length;
    choose(choices.looks[next]!.id);
    group.current?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  }
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id="layout-based-on">{t("basedOn")}</Text>
      <div ref={group} role="radiogroup" aria-labelledby="layout-based-on" className={classes.looks}>
        {choices.looks.map((l) => (
          <button key={l.id} type="button" role="radio" aria-checked={l.id === look.id} tabIndex={l.id === look.id ? 0 : -1} disabled={readOnly} className={classes.look} onClick={() => choose(l.id)} onKeyDown={keys}>
            <Sketch look={l.id} colours={{ ...l.colours, ...now.colours }} width={66} />
            <Text span size="sm" fw={560}>{nameOf("look", l.id)}</Text>
          </button>
        ))}
      </div>
      <Text size="sm" c="dimmed" mt={4}>{nameOf("lookAbout", look.id)}</Text>
      {fault("based_on") && <Text size="sm" c="var(--bad)">{fault("based_on")}</Text>}
    </div>
  );
}

/** A colour, with how well it is read: letters on white, or text on it. */
function Colour({ name }: { name: ColourName }) {
  const t = useWords("layout");
  const { now, look, set, fault, readOnly } = useWriting();
  const own = now.colours?.[name];
  const base = look.colours?.[name] ?? "";
  const put = (value: string) => {
    const next = { ...now.colours, [name]: value && value.toLowerCase() !== base.toLowerCase() ? value : undefined };
    set("colours", Object.values(next).some(Boolean) ? next : undefined);
  };
  const ink = now.colours?.ink ?? look.colours?.ink ?? "#000000";
  const value = own ?? base;
  return (
    <div>
      <ColorInput
        label={t(`colours.${name}`)} description={t(`colours.${name}Help`)} format="hex" disabled={readOnly} value={value} error={own ? fault(`colours.${name}`) : undefined} onChange={put} eyeDropperButtonProps={{ "aria-label": t("colours.fromScreen") }} inputWrapperOrder={["label", "input", "description", "error"]}
        withEyeDropper={false} rightSection={own && !readOnly ? <Tooltip label={t("asInLook")}><ActionIcon size="sm" aria-label={t("colours.reset", { name: t(`colours.${name}`) })} onClick={() => put("")}><IconArrowBackUp size={14} /></ActionIcon></Tooltip> : undefined}
      />
      {!(own && fault(`colours.${name}`)) && <Legible name={name} colour={value} ink={ink} />}
    </div>
  );
}

/** Says of a colour that letters in it, or on it, are hard to read: less than 4.5 to 1. */
function Legible({ name, colour, ink }: { name: ColourName; colour: string; ink: string }) {
  const t = useWords("layout");
  if (name === "line" || !isColour(colour) || !isColour(ink)) return null;
  const ratio = Math.floor(contrast(colour, name === "band" ? ink : "#ffffff") * 10) / 10;
  const refused = name === "band" ? brightness(colour) < 200 : brightness(colour) > 150;
  if (ratio >= 4.5 && !refused) return null;
  return <Text size="xs" c="var(--warn)" role="status">{t("colours.faint", { ratio })}</Text>;
}
