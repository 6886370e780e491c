import { RouterProvider } from "react-router";

import { start } from "../ui/app";
import { WithMe } from "../ui/me";
import { brandNow, wear, WithBrand } from "./brand/brand";
import { themeOf } from "./brand/colour";
import { router } from "./routes";

const brand = await brandNow();
wear(brand);
void start(<WithBrand brand={brand}><WithMe><RouterProvider router={router} /></WithMe></WithBrand>, themeOf(brand));
