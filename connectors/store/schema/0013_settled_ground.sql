-- Who notes what became stale finds it through other rows: a placement through its declarations, hours through their
-- worker. Two that write at the same time do not see each other's rows, and then nobody notes anything. So one waits
-- for the other where the one is looked up by the other; all locks end with their transaction.
--
--   declarations: derivers share it (connectors/store/derivations.py), whoever writes placements or contacts has it alone
--   people:       who looks up a person by the employee shares it, whoever writes employees has it alone

create function wait_for_ground() returns trigger language plpgsql as $$
begin
    if tg_argv[1] = 'alone' then
        perform pg_advisory_xact_lock(hashtext('ground'), hashtext(tg_argv[0]));
    else
        perform pg_advisory_xact_lock_shared(hashtext('ground'), hashtext(tg_argv[0]));
    end if;
    return null;
end $$;

create trigger ground_of_declarations before insert or update on placement
    for each statement execute function wait_for_ground('declarations', 'alone');
create trigger ground_of_declarations before insert or update on contact
    for each statement execute function wait_for_ground('declarations', 'alone');

create trigger ground_of_people before insert or update on employee
    for each statement execute function wait_for_ground('people', 'alone');
create trigger ground_of_people before insert or update on placement
    for each statement execute function wait_for_ground('people', 'shared');
create trigger ground_of_people before insert or update on onboarding_item
    for each statement execute function wait_for_ground('people', 'shared');
create trigger ground_of_people before insert on hour_line
    for each statement execute function wait_for_ground('people', 'shared');
