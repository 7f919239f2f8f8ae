/** Goods that are being received, or counted: kept on this device until they are booked, over a reload too. */
import { useState } from 'preact/compat'
import * as v from 'valibot'
import { fromThousandths, toThousandths } from '../../../domain/quantity.ts'
import { keepJson, readKeptJson } from '../../../ui/kept.ts'

export type StockTask = 'receiving' | 'stocktake'

const lineSchema = v.object({
  productId: v.number(),
  /** null: the product has no place yet. */
  inventoryId: v.nullable(v.number()),
  name: v.string(),
  unit: v.string(),
  /** Empty where there is only one. */
  place: v.string(),
  /** Rupiah for one unit. */
  price: v.number(),
  /** Received, or counted. */
  quantity: v.number(),
  /** What this device showed when it was counted. */
  shown: v.number(),
})
export type DraftLine = v.InferOutput<typeof lineSchema>

const draftSchema = v.object({ requestId: v.string(), note: v.string(), lines: v.array(lineSchema) })
export type StockDraft = v.InferOutput<typeof draftSchema>

/** The draft with a line more. Goods of one place add up; a place that is counted again has the new count. */
export function addLine(draft: StockDraft, line: DraftLine, task: StockTask): StockDraft {
  const isSame = (other: DraftLine) => other.productId === line.productId && other.inventoryId === line.inventoryId
  const earlier = draft.lines.find(isSame)
  const quantity =
    earlier && task === 'receiving'
      ? fromThousandths(toThousandths(earlier.quantity) + toThousandths(line.quantity))
      : line.quantity
  return { ...draft, lines: [{ ...line, quantity }, ...draft.lines.filter((other) => !isSame(other))] }
}

/** counted − shown. */
export function differenceOf({ quantity, shown }: Pick<DraftLine, 'quantity' | 'shown'>): number {
  return fromThousandths(toThousandths(quantity) - toThousandths(shown))
}

/** What the differences are worth at the selling price, in whole rupiah. */
export function worthOf(lines: readonly DraftLine[]): number {
  return lines.reduce((sum, line) => sum + Math.round(differenceOf(line) * line.price), 0)
}

/** @param owner whose drafts these are: the device's id */
export function useStockDraft(task: StockTask, owner: string): [StockDraft, (next: StockDraft) => void, () => void] {
  const key = `mstore-${task}-${owner}`
  const [draft, setDraft] = useState(() => readDraft(key) ?? newDraft())
  const change = (next: StockDraft) => {
    setDraft(next)
    keepJson(key, next)
  }
  return [draft, change, () => change(newDraft())]
}

function newDraft(): StockDraft {
  return { requestId: crypto.randomUUID(), note: '', lines: [] }
}

/** Null: there is none, or something else. */
function readDraft(key: string): StockDraft | null {
  const stored = v.safeParse(draftSchema, readKeptJson(key))
  return stored.success ? stored.output : null
}
