import { Button, Group, Stack, Text as Words, Textarea, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useRef, useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice, State, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { useDoing } from "../../setting/doing";
import { type Field, fieldsOf, insert, named, type Text, unknown } from "./fields";
import classes from "./letter.module.css";
import { Preview } from "./preview";
import { useLetterTerms } from "./words";

/** A text being written, and beside it the very message that it makes. */
export function Editor({ organization, text, fields: all }: { organization: string; text: Text; fields: Field[] }) {
  const t = useWords("letter");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const terms = useLetterTerms();
  const act = useDoing(["/api/v1/letters"]);
  const [subject, setSubject] = useState(text.subject);
  const [body, setBody] = useState(text.body);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const inputs = { subject: useRef<HTMLInputElement>(null), body: useRef<HTMLTextAreaElement>(null) };
  const [last, setLast] = useState<keyof typeof inputs>("body");
  const fields = fieldsOf(text.kind, all);
  const wrong = unknown(`${subject}\n${body}`, fields);
  const used = new Set(named(`${subject}\n${body}`));
  const changed = subject !== text.subject || body !== text.body;
  const write = can("config.write");
  const [asked] = useDebouncedValue({ subject, body }, 350);
  const path = { params: { path: { kind: text.kind, language: text.language }, query: { organization } } };

  function put(name: string) {
    const input = inputs[last].current;
    const value = last === "subject" ? subject : body;
    const [from, to] = [input?.selectionStart ?? value.length, input?.selectionEnd ?? value.length];
    const next = insert(value, from, to, name);
    if (last === "subject") setSubject(next.text);
    else setBody(next.text);
    requestAnimationFrame(() => { input?.focus(); input?.setSelectionRange(next.at, next.at); });
  }
  async function save() {
    setBusy(true);
    setProblem(undefined);
    await act(t("notSaved"), async () => {
      try {
        await changeOnce("put", "/api/v1/letters/{kind}/{language}", { ...path, body: { subject, body } });
        told(t("saved"));
      } catch (error) {
        setProblem(error as Problem);
      }
    });
    setBusy(false);
  }
  async function remove() {
    const yes = await confirm({ title: t("removeTitle"), children: t("removeHelp"), yes: t("remove"), danger: true });
    if (yes) await act(t("notSaved"), () => changeOnce("delete", "/api/v1/letters/{kind}/{language}", path), t("removed"));
  }
  return (
    <div className={classes.split}>
      <Card title={t("editing", { kind: terms.kind(text.kind), language: terms.language(text.language) })} tools={<State tone={text.own ? "good" : "quiet"}>{text.own ? t("own") : t("builtIn")}</State>}>
        <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
          <Stack gap="sm">
            {problem && <Notice tone="bad" title={t("notSaved")}>{problem.body.errors?.length ? problem.body.errors.map((x, i) => <div key={i}>{x.message}</div>) : explain(problem)}</Notice>}
            <TextInput ref={inputs.subject} label={t("subject")} required disabled={!write} maxLength={1000} lang={text.language} value={subject} onFocus={() => setLast("subject")} onChange={(e) => setSubject(e.currentTarget.value)} />
            <Textarea ref={inputs.body} className={classes.body} label={t("body")} description={t("bodyHelp")} required disabled={!write} autosize minRows={14} maxRows={32} lang={text.language} value={body} onFocus={() => setLast("body")} onChange={(e) => setBody(e.currentTarget.value)} />
            {wrong.length > 0 && <Notice tone="bad">{t("unknown", { count: wrong.length, fields: f.list(wrong.map((w) => `{${w}}`)), kind: terms.kind(text.kind) })}</Notice>}
            {write && (
              <div role="group" aria-label={t("fields")}>
                <Words size="sm" c="dimmed" mb={6}>{t(last === "subject" ? "intoSubject" : "intoBody")}</Words>
                <Group gap={6}>
                  {fields.map((x) => (
                    <Tooltip key={x.name} label={terms.field(x.name, x.means)} multiline maw={280}>
                      <Button size="compact-xs" variant={used.has(x.name) ? "light" : "default"} className="id" aria-label={t("insert", { field: x.name, means: terms.field(x.name, x.means) })} onClick={() => put(x.name)}>{`{${x.name}}`}</Button>
                    </Tooltip>
                  ))}
                </Group>
              </div>
            )}
            {write && (
              <Group justify="space-between" mt="xs">
                {text.own ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("remove")}</Button> : <span />}
                <Group gap="xs">
                  {changed && <Button variant="default" onClick={() => { setSubject(text.subject); setBody(text.body); setProblem(undefined); }}>{t("discard")}</Button>}
                  <Button type="submit" loading={busy} disabled={!changed || wrong.length > 0 || !subject.trim() || !body.trim()}>{t("save")}</Button>
                </Group>
              </Group>
            )}
            {text.changed_by && text.changed_at && <Words size="sm" c="dimmed">{t("changedBy", { who: text.changed_by, when: f.time(text.changed_at) })}</Words>}
          </Stack>
        </form>
      </Card>
      <Preview organization={organization} kind={text.kind} language={text.language} text={changed ? asked : undefined} broken={wrong.length > 0} />
    </div>
  );
}
