-- Tickets by the day they were opened, the reason and the matter.
SELECT
    SUBSTR(CAST(created_at AS VARCHAR(40)), 1, 10) AS day,
    reason,
    entry,
    COUNT(*) AS tickets
FROM tickets
GROUP BY SUBSTR(CAST(created_at AS VARCHAR(40)), 1, 10), reason, entry
