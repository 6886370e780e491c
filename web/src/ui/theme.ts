import { createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, type MantineColorsTuple } from "@mantine/core";

// Accent means the one thing to do. Green, amber and red are states, always beside a word.
const pine: MantineColorsTuple = ["#e9f6f4", "#d3ebe8", "#a5d7d1", "#74c2b9", "#4db0a5", "#2b9d91", "#158577", "#0b6f63", "#075c52", "#034840"];
const ink: MantineColorsTuple = ["#f5f6f5", "#e9ebea", "#d3d8d6", "#b4bcba", "#8b9593", "#66716f", "#4c5755", "#363f3e", "#222929", "#141919"];
const dark: MantineColorsTuple = ["#e4e9e7", "#b9c3c0", "#93a09d", "#6b7876", "#3c4746", "#2d3736", "#212a29", "#1a2121", "#141a1a", "#0e1313"];

export const theme = createTheme({
  colors: { pine, ink, dark },
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  // What is written on the accent: Mantine asks for the contrast to its light shade alone.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    const accent = input.variant === "filled" && (!input.color || input.color === input.theme.primaryColor);
    return accent ? { ...colours, color: "var(--on-accent)" } : colours;
  },
  luminanceThreshold: 0.35,
  black: "#182020",
  fontFamily: "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', 'Hiragino Sans', 'Noto Sans JP', 'Noto Sans CJK JP', 'Yu Gothic UI', Meiryo, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.3" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "1.375rem", lineHeight: "1.25" }, h2: { fontSize: "1rem", lineHeight: "1.35" }, h3: { fontSize: "0.875rem", lineHeight: "1.4" }, h4: { fontSize: "0.8125rem" } },
  },
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, transitionProps: { duration: 100 } } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.35 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 140 }, overlayProps: { backgroundOpacity: 0.35 } } },
    Menu: { defaultProps: { transitionProps: { duration: 100 }, shadow: "md" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    MultiSelect: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Badge: { defaultProps: { variant: "light", radius: "sm" } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/** What Mantine draws with, from the tokens in tokens.css. */
export const variables: CSSVariablesResolver = () => {
  const both = {
    "--mantine-color-body": "var(--ground)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--soft)",
    "--mantine-color-default": "var(--card)",
    "--mantine-color-default-border": "var(--rule)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-anchor": "var(--accent-text)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-placeholder": "var(--soft)",
  };
  return { variables: {}, light: both, dark: both };
};
