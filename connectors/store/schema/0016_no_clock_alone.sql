-- No clock is trusted alone, and no database is believed to remember everything.

-- waited: seconds that AFAS surely had for an update since it was sent, counted by processes that live and never by the
--         wall clock. rested: the same since the last look that found nothing. Both are never more than really went by.
-- begun:  sends that were begun, ever; a replay takes none away. A process that began more than the database remembers
--         stands before a database that was put back.
alter table outbox add column waited double precision not null default 0,
    add column rested double precision not null default 0, add column begun integer not null default 0;
update outbox set begun = sends where sends > 0;

-- Jumps of this server's wall clock, as processes noticed them: seconds forward, or back when negative.
create table clock_jump (
    id bigint generated always as identity primary key,
    seconds double precision not null, noticed_at timestamptz not null default now()
);
