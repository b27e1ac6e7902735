-- A finding is read in Dutch too: what, advice, cure_told and resolution, by these names.
alter table finding add column dutch jsonb not null default '{}';
