-- What the owner's reports look things up by. Days of sales have their index since 0005.

-- Refunds are few among the sales.
CREATE INDEX transactions_refund_time ON transactions (branch_id, occurred_at) WHERE refund_of IS NOT NULL;
CREATE INDEX offline_conflicts_time ON offline_conflicts (branch_id, created_at);
