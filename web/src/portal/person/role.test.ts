import { expect, it } from "vitest";

import { givable, type Role } from "./role";

it("offers no role that allows more than one may oneself", () => {
  const roles = [
    { id: "owner", name: "Owner", permissions: ["users.write", "months.run"] },
    { id: "customer-admin", name: "Customer admin", permissions: ["users.write", "usage.read"] },
    { id: "nothing", name: "Nothing", permissions: [] },
  ] as Role[];
  expect(givable(roles, ["users.write", "usage.read", "invoices.read"]).map((r) => r.id)).toEqual(["customer-admin"]);
});
