import { createElement, Fragment, type ReactNode, useMemo } from "react";

// What letters are made of. The rest is left out, and its text stays.
const tags = new Set(["table", "tbody", "tr", "td", "p", "br", "a", "div", "span", "strong", "em"]);

/**
 * A letter's HTML, drawn as elements of this page: the policy for pages lets no markup
 * bring styles of its own, and a preview must neither load nor follow anything.
 */
export function MailPage({ html }: { html: string }) {
  // Parsed as style, the policy would refuse it, and say so for each element.
  const page = useMemo(() => new DOMParser().parseFromString(html.replace(/ style="/g, ' data-look="'), "text/html").body, [html]);
  return <div style={styleOf(page)}>{childrenOf(page)}</div>;
}

const childrenOf = (node: Node): ReactNode[] => [...node.childNodes].map((child, i) => drawn(child, i));

function drawn(node: Node, key: number): ReactNode {
  if (node instanceof Text) return blank(node) ? null : node.data;
  if (!(node instanceof Element)) return null;
  const tag = node.tagName.toLowerCase();
  if (tag === "br") return <br key={key} />;
  if (!tags.has(tag)) return <Fragment key={key}>{childrenOf(node)}</Fragment>;
  const style = styleOf(node);
  if (tag === "a") return <span key={key} style={{ ...style, textDecoration: "underline" }}>{childrenOf(node)}</span>;
  const width = node.getAttribute("width");
  const align = node.getAttribute("align");
  const more = tag === "table" ? { role: "presentation", cellPadding: 0, cellSpacing: 0, style: { ...(width ? { width } : {}), borderSpacing: 0, ...style } } : { style };
  return createElement(tag, { key, ...more, ...(tag === "td" && align ? { align } : {}) }, ...childrenOf(node));
}

/** Space between the parts of a table, where no text can be. */
const blank = (node: Text) => node.data.trim() === "" && /^(TABLE|TBODY|TR)$/.test(node.parentElement?.tagName ?? "");

/** The declarations of an element's style, as React writes them; those that load something are left out. */
export function styleOf(element: Element): Record<string, string> {
  const all = (element.getAttribute("data-look") ?? "").split(";").map((d) => d.split(/:(.*)/s).map((part) => part?.trim() ?? ""));
  return Object.fromEntries(all.filter(([name, value]) => name && value && !/url\(|expression/i.test(value)).map(([name, value]) => [name!.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase()), value!]));
}
