/** Search, the data's age, display and account. */

import { Menu } from "@base-ui/react/menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { Check, CircleUserRound, Languages, Search, SunMoon } from "lucide-react";
import type { ReactNode } from "react";
import { signOut, useMe } from "@/api/session";
import { classes } from "@/lib/classes";
import { type Preferences, prefer, usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import floating from "@/ui/floating.module.css";
import { DataAge } from "./DataAge";
import css from "./TopBar.module.css";
import { words } from "./words";

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const t = useWords(words);
  return (
    <header className={css.bar}>
      <button type="button" className={css.search} onClick={onSearch}>
        <Search size={15} aria-hidden="true" />
        <span className={css.searchWord}>{t("search")}</span>
        <kbd className={css.key}>{t("searchKey")}</kbd>
      </button>
      <div className={css.right}>
        <DataAge />
        <LanguageMenu />
        <DisplayMenu />
        <UserMenu />
      </div>
    </header>
  );
}

function Dropdown({
  label,
  icon,
  children,
}: {
  label: string;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Menu.Root>
      <Menu.Trigger className={css.icon} aria-label={label} title={label}>
        {icon}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className={floating.positioner}>
          <Menu.Popup className={classes(floating.popup, floating.list, css.menu)}>
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Group<V extends string>(props: {
  label: string;
  value: V;
  choices: readonly (readonly [V, string])[];
  onChange: (value: V) => void;
}) {
  return (
    <Menu.RadioGroup
      value={props.value}
      onValueChange={(next) => props.onChange(next as V)}
      aria-label={props.label}
    >
      <div className={floating.label} aria-hidden="true">
        {props.label}
      </div>
      {props.choices.map(([value, label]) => (
        <Menu.RadioItem key={value} value={value} className={floating.item}>
          <span className={floating.check}>
            <Menu.RadioItemIndicator>
              <Check size={14} aria-hidden="true" />
            </Menu.RadioItemIndicator>
          </span>
          {label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function LanguageMenu() {
  const t = useWords(words);
  const { language } = usePreferences();
  return (
    <Dropdown label={t("language")} icon={<Languages size={17} aria-hidden="true" />}>
      <Group<Preferences["language"]>
        label={t("language")}
        value={language}
        choices={[
          ["pt-BR", t("portuguese")],
          ["en", t("english")],
        ]}
        onChange={(next) => prefer({ language: next })}
      />
    </Dropdown>
  );
}

function DisplayMenu() {
  const t = useWords(words);
  const chosen = usePreferences();
  return (
    <Dropdown label={t("display")} icon={<SunMoon size={17} aria-hidden="true" />}>
      <Group<Preferences["theme"]>
        label={t("theme")}
        value={chosen.theme}
        choices={[
          ["system", t("themeSystem")],
          ["light", t("themeLight")],
          ["dark", t("themeDark")],
        ]}
        onChange={(theme) => prefer({ theme })}
      />
      <div className={floating.rule} />
      <Group<Preferences["density"]>
        label={t("density")}
        value={chosen.density}
        choices={[
          ["comfortable", t("comfortable")],
          ["compact", t("compact")],
        ]}
        onChange={(density) => prefer({ density })}
      />
      <div className={floating.rule} />
      <Group<Preferences["palette"]>
        label={t("colours")}
        value={chosen.palette}
        choices={[
          ["classic", t("classic")],
          ["blue-orange", t("blueOrange")],
        ]}
        onChange={(palette) => prefer({ palette })}
      />
    </Dropdown>
  );
}

function UserMenu() {
  const t = useWords(words);
  const me = useMe();
  const go = useNavigate();
  if (!me) return null;
  const leave = async () => {
    await signOut();
    await go({ href: "/sign-in" });
  };
  return (
    <Dropdown
      label={t("user", { name: me.name })}
      icon={<CircleUserRound size={18} aria-hidden="true" />}
    >
      <div className={css.who}>
        <strong>{me.name}</strong>
        <span className="quiet small">{me.email}</span>
      </div>
      <div className={floating.rule} />
      <Menu.LinkItem className={floating.item} render={<Link to="/account" />} closeOnClick>
        {t("account")}
      </Menu.LinkItem>
      <Menu.Item className={floating.item} onClick={() => void leave()}>
        {t("signOut")}
      </Menu.Item>
    </Dropdown>
  );
}
