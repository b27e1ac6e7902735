-- What an alert says is a message, told in the language of the mails. A sentence of before stays as it was.
alter table alert alter column summary type jsonb
    using jsonb_build_object('id', 'legacy.text', 'values', jsonb_build_object('text', summary));
