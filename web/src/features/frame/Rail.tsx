/** The left rail of pages; a bottom bar on a phone. */

import { Menu } from "@base-ui/react/menu";
import { Link, useLocation } from "@tanstack/react-router";
import { Ellipsis, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useMe } from "@/api/session";
import { classes } from "@/lib/classes";
import { prefer, usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { IconButton } from "@/ui/Button";
import floating from "@/ui/floating.module.css";
import { PAGES, type PageLink } from "./pages";
import css from "./Rail.module.css";
import { words } from "./words";

export function useSeenPages(): PageLink[] {
  const scopes = useMe()?.scopes ?? [];
  return PAGES.filter((page) => scopes.includes(page.scope));
}

export function Rail() {
  const t = useWords(words);
  const { rail } = usePreferences();
  const open = rail === "open";
  const seen = useSeenPages();
  return (
    <nav className={css.rail} aria-label={t("main")}>
      <Link to="/" className={css.brand} aria-label="Lastro">
        <Mark />
        <span className={css.word}>Lastro</span>
      </Link>
      <ul>
        {seen.map((page) => (
          <li key={page.to} className={page.phone ? css.phone : undefined}>
            <PageItem page={page} />
          </li>
        ))}
      </ul>
      <div className={css.foot}>
        <IconButton
          label={open ? t("narrow") : t("widen")}
          icon={open ? <PanelLeftClose size={16} /> : <PanelLeftOpen size={16} />}
          onClick={() => prefer({ rail: open ? "narrow" : "open" })}
        />
      </div>
      <More pages={seen.filter((page) => !page.phone)} />
    </nav>
  );
}

function PageItem({ page }: { page: PageLink }) {
  const t = useWords(words);
  const Icon = page.icon;
  return (
    <Link
      to={page.to}
      className={css.item}
      activeProps={{ "aria-current": "page" }}
      activeOptions={{ exact: page.to === "/" }}
      preload="intent"
      title={t(page.word)}
    >
      <Icon size={17} strokeWidth={1.75} aria-hidden="true" />
      <span className={css.label}>{t(page.word)}</span>
    </Link>
  );
}

function More({ pages }: { pages: PageLink[] }) {
  const t = useWords(words);
  const here = useLocation({ select: (location) => location.pathname });
  if (!pages.length) return null;
  const on = pages.some((page) => here.startsWith(page.to));
  return (
    <div className={css.more}>
      <Menu.Root>
        <Menu.Trigger className={classes(css.item, on && css.on)}>
          <Ellipsis size={17} aria-hidden="true" />
          <span className={css.label}>{t("more")}</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={8} className={floating.positioner}>
            <Menu.Popup className={classes(floating.popup, floating.list)}>
              {pages.map((page) => (
                <Menu.LinkItem
                  key={page.to}
                  className={floating.item}
                  render={<Link to={page.to} />}
                  closeOnClick
                >
                  <page.icon size={16} aria-hidden="true" />
                  {t(page.word)}
                </Menu.LinkItem>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}

/** Two blocks, one resting on the other. */
export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 2h5v11h11v5H2z" fill="var(--accent)" />
      <path d="M10 2h5v8h-5z" fill="var(--accent)" opacity="0.5" />
    </svg>
  );
}
