// All pages, for screenshots and for axe: by whom, and where. A new page is a line here.
const owner = "owner";
const customer = "customer-admin";

export const pages = [
  { name: "sign-in", path: "/sign-in", as: undefined },
];
