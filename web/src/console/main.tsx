import { RouterProvider } from "react-router";

import { start } from "../ui/app";
import { WithMe } from "../ui/me";
import { router } from "./routes";

void start(<WithMe><RouterProvider router={router} /></WithMe>);
