-- A key that expires opens nothing from that moment on. Null: it does not expire.
alter table api_key add column expires_at timestamptz;
