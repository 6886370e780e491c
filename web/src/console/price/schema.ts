// The schema of the configuration, as far as the text of a price book needs it.

export interface SchemaNode {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  description?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  $defs?: Record<string, SchemaNode>;
}

export interface Known {
  name: string;
  about?: string;
}

/** The keys that a mapping at a path can have; none where it has no mapping there. */
export function keysAt(root: SchemaNode, path: string[]): Known[] {
  const nodes = nodesAt(root, path);
  return nodes.flatMap((n) => Object.entries(n.properties ?? {}).map(([name, node]) => ({ name, about: node.description })));
}

/** The values that are written in the schema for what is at a path. */
export function valuesAt(root: SchemaNode, path: string[]): string[] {
  const nodes = nodesAt(root, path);
  return [...new Set(nodes.flatMap((n) => n.enum ?? (n.type === "boolean" ? ["true"] : [])))];
}

function nodesAt(root: SchemaNode, path: string[]): SchemaNode[] {
  let nodes = open(root, { $ref: "#/$defs/PriceBook" });
  for (const key of path) {
    nodes = nodes.flatMap((n) => {
      const of = n.properties?.[key] ?? (typeof n.additionalProperties === "object" ? n.additionalProperties : undefined);
      return of ? open(root, of) : [];
    });
  }
  return nodes;
}

/** A node and all that it may be instead; lists are taken for their items. */
function open(root: SchemaNode, node: SchemaNode): SchemaNode[] {
  const ref = node.$ref?.replace("#/$defs/", "");
  if (ref) return root.$defs?.[ref] ? open(root, root.$defs[ref]) : [];
  if (node.anyOf) return node.anyOf.flatMap((n) => open(root, n));
  if (node.items) return open(root, node.items);
  return [node];
}
