-- What is said of a finding is a message (an id and values), spoken in the reader's language. Old sentences stay as
-- they were, in both languages.
create function pg_temp.said(english text, dutch text) returns jsonb language sql as $$
    select jsonb_build_object('id', 'legacy.both',
        'values', jsonb_build_object('text', jsonb_build_array(english, coalesce(dutch, english))))
$$;
alter table finding
    alter column what type jsonb using pg_temp.said(what, dutch ->> 'what'),
    alter column advice type jsonb using pg_temp.said(advice, dutch ->> 'advice'),
    alter column cure_told type jsonb
        using case when cure_told is not null then pg_temp.said(cure_told, dutch ->> 'cure_told') end;
alter table finding drop column dutch;
-- How it ended is one of three; before it was one of them, it was a sentence that begins with it.
update finding set resolution = case
        when resolution = 'cured' or starts_with(resolution, 'cured by ') then 'cured'
        when resolution = 'not-watched' or starts_with(resolution, 'its week ') then 'not-watched'
        else 'not-seen' end
    where resolution is not null;
-- What AFAS shows of an effect has a name, without spaces.
update finding set sides = jsonb_set(sides, '{afas}', case sides -> 'afas'
        when '{"file": "not there"}' then '{"file": "not-there"}'::jsonb
        when '{"shows": "it is there"}' then '{"shows": "there"}'
        when '{"status": "to sign"}' then '{"status": "to-sign"}'
        else sides -> 'afas' end)
    where sides ? 'afas';
