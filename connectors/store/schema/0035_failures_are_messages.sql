-- Why a run or a reconciliation failed, and why a flow stopped, is a message, spoken in the reader's language. A sentence of
-- before stays as it was.
create function pg_temp.failure(reason text) returns jsonb language sql as $$
    select jsonb_build_object('id', 'legacy.text', 'values', jsonb_build_object('text', reason)) where reason is not null
$$;
alter table run alter column error type jsonb using pg_temp.failure(error);
alter table flow alter column broken type jsonb using pg_temp.failure(broken);
alter table reconciliation alter column error type jsonb using pg_temp.failure(error);
