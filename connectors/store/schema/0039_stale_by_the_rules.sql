-- What goes stale, said with the rules of 0038. The same rows are marked as before.

-- The declaration that an hour belongs to: that of its claim, or that of its placement's hours of the week.
create function declaration_of(claim text, placement text, day date) returns text
language sql stable parallel safe as $$
    select coalesce(claim, open_number(placement, week_of(day)))
$$;

create or replace function stale_of_hours() returns trigger language plpgsql as $$
declare env text; people text[]; workers text[]; first_days date[];
begin
    for env in select distinct environment from new_rows loop
        if tg_op = 'INSERT' then
            select array_agg(employee), array_agg(day) into workers, first_days
                from (select employee, min(date) as day from new_rows where environment = env group by employee) booked;
            perform note_stale(
                array(select declaration_of(claim, placement, date) from new_rows where environment = env),
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
                array(select declaration_of(claim, placement, date) from new_rows where environment = env
                      union select declaration_of(claim, placement, date) from old_rows where environment = env),
                people, env);
        end if;
    end loop;
    return null;
end $$;

create or replace function stale_of_outbox() returns trigger language plpgsql as $$
begin
    perform note_stale(array[claim_of(new.subject)], array[]::text[], new.environment);
    return null;
end $$;
drop trigger stale_of_new_updates on outbox;
create trigger stale_of_new_updates after insert on outbox
    for each row when (claim_of(new.subject) is not null) execute function stale_of_outbox();
drop trigger stale_of_ended_updates on outbox;
create trigger stale_of_ended_updates after update of state on outbox
    for each row when (claim_of(new.subject) is not null and new.state is distinct from old.state
        and update_has_ended(new.state))
    execute function stale_of_outbox();
