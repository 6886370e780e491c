import { ActionIcon, AppShell, Box, Burger, Button, Drawer, Group, Menu, NavLink, Text, Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useDisclosure, useHotkeys, useLocalStorage } from "@mantine/hooks";
import { IconChevronLeft, IconLogout, IconMoon, IconSearch, IconSun, IconSunMoon, IconUser, type Icon } from "@tabler/icons-react";
import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { Link, Outlet, useLocation } from "react-router";

import { changeOnce } from "../api/query";
import { languages, type Language, speak, useWords } from "../words/words";
import { useMe } from "./me";
import { Waiting } from "./state";
import classes from "./shell.module.css";

export interface Place {
  to: string;
  title: string;
  icon: Icon;
  /** Places below it, shown while one is in there. */
  below?: { to: string; title: string }[];
}

/** The frame of both programs: rail, bar, content. On a narrow screen the rail is behind a button. */
export function Shell({ brand, places, bar, onSearch, top, below, savedLanguage }: {
  brand: ReactNode;
  places: Place[];
  bar?: ReactNode;
  onSearch?: () => void;
  top?: ReactNode; // above the content, such as announcements
  below?: ReactNode; // under the content, such as whom to ask
  savedLanguage?: (language: Language) => void;
}) {
  const t = useWords("ui");
  const [narrow, setNarrow] = useLocalStorage({ key: "rail-narrow", defaultValue: false });
  const [opened, drawer] = useDisclosure();
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  useHotkeys(onSearch ? [["mod+K", onSearch], ["/", onSearch]] : []);
  useEffect(() => { drawer.close(); }, [pathname]); // eslint-disable-line react-hooks/exhaustive-deps -- only a new page closes it

  const rail = (wide: boolean) => (
    <nav aria-label={t("rail")} className={classes.rail}>
      {places.map((p) => {
        const inside = pathname === p.to || pathname.startsWith(`${p.to}/`) || p.below?.some((b) => pathname.startsWith(b.to));
        const link = (
          <NavLink
            key={p.to} component={Link} to={p.to} active={inside} label={wide ? p.title : undefined} aria-label={wide ? undefined : p.title} aria-current={pathname === p.to ? "page" : undefined}
            leftSection={<p.icon size={18} stroke={1.7} aria-hidden />} classNames={{ root: classes.link, section: classes.sign }} data-narrow={!wide || undefined}
          />
        );
        return (
          <Box key={p.to}>
            {wide ? link : <Tooltip label={p.title} position="right">{link}</Tooltip>}
            {wide && inside && p.below?.map((b) => (
              <NavLink key={b.to} component={Link} to={b.to} label={b.title} active={b.to === nearest(p.below ?? [], pathname)} aria-current={pathname === b.to ? "page" : undefined} classNames={{ root: classes.below }} />
            ))}
          </Box>
        );
      })}
    </nav>
  );

  return (
    <AppShell header={{ height: 52 }} navbar={{ width: narrow ? 60 : 216, breakpoint: "sm", collapsed: { mobile: true } }} padding="md" transitionDuration={0}>
      <a className={classes.skip} href="#content" onClick={(e) => { e.preventDefault(); content.current?.focus(); }}>{t("skip")}</a>
      <AppShell.Header className={`${classes.header} no-print`}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger hiddenFrom="sm" size="sm" opened={opened} onClick={drawer.toggle} aria-label={t("rail")} />
          <Box className={classes.brand}>{brand}</Box>
          <Box style={{ flex: 1 }} />
          {onSearch && (
            <>
              <UnstyledButton className={classes.search} visibleFrom="md" onClick={onSearch} aria-keyshortcuts="Control+K">
                <IconSearch size={15} aria-hidden /><Text size="sm" c="dimmed">{t("search")}</Text><kbd>Ctrl K</kbd>
              </UnstyledButton>
              <ActionIcon hiddenFrom="md" aria-label={t("search")} onClick={onSearch}><IconSearch size={18} /></ActionIcon>
            </>
          )}
          {bar}
          <PersonMenu savedLanguage={savedLanguage} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={`${classes.navbar} no-print`}>
        <Box style={{ flex: 1, overflowY: "auto" }}>{rail(!narrow)}</Box>
        <Tooltip label={t("railWide")} disabled={!narrow} position="right">
          <Button variant="subtle" color="gray" size="xs" m={8} aria-label={narrow ? t("railWide") : t("railNarrow")} onClick={() => setNarrow(!narrow)}>
            <IconChevronLeft size={16} style={{ transform: narrow ? "rotate(180deg)" : undefined }} aria-hidden />
          </Button>
        </Tooltip>
      </AppShell.Navbar>
      <Drawer opened={opened} onClose={drawer.close} size={264} title={brand} hiddenFrom="sm" closeButtonProps={{ "aria-label": t("close") }}>{rail(true)}</Drawer>
      <AppShell.Main ref={content} id="content" tabIndex={-1} className={classes.main}>
        {top}
        <Suspense fallback={<Waiting lines={8} />}><Outlet /></Suspense>
        {below}
      </AppShell.Main>
    </AppShell>
  );
}

function PersonMenu({ savedLanguage }: { savedLanguage?: (language: Language) => void }) {
  const t = useWords("ui");
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = [["light", IconSun], ["dark", IconMoon], ["auto", IconSunMoon]] as const;
  async function leave() {
    await changeOnce("post", "/api/v1/sign-out", {});
    location.assign("/sign-in");
  }
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="light" radius="xl" size={32} aria-label={t("person.menu", { name: me.name })}><Text size="sm" fw={600} aria-hidden>{[...me.name][0]?.toLocaleUpperCase()}</Text></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py={6}>
          <Text size="sm" fw={600} truncate>{me.name}</Text>
          <Text size="xs" c="dimmed" truncate>{me.email}</Text>
        </Box>
        <Menu.Divider />
        <Menu.Item component="a" href="/account" leftSection={<IconUser size={15} />}>{t("person.account")}</Menu.Item>
        <Menu.Label>{t("person.language")}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((l) => (
          <Menu.Item key={l} role="menuitemradio" aria-checked={document.documentElement.lang === l} lang={l} fw={document.documentElement.lang === l ? 640 : undefined} onClick={() => { void speak(l); savedLanguage?.(l); }}>{languages[l]}</Menu.Item>
        ))}
        <Menu.Label>{t("person.scheme")}</Menu.Label>
        {schemes.map(([scheme, Sign]) => (
          <Menu.Item key={scheme} role="menuitemradio" aria-checked={colorScheme === scheme} fw={colorScheme === scheme ? 640 : undefined} leftSection={<Sign size={15} />} onClick={() => setColorScheme(scheme)}>{t(`person.${scheme}`)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void leave()}>{t("person.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The place that somebody is at or below: of several the longest. */
function nearest(places: { to: string }[], pathname: string): string | undefined {
  return places.map((p) => p.to).filter((to) => pathname === to || pathname.startsWith(`${to}/`)).sort((a, b) => b.length - a.length)[0];
}
