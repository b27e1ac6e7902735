-- Who looked at what: pages of the console and answers of the portal API that show people. Not part of the audit trail:
-- no lock, no chain. One row for a minute of the same looking; subject holds ids and filters, never names.
create table viewing (
    environment text not null, minute timestamptz not null, actor text not null, address text not null,
    what text not null, subject text not null, times integer not null,
    primary key (environment, minute, actor, address, what, subject)
);
create index viewing_actor on viewing (environment, actor, minute);
