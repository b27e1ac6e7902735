"""Ways to tell people and programs: mail, webhooks, the dead-man ping."""
