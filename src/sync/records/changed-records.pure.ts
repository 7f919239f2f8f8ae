/** What rows that came by REST have changed of the stored records. Pure; asked inside the transaction that stores them. */
import { dequal } from 'dequal/lite'
import type { RecordKind } from '../../contract/records/record-kind.ts'
import type { RecordRegistry } from '../../contract/records/registry.ts'
import type { RecordRow, RowWrites, StoredRows } from '../../db/rows.ts'

export interface ChangedRecord {
  readonly kind: RecordKind
  /** As it is stored now, or was before it was removed. */
  readonly record: RecordRow
  readonly isRemoved: boolean
}

/** What one answer has changed, with its rows as they came. */
export interface ChangedByRows {
  readonly changed: readonly ChangedRecord[]
  readonly rows: readonly unknown[]
}

/** Records that are new, have another version or another content, or are gone; a row that says what is stored already is no change. */
export function changedRecords({ kinds }: RecordRegistry, stored: StoredRows, writes: RowWrites): ChangedRecord[] {
  return [...kinds.values()].flatMap((kind) => {
    const before = stored.records.get(kind.name)
    const put = (writes.put.get(kind.name) ?? []).filter((record) => isChange(kind, before?.get(record.id), record))
    const removed = (writes.removed.get(kind.name) ?? []).flatMap((id) => before?.get(id) ?? [])
    return [
      ...put.map((record) => ({ kind, record, isRemoved: false })),
      ...removed.map((record) => ({ kind, record, isRemoved: true })),
    ]
  })
}

function isChange({ fields }: RecordKind, before: RecordRow | undefined, after: RecordRow): boolean {
  if (before?.version !== after.version) return true
  const [was, is]: Readonly<Record<string, unknown>>[] = [{ ...before }, { ...after }]
  return Object.keys(fields).some((name) => !dequal(was?.[name], is?.[name]))
}
