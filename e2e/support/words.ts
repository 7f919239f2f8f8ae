import { id } from '../../src/i18n/messages/id.ts'

/** The words that the app starts with. */
export const words = id

/** A message with its `{{names}}` filled in. */
export function say(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => String(values[name]))
}
