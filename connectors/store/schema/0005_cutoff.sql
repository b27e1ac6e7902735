-- The cut-off of the pay run: reports, who signed them off, what was done at which moment.

-- content: canonical JSON, kept as text since its bytes are hashed. It names people by their AFAS numbers only, so
-- that a person can be erased and the hash still holds. facts: the hash of what may become stale.
create table cutoff_report (
    id bigint generated always as identity primary key,
    environment text not null, week text not null, cutoff_at timestamptz not null,
    moment text not null,           -- 'PT4H' before the cut-off, or 'asked'
    made_at timestamptz not null, made_by text not null,
    content text not null, sha256 bytea not null, facts bytea not null, agrees boolean not null,
    signed_at timestamptz, signed_by text, signed_note text
);
create index cutoff_report_week on cutoff_report (environment, week, id desc);
create index cutoff_report_newest on cutoff_report (environment, id desc);

create function keep_cutoff_report() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or old.signed_at is not null
        or (to_jsonb(new) - '{signed_at,signed_by,signed_note}'::text[])
            is distinct from (to_jsonb(old) - '{signed_at,signed_by,signed_note}'::text[]) then
        raise exception 'a cut-off report is never changed; it is signed off once'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger cutoff_report_stays before update or delete on cutoff_report
    for each row execute function keep_cutoff_report();

-- What the clock did at a moment of a week: claimed under a lease, done once.
create table cutoff_moment (
    environment text not null, week text not null, name text not null, due_at timestamptz not null,
    state text not null default 'due' check (state in ('due', 'done', 'skipped', 'failed')),
    token uuid, leased_until timestamptz, attempts integer not null default 0, reason text, ended_at timestamptz,
    primary key (environment, week, name)
);
