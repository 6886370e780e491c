interface Group {
  id: string;
  customer: string;
  parent?: string;
}

/** Who sells to which billing groups: the reseller, as "", and customers that sell on. */
export function sellersOf(groups: Group[]): Map<string, { groups: string[]; buyers: string[] }> {
  const customerOf = new Map(groups.map((g) => [g.id, g.customer]));
  const sellers = new Map<string, { groups: string[]; buyers: string[] }>([["", { groups: [], buyers: [] }]]);
  for (const g of groups) {
    const seller = g.parent ? customerOf.get(g.parent) ?? "" : "";
    const sold = sellers.get(seller) ?? { groups: [], buyers: [] };
    sold.groups.push(g.id);
    if (!sold.buyers.includes(g.customer)) sold.buyers.push(g.customer);
    sellers.set(seller, sold);
  }
  return sellers;
}
