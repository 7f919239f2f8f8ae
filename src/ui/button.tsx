import type { ButtonHTMLAttributes, ReactNode, Ref } from 'preact/compat'
import styles from './button.module.css'
import { cx } from './cx.ts'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One primary action a screen. */
  kind?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: ReactNode
  wide?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', icon, wide, className, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={cx(styles.button, styles[kind], wide && styles.wide, className)} {...rest}>
      {icon}
      <span>{children}</span>
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  label: string
  icon: ReactNode
}

/** A button that is only an icon: its words are its accessible name and its tooltip. */
export function IconButton({ label, icon, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button type={type} aria-label={label} title={label} className={cx(styles.icon, className)} {...rest}>
      {icon}
    </button>
  )
}
