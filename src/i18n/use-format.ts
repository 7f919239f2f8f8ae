import { createContext, useContext } from 'preact/compat'
import { createFormat, type Format } from './format.ts'

/** Made once a language by the providers: Intl's formatters are dear to build. */
export const FormatContext = createContext<Format>(createFormat('id'))

export function useFormat(): Format {
  return useContext(FormatContext)
}
