import { Accordion, ActionIcon, Anchor, Box, Button, Group, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { type ReactNode } from "react";
import { Link } from "react-router";

import { State } from "../../../ui/state";
import type { Over } from "../preview";
import { useFieldWords, useForm } from "./context";
import { type Field, type Section, sections } from "./fields";
import classes from "./form.module.css";
import { Input } from "./inputs";
import { changed, inForce, isOverruled, type Layers, put, reverted, type Source, sourceOf, withChanges } from "./layers";
import { useSummary } from "./summary";

interface Props {
  layers: Layers;
  over: Over;
  onChange: (over: Over) => void;
  /** The template of the group: its page. */
  template?: { id: string; name: string };
  open: string[];
  onOpen: (sections: string[]) => void;
  /** Before the sections, such as what is not a setting of the invoice. */
  before?: ReactNode;
}

/** All settings of an invoice, in sections with a line each that says what holds. */
export function SettingsForm({ layers, over, onChange, template, open, onOpen, before }: Props) {
  const { t } = useFieldWords();
  const form = useForm();
  const summary = useSummary();
  const shown = withChanges(inForce(layers), over);
  return (
    <Accordion multiple value={open} onChange={onOpen} variant="default" chevronPosition="left" classNames={{ item: classes.item, control: classes.control, content: classes.content, label: classes.label }} order={3}>
      {before}
      {sections.map((section) => {
        const touched = section.fields.some((f) => f.name in over);
        const wrong = section.fields.some((f) => form.fault(f.name) !== undefined || hasFaultBelow(form.fault, f.name));
        return (
          <Accordion.Item key={section.name} value={section.name}>
            <Accordion.Control>
              <Group gap={6} wrap="nowrap">
                <Text span fw={600} size="md">{t(`section.${section.name}` as "section.due")}</Text>
                {touched && <State tone="warn" icon={IconPencil}>{t("changedHere")}</State>}
                {wrong && <State tone="bad">{t("wrong")}</State>}
              </Group>
              <Text size="sm" c="dimmed" lineClamp={1}>{summary(section, shown)}</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <SectionFields section={section} layers={layers} over={over} shown={shown} onChange={onChange} template={template} />
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

const hasFaultBelow = (fault: (path: string) => string | undefined, name: string) => fault(`${name}*`) !== undefined;

function SectionFields({ section, layers, over, shown, onChange, template }: { section: Section; layers: Layers; over: Over; shown: Over; onChange: (over: Over) => void; template?: { id: string; name: string } }) {
  const base = inForce(layers);
  return (
    <div className={classes.grid}>
      {section.fields.map((field) => {
        const overruled = isOverruled(layers, field.name);
        const back = reverted(layers, field.name, over);
        return (
          <div key={field.name} className={field.wide ? classes.wide : undefined} data-touched={field.name in over || undefined}>
            <Box className={classes.setting} data-touched={field.name in over || undefined}>
              <Origin source={sourceOf(layers, field.name, over)} layer={layers.layer} template={template} overruled={overruled} back={back ? () => onChange(changed(base, over, field.name, back.to)) : undefined} path={field.name} />
              <Value field={field} path={field.name} value={shown[field.name]} onChange={(value) => onChange(changed(base, over, field.name, value))} disabled={overruled} />
            </Box>
          </div>
        );
      })}
    </div>
  );
}

/** Where the setting comes from, and the way back to the layer above. */
function Origin({ source, layer, template, overruled, back, path }: { source: Source; layer: Layers["layer"]; template?: { id: string; name: string }; overruled: boolean; back?: () => void; path: string }) {
  const { t, label } = useFieldWords();
  const form = useForm();
  const words = layer === "template" ? t("source.here") : source === "template" ? t("source.template", { name: template?.name ?? "" }) : t(`source.${source}` as "source.group");
  if (source === "default") return null;
  return (
    <Group gap={4} className={classes.origin} wrap="nowrap">
      {source === "template" && layer !== "template" && template
        ? <Anchor component={Link} to={`/templates/${encodeURIComponent(template.id)}`} size="xs">{words}</Anchor>
        : <Text span size="xs" c={source === "month" ? "var(--warn)" : "dimmed"}>{words}</Text>}
      {overruled && <Text span size="xs" c="dimmed">{t("overruled")}</Text>}
      {back && !form.readOnly && (
        <Tooltip label={t(layer === "month" ? "backToMaster" : "backToDefault")}>
          <ActionIcon size="xs" aria-label={t("backOf", { setting: label(path) })} onClick={back}><IconArrowBackUp size={13} /></ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

interface ValueProps {
  field: Field;
  path: string;
  value: unknown;
  onChange: (value: unknown) => void;
  disabled?: boolean;
}

/** A field: an input, or the fields it is made of. */
export function Value(props: ValueProps) {
  const { field } = props;
  if (field.kind === "object") return <Together {...props} field={field} />;
  if (field.kind === "list") return <Rows {...props} field={field} />;
  return <Input {...props} />;
}

function Fields({ of, path, value, onChange, disabled }: { of: Field[]; path: string; value: Over; onChange: (value: unknown) => void; disabled?: boolean }) {
  const applies = (f: Field) => !f.when || f.when[1].includes((value[f.when[0]] as string | undefined) ?? of.find((o) => o.name === f.when![0])?.default);
  return (
    <div className={classes.grid}>
      {of.filter(applies).map((f) => (
        <div key={f.name} className={f.wide ? classes.wide : undefined}>
          <Value field={f} path={`${path}.${f.name}`} value={value[f.name]} onChange={(v) => onChange(put(value, [f.name], v))} disabled={disabled} />
        </div>
      ))}
    </div>
  );
}

function Together({ field, path, value, onChange, disabled }: ValueProps & { field: Extract<Field, { kind: "object" }> }) {
  const w = useFieldWords();
  const form = useForm();
  const on = value !== undefined && value !== null;
  const fields = <Fields of={field.of} path={path} value={(value ?? {}) as Over} onChange={(v) => onChange(Object.keys(v as Over).length ? v : undefined)} disabled={disabled} />;
  if (!field.fresh) return fields;
  return (
    <Stack gap="xs">
      <Switch label={w.label(path)} description={w.help(path) || undefined} checked={on} disabled={disabled || form.readOnly} onChange={(e) => onChange(e.currentTarget.checked ? field.fresh : undefined)} />
      {form.fault(path) && <Text size="xs" c="var(--bad)">{form.fault(path)}</Text>}
      {on && <Box className={classes.inner}>{fields}</Box>}
    </Stack>
  );
}

function Rows({ field, path, value, onChange, disabled }: ValueProps & { field: Extract<Field, { kind: "list" }> }) {
  const w = useFieldWords();
  const form = useForm();
  const rows = (value as Over[] | undefined) ?? [];
  const closed = disabled || form.readOnly;
  const label = w.label(path);
  const without = (at: number) => { const left = rows.filter((_, i) => i !== at); onChange(left.length ? left : undefined); };
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <div>
        <Text size="sm" fw={500}>{label}</Text>
        {w.help(path) && <Text size="xs" c="dimmed">{w.help(path)}</Text>}
      </div>
      {form.fault(path) && <Text size="xs" c="var(--bad)">{form.fault(path)}</Text>}
      {rows.map((row, i) => (
        <Group key={i} className={classes.inner} gap="xs" align="flex-start" wrap="nowrap" role="group" aria-label={`${label} ${i + 1}`}>
          <div style={{ flex: 1, minWidth: 0 }}><Fields of={field.of} path={`${path}[${i}]`} value={row} onChange={(v) => onChange(put(rows, [i], v))} disabled={disabled} /></div>
          {!closed && <Tooltip label={w.t("removeRow")}><ActionIcon aria-label={w.t("removeOf", { label, at: i + 1 })} onClick={() => without(i)} mt={field.row ? 22 : 0}><IconTrash size={15} /></ActionIcon></Tooltip>}
        </Group>
      ))}
      {!closed && <div><Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} />} onClick={() => onChange([...rows, field.fresh])}>{w.t("addTo", { label })}</Button></div>}
    </Stack>
  );
}
