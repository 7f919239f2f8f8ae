import { useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { PAIRING_CODE_LENGTH } from '../../contract/device.ts'
import { TextField } from '../../ui/text-field.tsx'
import styles from './enrol-screen.module.css'
import { formatPairingCode, normalisePairingCode } from './pairing-code.ts'

interface CodeFieldProps {
  /** Normalised, without the dash. */
  code: string
  error: string | null
  onCode(code: string): void
}

/** Shows the code in two groups while it is typed or pasted; the caret stays at its character. */
export function CodeField({ code, error, onCode }: CodeFieldProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const caret = useRef<number | null>(null)
  const shown = formatPairingCode(code)

  // React puts the caret at the end when a controlled value was rewritten.
  useLayoutEffect(() => {
    if (caret.current === null) return
    const position = formatPairingCode(code.slice(0, caret.current)).length
    caret.current = null
    input.current?.setSelectionRange(position, position)
  }, [code])

  return (
    <TextField
      className={styles.code ?? ''}
      label={t('enrol.code')}
      hint={t('enrol.codeHint')}
      error={error}
      inputRef={input}
      value={shown}
      onValue={(text) => {
        const before = text.slice(0, input.current?.selectionStart ?? text.length)
        caret.current = normalisePairingCode(before).length
        onCode(normalisePairingCode(text).slice(0, PAIRING_CODE_LENGTH))
      }}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      autoCorrect="off"
      spellCheck={false}
      name="pairing-code"
    />
  )
}
