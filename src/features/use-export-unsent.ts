import { useMutation } from '@tanstack/react-query'
import { saveTextFile } from './save-file.ts'
import { useServices } from './services.ts'

/** Writes everything unsent to a file that the browser keeps (rule Q7). `data` says which file, and how much is in it. */
export function useExportUnsent() {
  const { sales } = useServices()
  return useMutation({
    mutationFn: async () => {
      const { fileName, text, count } = await sales.exportUnsent()
      if (count > 0) saveTextFile(fileName, text, 'application/json')
      return { fileName, count }
    },
  })
}
