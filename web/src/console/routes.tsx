import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";

import { Broken, Frame, Home, NotFound } from "./frame";

/** A page of its own file, loaded when one goes there: its default export. */
const page = (path: string, load: () => Promise<{ default: ComponentType }>): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
});

// One line for each page, in the order of the rail (places.ts).
const pages: RouteObject[] = [
];

export const router = createBrowserRouter(
  [{
    element: <Frame />,
    children: [{ index: true, element: <Home /> }, { errorElement: <Broken />, children: [...pages, { path: "*", element: <NotFound /> }] }],
    HydrateFallback: () => null,
  }],
  { basename: "/console" },
);
