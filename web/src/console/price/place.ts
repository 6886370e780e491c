// Where a cursor is in the text of a price book: the keys above it, such as
// ["rules", "match", "service"], and whether a key or a value is being written.

export interface Place {
  path: string[]; // keys from the outside; items of lists have none
  at: "key" | "value";
  word: string; // what is written of it so far
  from: number; // where that begins
  siblings: Record<string, string>; // values of the same mapping, as far as they are plain
}

interface Frame {
  indent: number;
  key: string;
}

export function placeAt(text: string, pos: number): Place {
  const before = text.slice(0, pos).split("\n");
  const line = before.pop()!;
  const indent = indentOf(line);
  const frames: Frame[] = [];
  let deepest = indent;
  for (const above of before.toReversed()) {
    const key = /^[\s-]*([\w-]+):\s*$/.exec(above) ?? /^[\s-]*([\w-]+):/.exec(above);
    if (!key || indentOf(above) >= deepest) continue;
    deepest = indentOf(above);
    frames.unshift({ indent: deepest, key: key[1]! });
    if (deepest === 0) break;
  }
  const inLine = lineAt(line.slice(contentOf(line)));
  const from = pos - inLine.word.length;
  return { path: [...frames.map((f) => f.key), ...inLine.path], at: inLine.at, word: inLine.word, from, siblings: inLine.siblings };
}

/** The column at which the keys of a line's mapping stand: behind the dash of an item. */
function indentOf(line: string): number {
  return contentOf(line);
}

const contentOf = (line: string) => /^\s*(?:-\s+)*/.exec(line)![0].length;

/** Reads what stands of a line before the cursor: keys, and mappings and lists in braces. */
function lineAt(content: string): Omit<Place, "from"> {
  const open: { key?: string; list: boolean; siblings: Record<string, string> }[] = [{ list: false, siblings: {} }];
  let word = "";
  let quote = "";
  const here = () => open.at(-1)!;
  const end = () => {
    const { key, list, siblings } = here();
    if (key !== undefined && !list && word.trim()) siblings[key] = unquoted(word.trim());
    word = "";
  };
  for (const [i, c] of [...content].entries()) {
    if (quote) {
      word += c;
      if (c === quote) quote = "";
    } else if ((c === '"' || c === "'") && word.trim() === "") {
      quote = c;
      word += c;
    } else if (c === "{" || c === "[") {
      word = "";
      open.push({ list: c === "[", siblings: {} });
    } else if ((c === "}" || c === "]") && open.length > 1) {
      end();
      open.pop();
      here().key = undefined;
    } else if (c === ":" && !here().list && here().key === undefined && (content[i + 1] ?? " ") === " ") {
      here().key = unquoted(word.trim());
      word = "";
    } else if (c === "," && open.length > 1) {
      end();
      if (!here().list) here().key = undefined;
    } else {
      word += c;
    }
  }
  const last = here();
  return {
    path: open.flatMap((o) => (o.key === undefined ? [] : [o.key])),
    at: last.list || last.key !== undefined ? "value" : "key",
    word: word.trimStart(),
    siblings: last.list ? open.at(-2)!.siblings : last.key !== undefined && open.length === 1 ? {} : last.siblings,
  };
}

const unquoted = (text: string) => text.replace(/^["'](.*)["']$/, "$1");
