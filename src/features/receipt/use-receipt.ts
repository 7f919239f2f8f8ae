import { useMemo } from 'preact/compat'
import { type ReceiptRecord, useReceiptRecord } from '../../db/sales/receipt-record.ts'
import { useMeta } from '../../db/use-meta.ts'
import { useProductNames } from '../../db/use-product-names.ts'
import { useLoadedShopSettings } from '../../db/use-shop-settings.ts'
import { useStaff } from '../../db/use-staff.ts'
import type { ReceiptFacts } from '../../domain/receipt.ts'
import { receiptFacts, receiptShop } from '../shared/receipt/receipt-facts.ts'
import { useServices } from '../shared/services.ts'

export interface FoundReceipt {
  readonly record: ReceiptRecord
  readonly facts: ReceiptFacts
}

/** The receipt of what this device recorded, live. Undefined while loading, null when there is none. */
export function useReceipt(offlineId: string, isCopy: boolean): FoundReceipt | null | undefined {
  const { db, salesDb } = useServices()
  const record = useReceiptRecord(salesDb, offlineId)
  const device = useMeta(db, 'device')
  const settings = useLoadedShopSettings(db)
  const staff = useStaff(db)
  const unnamed = useMemo(() => namelessProducts(record), [record])
  const productNames = useProductNames(db, unnamed)
  return useMemo(() => {
    if (record === null) return null
    // Wait for all of it, so that the receipt does not change after it shows.
    if (!record || device === undefined || settings === undefined) return undefined
    if (staff === undefined || productNames === undefined) return undefined
    const facts = receiptFacts(
      record,
      {
        shop: receiptShop(settings, device?.branch.name ?? ''),
        deviceName: device?.device_name ?? '',
        staffName: (id) => staff.find((member) => member.id === id)?.name ?? '',
        productName: (id) => productNames.get(id) ?? `#${id}`,
      },
      { isCopy },
    )
    return facts === null ? null : { record, facts }
  }, [record, device, settings, staff, productNames, isCopy])
}

/** Ids of products without a name: a refund has only ids; names come from its sale, or else from the catalogue. */
function namelessProducts(record: ReceiptRecord | null | undefined): readonly number[] {
  const content = record?.operation.content
  return content?.type === 'refund' ? content.refund.items.map(({ product_id: id }) => id) : []
}
