-- A line of a declaration's history is a message, spoken in the reader's language. A sentence of before stays as it was,
-- also the one that lies encrypted.
alter table declaration_history alter column detail drop default,
    alter column detail type jsonb using case when detail = '' then jsonb_build_object('id', 'said.verbatim', 'values',
        jsonb_build_object('text', '')) else
        jsonb_build_object('id', 'legacy.text', 'values', jsonb_build_object('text', detail)) end;
