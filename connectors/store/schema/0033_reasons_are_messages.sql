-- A reason is a message: an id with its values, spoken in the reader's language. A sentence of before stays as it was;
-- one that has no values, and that we wrote ourselves, gets its id.
create function pg_temp.said(reason text) returns jsonb language sql as $$
    select case reason
        when 'dry run: nothing was sent' then '{"id": "why.dry-run", "values": {}}'
        when 'it waits for approval' then '{"id": "why.waits-for-approval", "values": {}}'
        when 'could not look whether it arrived' then '{"id": "why.could-not-look-after", "values": {}}'
        when 'claim withdrawn' then '{"id": "why.claim-withdrawn", "values": {}}'
        when 'the database was put back to an older state' then '{"id": "why.put-back", "values": {}}'
        when 'the content changed since it was shown; it is offered again'
            then '{"id": "why.changed-offered-again", "values": {}}'
        when 'read after a fix' then '{"id": "why.read-after-a-fix", "values": {}}'
        when 'gone from AFAS' then '{"id": "why.gone-from-afas", "values": {}}'
        when 'a newer version could be read' then '{"id": "why.newer-read", "values": {}}'
        else jsonb_build_object('id', 'legacy.text', 'values', jsonb_build_object('text', reason)) end
    where reason is not null
$$;
alter table outbox alter column reason type jsonb using pg_temp.said(reason);
alter table attempt alter column detail type jsonb using pg_temp.said(detail);
alter table paused_kind alter column reason type jsonb using pg_temp.said(reason);
alter table environment alter column pause_reason type jsonb using pg_temp.said(pause_reason);
alter table restored alter column reason type jsonb using pg_temp.said(reason);
alter table replay_item alter column why type jsonb using pg_temp.said(why),
    alter column told type jsonb using pg_temp.said(told);
alter table parked_row alter column reason type jsonb using pg_temp.said(reason),
    alter column resolution type jsonb using pg_temp.said(resolution);
