/** The editor: CodeMirror with the lake's tables and columns, loaded when the page is opened. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { PostgreSQL, SQLDialect, sql } from "@codemirror/lang-sql";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { Compartment, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { SqlSchema } from "./result";
import css from "./sql.module.css";

export interface EditorHandle {
  insert: (text: string) => void;
  replace: (text: string) => void;
  focus: () => void;
  text: () => string;
}

export interface EditorProps {
  ref: Ref<EditorHandle>;
  label: string;
  initial: string;
  schema: SqlSchema | undefined;
  fault: { line: number; column: number } | null;
  onChange: (text: string) => void;
  onRun: () => void;
}

const setFault = StateEffect.define<number | null>();
const faultLine = Decoration.line({ class: "lastro-fault" });
const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) {
      if (!effect.is(setFault)) continue;
      if (effect.value === null || effect.value > change.state.doc.lines) return Decoration.none;
      return Decoration.set([faultLine.range(change.state.doc.line(effect.value).from)]);
    }
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--up)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--simulated)" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
]);

function language(schema: SqlSchema | undefined) {
  const tables: Record<string, Record<string, { label: string; detail: string }[]>> = {};
  for (const table of schema?.tables ?? []) {
    const [layer = "", name = ""] = table.name.split(".");
    tables[layer] ??= {};
    tables[layer][name] = table.columns.map((column) => ({
      label: column.name,
      type: "property",
      detail: column.unit || column.type,
    }));
  }
  const dialect = SQLDialect.define({
    ...PostgreSQL.spec,
    builtin: `${PostgreSQL.spec.builtin ?? ""} ${(schema?.functions ?? []).join(" ")}`,
  });
  return sql({ dialect, schema: tables, upperCaseKeywords: true });
}

export default function Editor(props: EditorProps) {
  const { ref, label, initial, schema, fault, onChange, onRun } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const spoken = useRef(new Compartment());
  const told = useRef({ onChange, onRun });
  told.current = { onChange, onRun };

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes goes in by effects
  useEffect(() => {
    if (!host.current) return;
    const run = () => {
      told.current.onRun();
      return true;
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: initial,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          highlightActiveLine(),
          syntaxHighlighting(colours),
          keymap.of([
            { key: "Tab", run: acceptCompletion },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...completionKeymap,
            indentWithTab,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current.onChange(update.state.doc.toString());
          }),
          faults,
          spoken.current.of(language(schema)),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: spoken.current.reconfigure(language(schema)) });
  }, [schema]);

  useEffect(() => {
    view.current?.dispatch({ effects: setFault.of(fault?.line ?? null) });
  }, [fault]);

  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const made = view.current;
      if (!made) return;
      made.dispatch(made.state.replaceSelection(text));
      made.focus();
    },
    replace: (text) => {
      const made = view.current;
      made?.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } });
    },
    focus: () => view.current?.focus(),
    text: () => view.current?.state.doc.toString() ?? "",
  }));

  return <div ref={host} className={css.editor} />;
}
