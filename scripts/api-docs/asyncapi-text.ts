/** What the AsyncAPI document says in words. */
import type { EventType } from '../../src/contract/events.ts'
import type { TopicKind } from '../../src/contract/topics.ts'

export const INTRODUCTION = `
What a server of MStore Counter publishes to its branch's counters, and what a counter takes from any MStore backend. REST is the other
document. Only the backend publishes; a device publishes nothing and subscribes inside its own branch alone, by one filter over its four
topics. Every message is QoS 1 and never retained; nothing depends on what a broker keeps for a device that is away.

**What a counter needs.** \`event_type\`, and in \`data\` the record's id and its new value. Everything else is optional, and makes it surer:
without \`seq\` and \`epoch\` an event applies at once and no gap is noticed; without a version the \`timestamp\` decides, and a refresh settles
it. Fields and event types that a counter does not know do no harm.

**What the server holds to** (rules S1 to S10 of \`docs/sync-rules.md\`):

- S1 The database itself logs every change, in the transaction that makes it, whatever program makes it.
- S2 A branch's changes are numbered 1, 2, 3, … in the order of their commits: \`seq\`, without holes.
- S3 A record's version only grows, over its removal too, and an event carries the record's fields whole.
- S4 Events are published in the order of \`seq\`, each at least once: doubled ones are passed over by their version. A flood of more than
  2,000 waiting events is left to \`GET /api/v1/changes\`; a heartbeat says so.
- S5 A notification inside the server is a hint; it looks by itself once a second.
- S6 \`epoch\` names one life of the log. Another one means that a restore took the log back: load anew. \`mark\` is the server's signed word
  on how far the log had come; a counter keeps the last one and shows it as \`seen\`.
- S7 \`GET /api/v1/changes?after=N\` gives the events after a position, or 410: load anew.
- S8 A heartbeat every 4 s at least tells the last \`seq\` that was published. A counter that hears none for 12 s connects anew.
- S9 A sale is a fact: stock may fall below zero, and is told so.
- S10 One operation is one transaction, and each record gets one event of it. \`versions\` names what it left of each.

**Session.** A counter connects with a clean session that ends with its connection (MQTT v5: session expiry 0), keep-alive 60 s, and asks
\`GET /api/v1/changes\` for what it missed. Client id: \`{device_id}-{tab}\`; two connections with one id end each other.
`.trim()

export const TOPIC_WORDS: Readonly<Record<TopicKind, string>> = {
  product: 'Products of the catalogue, and their stock: what the branch has of each, the sum of its places.',
  inventory: 'What each place of the branch holds of each product.',
  transaction: "The branch's sales, and what becomes of them.",
  branch: 'Heartbeats, settings and staff. This product’s own: other MStore backends have no such topic.',
}

export const EVENT_WORDS: Readonly<Record<EventType, string>> = {
  stock_updated: "A product's stock has changed",
  product_changed: 'A product is new or has changed: the whole row',
  product_removed: 'A product is gone from this branch',
  quantity_updated: 'What a place holds has changed',
  inventory_changed: 'A place is new or has changed: the whole row',
  inventory_removed: 'A place is gone from this branch',
  transaction_created: 'A sale was booked',
  transaction_updated: 'A sale was voided, refunded or paid',
  settings_changed: 'The settings, whole',
  staff_changed: 'A member of staff, whole',
}
