"""Something of one person's in every part of the member space, as SQL: `:person` and `:mandate` are ids."""

SOMETHING = """
    insert into contract (number, person_id, coverage, modules, since, beneficiaries)
        values ('C-0001', ':person', '1', '["A"]', '2020-01-01', '[]');
    insert into beneficiary (number, person_id, contract, given_name, family_name, birth_date, relation, since)
        values ('B-0001', ':person', 'C-0001', 'Jeanne', 'GARNIER', '1957-03-27', 'adhérent', '2020-01-01');
    insert into reimbursement (number, person_id, statement, care_date, beneficiary, kind, act, spent, base,
        social_security_share, mutual_share, rest_to_pay, payee, paid_on)
        select 'N-000' || n, ':person', 'D-0001', current_date, 'Jeanne', 'optique', 'Verres', 3000, 3000, 1900, 900, 200,
        'person', current_date from generate_series(1, 3) n;
    insert into stored_file (id, owner, sha256, kind, size, name, content, created_at, attached)
        select lpad(n::text, 32, '0')::uuid, ':person', '', 'pdf', 1, 'a.pdf', 'x', now(), true from generate_series(1, 3) n;
    insert into member_case (id, reference, kind, subject_id, actor_id, submission_id, details, state, filed_at, taken_name,
        reason, words, answered_at, available_until)
        select lpad(n::text, 32, '0')::uuid, upper(left(kind, 1)) || '-0000-0001', kind, ':person', ':person',
        gen_random_uuid(), details::jsonb, state, now(), '', '', 'Voici', now(), current_date + n * 30
        from (values (1, 'document', 'done', '{"document": "autre", "precision": "x"}'),
            (2, 'address', 'filed', '{"lines": ["Rue"], "postcode": "33000", "since": "2026-11-01"}'),
            (3, 'situation', 'refused', '{"words": "Retraite", "since": "2026-11-01", "until": "", "precision": ""}')
        ) told (n, kind, state, details);
    insert into member_case_file (case_id, file_id, from_desk) select id, id, kind = 'document' from member_case
        where subject_id = ':person';
    insert into question (id, reference, person_id, asked_by, topic, title, opened_at, last_message_at, state, taken_name,
        unread_by_member, unread_by_desk)
        select lpad('1', 32, '0')::uuid, 'Q-0000-0001', ':person', ':person', 'autre', 'Titre', now(), now(), 'open', '',
        true, false;
    insert into message (id, question_id, from_desk, author_id, shown_author, text, at, submission_id)
        select gen_random_uuid(), id, true, id, 'Zoé Lefèvre', 'Bonjour', now(), gen_random_uuid() from question
        where person_id = ':person';
    insert into message_file (message_id, rank, file_id)
        select id, 0, lpad('3', 32, '0')::uuid from message where question_id = lpad('1', 32, '0')::uuid;
    insert into mandate (id, grantor_id, delegate_id, given_name, family_name, email, scopes, ends_on, created_at,
        invitation_ends_at, accepted_at)
        values (':mandate', ':person', ':person', 'A', 'B', 'a@exemple.fr', '["remboursements", "documents", "messages"]',
        current_date + 30, now(), now(), now());
    insert into journal_entry (id, at, actor_id, subject_id, mandate_id, action, staff, object_id)
        values (gen_random_uuid(), now(), gen_random_uuid(), ':person', ':mandate', 'enter', false, '')
"""
