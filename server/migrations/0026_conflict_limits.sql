-- Contents of an id beyond what is kept: counted at the newest conflict that its device has of it.
ALTER TABLE offline_conflicts ADD COLUMN further integer NOT NULL DEFAULT 0;
CREATE INDEX offline_conflicts_sender ON offline_conflicts (sent_by, id) WHERE state = 'open';
