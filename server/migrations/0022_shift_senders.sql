-- A device's own word about its drawer is told from what others bring under its name. docs/selling.md tells the rules in words.

-- What another device brought was sent again by the device that recorded it, or is the owner's decision.
ALTER TABLE operations ADD COLUMN confirmed boolean NOT NULL DEFAULT false;

-- A closing that another device brought while the shift's own one may still upload, and the time that counts for it: it closes the
-- shift when that device is revoked. The latest one; what it says stands in `operations`.
ALTER TABLE shifts ADD COLUMN brought_closing uuid, ADD COLUMN brought_closed_at timestamptz;

ALTER TABLE sale_marks DROP CONSTRAINT sale_marks_kind_check, ADD CONSTRAINT sale_marks_kind_check CHECK (kind IN (
  'no_items', 'sum', 'tax', 'rounding', 'payments', 'unpaid', 'price', 'product_unknown', 'refund_share', 'time', 'late',
  'other_device', 'foreign_shift', 'closing_brought', 'void_by_other', 'staff_unknown', 'approver_unknown',
  'approver_without_right', 'approval_missing', 'approval_unproven', 'approval_forged'));
