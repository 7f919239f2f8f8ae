import Search from 'lucide-react/icons/search'
import type { KeyboardEvent, RefObject } from 'preact/compat'
import { TextField } from '../../../ui/text-field.tsx'

interface ProductSearchProps {
  className: string | undefined
  label: string
  placeholder: string
  clearLabel: string
  /** Keys that lead here from anywhere on the screen, as `aria-keyshortcuts`. */
  shortcuts: string
  text: string
  onText(text: string): void
  onEnter(): void
  onDown(): void
  inputRef: RefObject<HTMLInputElement | null>
}

/** The field above a list of products: Enter takes the first, the arrow leads into the list, Esc empties. */
export function ProductSearch(props: ProductSearchProps) {
  const { className, label, placeholder, clearLabel, shortcuts, text, onText, onEnter, onDown, inputRef } = props
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onEnter()
    else if (event.key === 'ArrowDown') onDown()
    else if (event.key === 'Escape' && text !== '') onText('')
    else return
    event.preventDefault()
  }
  return (
    <TextField
      className={className ?? ''}
      label={label}
      hideLabel
      icon={<Search size={20} aria-hidden />}
      type="search"
      inputMode="search"
      enterKeyHint="search"
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      placeholder={placeholder}
      clearLabel={clearLabel}
      value={text}
      onValue={onText}
      onKeyDown={onKey}
      inputRef={inputRef}
      aria-keyshortcuts={shortcuts}
    />
  )
}
