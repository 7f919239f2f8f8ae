import * as v from 'valibot'

/** A field's name may be a sender's own, as the keys of settings are. */
const LONGEST_PATH = 200

/** What is wrong, for whoever sent it: names the field, never what it held, which can be anything a stranger sent, at any length. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)?.slice(0, LONGEST_PATH)
  // valibot's own messages end in what was received: "Expected string but received …", "Invalid timestamp: Received …".
  const message = issue.message.replace(/( but r|: R)eceived .*$/s, '')
  return path ? `${path}: ${message}` : message
}
