/** Buttons: one look for what acts, a quiet one for what accompanies. */

import type { ButtonHTMLAttributes, ReactNode } from "react";
import { classes } from "@/lib/classes";
import css from "./Button.module.css";
import { Hint } from "./Hint";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main`: the one action of a form; `plain`: bordered; `quiet`: text only; `danger`. */
  look?: "main" | "plain" | "quiet" | "danger";
  icon?: ReactNode;
  busy?: boolean;
}

export function Button({ look = "plain", icon, busy, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(css.button, css[look], className)}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
    >
      {icon}
      {children && <span>{children}</span>}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "title"> {
  /** What it does; read aloud, and shown on hover. */
  label: string;
  icon: ReactNode;
  pressed?: boolean;
}

export function IconButton({ label, icon, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Hint text={label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={classes(css.icon, className)}
      >
        {icon}
      </button>
    </Hint>
  );
}
