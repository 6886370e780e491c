import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  ...ts.configs.recommended,
  a11y.flatConfigs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-console": "error",
      // An amount is a decimal in a string; as a number it would be rounded. Positions
      // in a chart are the exception, and live in src/ui/chart.
      "no-restricted-globals": ["error", { name: "parseFloat", message: "amounts stay decimals: see src/ui/decimal.ts" }],
    },
  },
);
