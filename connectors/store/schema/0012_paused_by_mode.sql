-- Since when an environment rests, also when its mode is 'paused': that is told when it lasts, too.
create or replace function note_pause() returns trigger language plpgsql as $$
begin
    if new.paused_until is null and new.mode <> 'paused' then
        new.paused_since := null;
    elsif tg_op = 'INSERT' or old.paused_since is null
        or (old.mode <> 'paused' and old.paused_until < now() - interval '2 minutes') then
        new.paused_since := now();
    end if;
    return new;
end $$;
drop trigger note_pause on environment;
create trigger note_pause before insert or update of paused_until, mode on environment
    for each row execute function note_pause();
update environment set paused_since = now() where mode = 'paused' and paused_since is null;
