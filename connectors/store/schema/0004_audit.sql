-- The audit trail: append-only, hash-chained per environment. The head is kept apart, so that a cut-off tail
-- shows; anchors repeat the head from time to time and are told to the outside (the log, a webhook).
-- What this guards against and what not: docs/decisions/0009-audit-trail.md.

create table audit (
    environment text not null, number bigint not null check (number > 0), at timestamptz not null,
    actor text not null, action text not null, subject text not null,
    detail text not null,           -- JSON, as text: jsonb would not keep the bytes that were hashed
    previous bytea not null, hash bytea not null,
    primary key (environment, number)
);
create index audit_subject on audit (environment, subject, number);
create index audit_action on audit (environment, action, number);
create index audit_actor on audit (environment, actor, number);
create index audit_at on audit (environment, at);

-- seal: HMAC over environment, number and hash, with a key that the database does not have.
create table audit_head (
    environment text primary key, number bigint not null, hash bytea not null, seal bytea
);

create table audit_anchor (
    environment text not null, number bigint not null, hash bytea not null, seal bytea,
    at timestamptz not null default now(),
    primary key (environment, number)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_stays before update or delete on audit for each row execute function refuse_change();
create trigger audit_is_not_emptied before truncate on audit for each statement execute function refuse_change();
create trigger audit_anchor_stays before update or delete on audit_anchor
    for each row execute function refuse_change();
create trigger audit_anchor_is_not_emptied before truncate on audit_anchor
    for each statement execute function refuse_change();
create trigger audit_head_stays before delete on audit_head for each row execute function refuse_change();
create trigger audit_head_is_not_emptied before truncate on audit_head
    for each statement execute function refuse_change();
create trigger audit_head_moves_forward before update on audit_head for each row
    when (new.number <= old.number or new.environment <> old.environment) execute function refuse_change();

-- The application's own role: all rights on the tables, but the audit trail can only be added to. It is made when
-- the migrating user may; an administrator gives it a password, or grants it to the application's login.
do $$
begin
    begin
        create role loonbrug_app nologin;
    exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then raise notice 'role loonbrug_app was not made: no right to make roles';
    end;
    if exists (select from pg_roles where rolname = 'loonbrug_app') then
        execute format('grant usage on schema %I to loonbrug_app', current_schema());
        execute format('grant select, insert, update, delete on all tables in schema %I to loonbrug_app',
            current_schema());
        execute format('grant usage, select on all sequences in schema %I to loonbrug_app', current_schema());
        execute format('alter default privileges in schema %I'
            ' grant select, insert, update, delete on tables to loonbrug_app', current_schema());
        execute format('alter default privileges in schema %I grant usage, select on sequences to loonbrug_app',
            current_schema());
        revoke update, delete on audit, audit_anchor from loonbrug_app;
        revoke delete on audit_head from loonbrug_app;
        revoke insert, update, delete on schema_file from loonbrug_app;
    end if;
end $$;
