/** The JSON samples of the specification (sections 1 and 8), to the letter. */
export const STOCK_UPDATED_SAMPLE = `{ "event_type": "stock_updated", "timestamp": "2025-10-14T21:30:00Z",
  "data": { "product_id": 1386, "product_name": "Chicken Breast sadia 2 kg",
            "old_stock": 100, "new_stock": 99, "delta": -1,
            "reason": "transaction", "transaction_id": 12345, "updated_by": "user_5" } }`

export const QUANTITY_UPDATED_SAMPLE = `{ "event_type": "quantity_updated", "timestamp": "2025-10-14T21:30:00Z",
  "data": { "inventory_id": 6486, "product_id": 1386, "product_name": "Chicken Breast sadia 2 kg",
            "old_quantity": 100, "new_quantity": 99, "delta": -1,
            "reason": "transaction", "transaction_id": 12345, "updated_by": "user_5" } }`

export const TRANSACTION_CREATED_SAMPLE = `{ "event_type": "transaction_created", "timestamp": "2025-10-14T21:30:00Z",
  "data": { "transaction_id": 12345, "transaction_code": "TRX-20251014-001",
            "offline_id": "56752b9f-3cb4-4b29-8512-ce3e0112c527", "status": "paid",
            "grand_total": 16800.0, "created_by": "user_5", "device_id": "DEV-DBBA60CF",
            "items": [ { "product_id": 1386, "quantity": 1, "price": 15000 } ] } }`

/** Section 8: nothing but the product and its new stock. */
export const BARE_STOCK_SAMPLE = `{"event_type":"stock_updated","data":{"product_id":1386,"new_stock":99}}`

export const SAMPLES = [STOCK_UPDATED_SAMPLE, QUANTITY_UPDATED_SAMPLE, TRANSACTION_CREATED_SAMPLE, BARE_STOCK_SAMPLE]
