-- One row a ticket: when it was opened, first answered by a person, and closed.
SELECT
    SUBSTR(CAST(created_at AS VARCHAR(40)), 1, 10) AS day,
    number,
    team,
    reason,
    entry,
    status,
    created_at AS opened_at,
    first_answer_at,
    closed_at
FROM tickets
