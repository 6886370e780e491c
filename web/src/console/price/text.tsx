import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Group, Kbd, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useRef } from "react";

import { useAsk } from "../../api/query";
import { nonce } from "../../ui/app";
import { Card } from "../../ui/page";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import type { PriceBook } from "./book";
import { completions } from "./completion";
import type { Edited, Mark } from "./edited";
import { RemarkLine } from "./marks";
import type { SchemaNode } from "./schema";
import classes from "./rules.module.css";
import own from "./text.module.css";

/** A price book as text: completed from the bill and the schema, and marked while one writes. */
export default function BookText({ edited, book, period, readOnly, bench }: { edited: Edited; book: PriceBook; period: string; readOnly: boolean; bench: ReactNode }) {
  const t = useWords("price");
  const schema = useAsk("/api/v1/config.schema.json" as never) as { data?: unknown };
  const editor = useRef<EditorView>(undefined);
  const go = (mark: Mark) => {
    const view = editor.current;
    if (!view) return;
    const pos = positionOf(view.state, mark);
    view.dispatch({ selection: { anchor: pos }, effects: EditorView.scrollIntoView(pos, { y: "center" }) });
    view.focus();
  };
  return (
    <div className={classes.split}>
      <Stack gap="md" style={{ minWidth: 0 }}>
        <Card flush title={t("view.text")} tools={<Verdict edited={edited} />}>
          <Editor edited={edited} schema={schema.data as SchemaNode | undefined} rules={book.rules.map((r) => r.name)} period={period} readOnly={readOnly} label={t("editor")} into={editor} />
          <Group gap="xs" px="md" py={6} style={{ borderTop: "1px solid var(--rule)" }}>
            {keys.map(([key, does]) => <Group key={key} gap={6} wrap="nowrap"><Kbd size="xs">{key}</Kbd><Text size="sm" c="dimmed">{t(`keys.${does}`)}</Text></Group>)}
          </Group>
        </Card>
        {edited.marks.length > 0 && <Card title={t("remarks")}>{edited.marks.map((mark, i) => <RemarkLine key={i} remark={mark} go={() => go(mark)} />)}</Card>}
      </Stack>
      {bench}
    </div>
  );
}

const keys = [["Ctrl Space", "complete"], ["F8", "next"], ["Esc Tab", "leave"]] as const;

function Verdict({ edited }: { edited: Edited }) {
  const t = useWords("price");
  if (!edited.settled || !edited.checked) return <State tone="quiet">{t("checking")}</State>;
  if (!edited.checked.readable) return <State tone="bad">{t("unreadable")}</State>;
  if (!edited.checked.fits) return <State tone="bad">{t("unfit")}</State>;
  return edited.marks.length ? <State tone="warn">{t("marks", { count: edited.marks.length })}</State> : <State tone="good">{t("clean")}</State>;
}

interface EditorProps {
  edited: Edited;
  schema?: SchemaNode;
  rules: string[];
  period: string;
  readOnly: boolean;
  label: string;
  into: React.RefObject<EditorView | undefined>;
}

/** The editor lives beside React: what it is given is put into it when it changes. */
function Editor({ edited, schema, rules, period, readOnly, label, into }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const now = useRef({ edited, schema, rules });
  useEffect(() => { now.current = { edited, schema, rules }; });
  const source = useMemo(() => new Compartment(), []);

  useEffect(() => {
    const view = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: now.current.edited.text,
        extensions: [
          ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
          lineNumbers(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(), bracketMatching(), closeBrackets(), lintGutter(),
          indentUnit.of("  "), yaml(), syntaxHighlighting(colours), source.of([]), EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, { key: "Tab", run: indentMore, shift: indentLess }, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && update.transactions.some((tr) => !tr.isUserEvent("outside"))) now.current.edited.set(update.state.doc.toString());
          }),
        ],
      }),
    });
    into.current = view;
    return () => {
      into.current = undefined;
      view.destroy();
    };
  }, [label, readOnly, source, into]);

  useEffect(() => {
    into.current?.dispatch({ effects: source.reconfigure(autocompletion({ override: [completions(() => now.current.schema, period, () => now.current.rules)], maxRenderedOptions: 80 })) });
  }, [period, source, into, label, readOnly]);

  // What a form, or the way back to what is declared, made of the text.
  useEffect(() => {
    const view = into.current;
    if (!view || view.state.doc.toString() === edited.text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: edited.text }, userEvent: "outside" });
  }, [edited.text, into]);

  useEffect(() => {
    const view = into.current;
    if (view && edited.settled) view.dispatch(setDiagnostics(view.state, edited.marks.map((mark) => diagnosticOf(view.state, mark))));
  }, [edited.marks, edited.settled, into]);

  return <div ref={place} className={own.editor} />;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--info)" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--series-6)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--soft)" },
]);

function positionOf(state: EditorState, mark: Mark): number {
  const line = state.doc.line(Math.max(1, Math.min(state.doc.lines, mark.line)));
  return Math.min(line.to, line.from + Math.max(0, mark.column - 1));
}

function diagnosticOf(state: EditorState, mark: Mark): Diagnostic {
  const from = positionOf(state, mark);
  return { from, to: Math.max(from, state.doc.lineAt(from).to), severity: mark.severity === "note" ? "info" : mark.severity, message: [mark.message, mark.suggestion].filter(Boolean).join(" — ") };
}
