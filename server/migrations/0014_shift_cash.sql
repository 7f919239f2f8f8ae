-- What should lie in the drawer by what is booked, beside what the device says (`expected_cash`). Null while the shift is open.
-- Counted anew when something of a closed shift comes late.
ALTER TABLE shifts ADD COLUMN booked_cash bigint;
