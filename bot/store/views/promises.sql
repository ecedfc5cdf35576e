-- One row a ticket with a promised day of an answer.
SELECT
    SUBSTR(CAST(created_at AS VARCHAR(40)), 1, 10) AS day,
    number,
    created_at AS opened_at,
    promised_on,
    first_answer_at,
    closed_at
FROM tickets
WHERE promised_on IS NOT NULL
