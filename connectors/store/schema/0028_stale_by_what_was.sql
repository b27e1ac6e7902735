-- What follows from a row goes stale when the row comes, changes, moves away or goes: where it was as well as where it
-- is now. Hours decide whether a worker books, and since when: so it matters when the first of them moves or goes.

-- Who may book otherwise than was derived. Nobody is missed who was marked already and is being derived just now: that
-- mark is seen until the derivation ends. Writers of hours wait for each other (below), so none goes unseen either.
create function bookings_of(env text, employees text[], first_days date[]) returns text[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
    return array(
        select e.person from unnest(employees, first_days) as booked (employee, day)
        join employee e on e.environment = env and e.employee = booked.employee
        where e.employee = any(employees) and not exists (
            select from onboarding o where o.environment = env and o.person = e.person
            and (o.evidence ->> 'first_booking')::date <= booked.day
            and not exists (select from stale s where s.environment = env and s.kind = 'onboarding' and s.key = e.person)));
end $$;

create or replace function stale_of_hours() returns trigger language plpgsql as $$
declare env text; people text[]; workers text[]; first_days date[];
begin
    for env in select distinct environment from new_rows loop
        if tg_op = 'INSERT' then
            select array_agg(employee), array_agg(day) into workers, first_days
                from (select employee, min(date) as day from new_rows where environment = env group by employee) booked;
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env),
                bookings_of(env, workers, first_days), env);
        else
            people := persons_of(env, array(
                select distinct employee from (
                    (select line, employee, date, withdrawn_at is null from new_rows where environment = env
                     except select line, employee, date, withdrawn_at is null from old_rows where environment = env)
                    union all
                    (select line, employee, date, withdrawn_at is null from old_rows where environment = env
                     except select line, employee, date, withdrawn_at is null from new_rows where environment = env)
                ) moved (line, employee)));
            perform note_stale(
                array(select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from new_rows where environment = env
                      union select coalesce(claim, placement || '@' || to_char(date, 'IYYY-"W"IW')) from old_rows where environment = env),
                people, env);
        end if;
    end loop;
    return null;
end $$;

drop trigger ground_of_people on hour_line;
create trigger ground_of_people before insert or update on hour_line
    for each statement execute function wait_for_ground('people', 'shared');
create trigger ground_of_bookings before insert or update on hour_line
    for each statement execute function wait_for_ground('bookings', 'alone');

create or replace function stale_of_placements() returns trigger language plpgsql as $$
declare env text; workers text[];
begin
    for env in select distinct environment from new_rows loop
        workers := array(select distinct employee from new_rows where environment = env);
        if tg_op = 'UPDATE' then
            workers := workers || array(select distinct employee from old_rows where environment = env);
        end if;
        perform note_stale(
            declarations_of(env, array(select placement from new_rows where environment = env),
                            array['open', 'to-approve', 'rejected']),
            persons_of(env, workers), env);
    end loop;
    return null;
end $$;
drop trigger stale_of_changed_placements on placement;
create trigger stale_of_changed_placements after update on placement
    referencing new table as new_rows old table as old_rows for each statement execute function stale_of_placements();

-- A rejected declaration waits as well: it says why it cannot be offered.
create or replace function stale_of_contacts() returns trigger language plpgsql set plan_cache_mode = force_custom_plan as $$
declare env text; contacts bigint[]; placements text[];
begin
    for env in select distinct environment from new_rows loop
        contacts := array(select contact from new_rows where environment = env);
        placements := array(select placement from placement where environment = env and claim_contact = any(contacts));
        perform note_stale(declarations_of(env, placements, array['open', 'to-approve', 'rejected']), array[]::text[], env);
    end loop;
    return null;
end $$;

create or replace function stale_of_people() returns trigger language plpgsql as $$
declare env text; people text[];
begin
    for env in select distinct environment from new_rows loop
        people := array(select person from new_rows where environment = env);
        if tg_op = 'UPDATE' then
            people := people || array(select person from old_rows where environment = env);
        end if;
        perform note_stale(array[]::text[], people, env);
    end loop;
    return null;
end $$;
drop trigger stale_of_changed_employees on employee;
create trigger stale_of_changed_employees after update on employee
    referencing new table as new_rows old table as old_rows for each statement execute function stale_of_people();

-- An onboarding item may know the person, or only the employee.
create or replace function stale_of_onboarding_items() returns trigger language plpgsql as $$
declare env text; people text[]; workers text[];
begin
    for env in select distinct environment from new_rows loop
        people := array(select person from new_rows where environment = env);
        workers := array(select employee from new_rows where environment = env and person is null);
        if tg_op = 'UPDATE' then
            people := people || array(select person from old_rows where environment = env);
            workers := workers || array(select employee from old_rows where environment = env and person is null);
        end if;
        perform note_stale(array[]::text[], people || persons_of(env, workers), env);
    end loop;
    return null;
end $$;
drop trigger stale_of_changed_onboarding_items on onboarding_item;
create trigger stale_of_changed_onboarding_items after update on onboarding_item
    referencing new table as new_rows old table as old_rows for each statement execute function stale_of_onboarding_items();

-- An update that ends, and one that is taken up again after it had ended.
drop trigger stale_of_ended_updates on outbox;
create trigger stale_of_ended_updates after update of state on outbox
    for each row when (new.subject like 'claim:%' and new.state is distinct from old.state
        and (new.state in ('done', 'void') or old.state in ('done', 'void')))
    execute function stale_of_outbox();

drop function not_booking_yet(text, text[]);

-- What went unmarked so far is derived anew, once.
insert into stale (environment, kind, key)
select environment, 'onboarding', person from onboarding on conflict (environment, kind, key) do nothing;

-- Which of a person's employee numbers is the newest also hangs on whether its time may be relied on.
create function stale_of_rows_ahead() returns trigger language plpgsql as $$
begin
    perform note_stale(array[]::text[], persons_of(old.environment, array[old.key]), old.environment);
    return null;
end $$;
create trigger stale_of_rows_ahead after delete on row_ahead
    for each row when (old.record = 'employee') execute function stale_of_rows_ahead();
