-- How far a reader inside the gateway has come: the relay to the bus.
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
