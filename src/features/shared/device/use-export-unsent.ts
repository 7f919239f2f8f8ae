import { useMutation } from '@tanstack/react-query'
import { useServices } from '../services.ts'
import { saveTextFile } from './save-file.ts'

/**
 * Writes everything unsent, with what went wrong on this device, to a file that the browser keeps (rule Q7). `data` says which
 * file, how much of what is unsent is in it, and how much of that is for support alone. Nothing is written when nothing is
 * unsent.
 */
export function useExportUnsent() {
  return useExport((count) => count > 0)
}

/** The same file, for support: also when nothing is unsent. */
export function useExportSupport() {
  return useExport(() => true)
}

function useExport(isWanted: (count: number) => boolean) {
  const { sales } = useServices()
  return useMutation({
    mutationFn: async () => {
      const { fileName, text, count, unknown } = await sales.exportUnsent()
      if (isWanted(count)) saveTextFile(fileName, text, 'application/json')
      return { fileName, count, unknown }
    },
  })
}
